import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, mkdir, rename, stat } from 'node:fs/promises';
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
const VERSION_TIMEOUT_MS = 10_000;
/** Both tools, each proved to run; `null` when one is missing. Never throws. */
export async function locateTools(sources = {}) {
    const searchPath = sources.searchPath ?? process.env.PATH ?? '';
    const folders = searchPath.split(delimiter).filter(isAbsolute);
    const beside = sources.ffmpegPath?.includes('/') === true ? [dirname(resolve(sources.ffmpegPath))] : [];
    const [ffmpeg, ffprobe] = await Promise.all([
        locate('ffmpeg', sources.ffmpegPath ?? null, folders, sources),
        locate('ffprobe', sources.ffprobePath ?? null, [...beside, ...folders], sources),
    ]);
    return ffmpeg === null || ffprobe === null ? null : { ffmpeg, ffprobe };
}
async function locate(tool, configured, folders, { packaged = fromPackage, copyDir }) {
    const candidates = configured?.includes('/')
        ? [resolve(configured)]
        : folders.map((folder) => join(folder, configured ?? tool));
    for (const candidate of candidates)
        if (await runs(candidate))
            return candidate;
    if (configured !== null)
        return null;
    const inPackage = await packaged(tool);
    if (inPackage === null)
        return null;
    const executable = await madeExecutable(inPackage, copyDir);
    return executable !== null && (await runs(executable)) ? executable : null;
}
async function fromPackage(tool) {
    try {
        const { default: found } = tool === 'ffmpeg'
            ? await import('@ffmpeg-installer/ffmpeg')
            : await import('@ffprobe-installer/ffprobe');
        return found.path;
    }
    catch {
        return null;
    }
}
async function runs(file) {
    try {
        if (!(await stat(file)).isFile())
            return false;
    }
    catch {
        return false;
    }
    return new Promise((done) => {
        const options = { timeout: VERSION_TIMEOUT_MS, killSignal: 'SIGKILL', env: toolEnvironment() };
        execFile(file, ['-version'], options, (error) => {
            done(error === null);
        });
    });
}
/** Packages installed without their install scripts, or by another user, come with binaries that are not executable. */
async function madeExecutable(file, copyDir) {
    if (await isExecutable(file))
        return file;
    try {
        await chmod(file, 0o755);
        if (await isExecutable(file))
            return file;
    }
    catch {
        // The folder may be read-only or belong to someone else.
    }
    if (copyDir === undefined)
        return null;
    try {
        const copy = join(copyDir, basename(file));
        const [original, existing] = await Promise.all([stat(file), stat(copy).catch(() => null)]);
        if (existing?.size === original.size && (await isExecutable(copy)))
            return copy;
        await mkdir(copyDir, { recursive: true });
        const partial = `${copy}.${randomUUID()}`;
        await copyFile(file, partial);
        await chmod(partial, 0o755);
        await rename(partial, copy);
        return copy;
    }
    catch {
        return null;
    }
}
async function isExecutable(file) {
    try {
        await access(file, constants.X_OK);
        return true;
    }
    catch {
        return false;
    }
}
/** What the tools get of the server's environment: enough to start, none of its secrets, no FFREPORT. */
export function toolEnvironment() {
    const names = ['PATH', 'LD_LIBRARY_PATH', 'HOME', 'TMPDIR'];
    const passed = Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
    // Static builds load the character sets of another glibc, and crash at every MPEG-TS; without them they just go on.
    return { ...passed, GCONV_PATH: '/nonexistent' };
}
//# sourceMappingURL=locate-tools.js.map