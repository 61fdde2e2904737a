import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
const UNFINISHED_MS = 3_600_000;
/** Removes from a folder the files and folders of unfinished work: those into which nobody has written for an hour. */
export async function removeUnfinished(folder, matches = () => true) {
    const then = new Date(Date.now() - UNFINISHED_MS);
    for await (const name of untouched(folder, then, matches))
        await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
}
/** What is in a folder, by name, and was written to last before then; nothing when there is no such folder. */
export async function* untouched(folder, then, matches) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(matches))
        if ((await writtenAt(join(folder, name))) < then)
            yield name;
}
/** Of a folder, the last write to anything in it; the far future for what is gone. */
async function writtenAt(path) {
    const found = await stat(path).catch(() => null);
    if (found === null)
        return new Date(8.64e15);
    if (!found.isDirectory())
        return found.mtime;
    const within = await Promise.all((await readdir(path).catch(() => [])).map((name) => writtenAt(join(path, name))));
    return within.reduce((last, at) => (at > last ? at : last), found.mtime);
}
//# sourceMappingURL=unfinished.js.map