import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
const TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
};
/** Where the build puts files whose names carry a hash. */
const HASHED = 'assets/';
/**
 * The files of a built page by their path in its folder, read whole: what is not in the map is not served, whatever the address
 * says, and a build that is replaced meanwhile leaves no page half old, half new.
 *
 * @returns `null` when there is no such folder.
 */
export async function readPageFiles(folder) {
    try {
        const entries = await readdir(folder, { recursive: true, withFileTypes: true });
        const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
        const files = await Promise.all(paths
            .filter((path) => TYPES[extname(path)] !== undefined)
            .map(async (path) => {
            const name = relative(folder, path).split(sep).join('/');
            return [name, await readPageFile(path, name)];
        }));
        return files.length === 0 ? null : new Map(files);
    }
    catch (error) {
        if (error.code === 'ENOENT')
            return null;
        throw error;
    }
}
async function readPageFile(path, name) {
    const body = await readFile(path);
    const gzipped = await promisify(gzip)(body, { level: 9 });
    return {
        type: TYPES[extname(path)] ?? 'application/octet-stream',
        body,
        gzipped: gzipped.length < body.length ? gzipped : null,
        etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
        isHashed: name.startsWith(HASHED),
    };
}
//# sourceMappingURL=page-files.js.map