import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
/**
 * Makes a folder and those above it; one that is there already is left as it is.
 *
 * Not by the `recursive` option of `mkdir`: where the system refuses names below a folder that exists, as in `/proc`, Node.js
 * tries for ever.
 *
 * @param mode of what is made.
 * @throws what `mkdir` says.
 */
export async function makeFolder(path, mode = 0o777) {
    const folder = resolve(path);
    if (await isFolder(folder))
        return;
    await makeFolder(dirname(folder), mode);
    await mkdir(folder, { mode }).catch(async (error) => {
        // Another process may have made it meanwhile.
        if (!(await isFolder(folder)))
            throw error;
    });
}
export async function isFolder(path) {
    return stat(path).then((found) => found.isDirectory(), () => false);
}
//# sourceMappingURL=make-folder.js.map