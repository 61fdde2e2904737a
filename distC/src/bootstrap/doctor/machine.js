import { existsSync } from 'node:fs';
import { access, constants, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { locateTools } from '../../adapters/ffmpeg/locate-tools.js';
import { toolsDirOf } from '../isolate-options.js';
import { broken, ok, reasonOf, warning } from './finding.js';
/** What `engines` of the package asks for. */
const OLDEST_NODE = [20, 19];
const MIN_FREE_BYTES = 10 * 1024 * 1024;
const GIB = 1024 ** 3;
export function examineNode(version) {
    const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
    const [oldestMajor, oldestMinor] = OLDEST_NODE;
    return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
        ? ok('node', version)
        : broken('node', `${version} is too old`, `install Node.js ${OLDEST_NODE.join('.')} or newer`);
}
export async function examineTools(config) {
    const { ffmpegPath, ffprobePath } = config;
    const tools = await locateTools({ ffmpegPath, ffprobePath, copyDir: toolsDirOf(config) });
    if (tools !== null)
        return ok('ffmpeg', `${tools.ffmpeg}, ${tools.ffprobe}`);
    return (ffmpegPath ?? ffprobePath) === null
        ? warning('ffmpeg', 'not found: video jobs are refused, everything else works', 'install ffmpeg, or name it with FFMPEG_PATH and FFPROBE_PATH')
        : broken('ffmpeg', 'FFMPEG_PATH and FFPROBE_PATH do not lead to programs that run: no video jobs', 'correct them, or unset them to have ffmpeg looked up');
}
export async function examineDisk({ dataDir, maxUploadBytes }) {
    const folder = nearestFolder(dataDir);
    try {
        if (!(await stat(folder)).isDirectory())
            throw new Error(`${folder} is not a folder`);
        await access(folder, constants.W_OK | constants.X_OK);
        const { bavail, bsize } = await statfs(folder);
        const free = bavail * bsize;
        const says = `${(free / GIB).toFixed(1)} GiB free in ${folder}`;
        if (free < MIN_FREE_BYTES)
            return broken('disk', says, 'make room, or set DATA_DIR to a folder on another disk');
        return free < maxUploadBytes
            ? warning('disk', `${says}, less than MAX_UPLOAD_BYTES`, 'make room, or lower MAX_UPLOAD_BYTES')
            : ok('disk', says);
    }
    catch (error) {
        return broken('disk', `DATA_DIR ${dataDir} cannot be written: ${reasonOf(error)}`, 'set DATA_DIR to a folder that this user may write to, or change its owner');
    }
}
/** A folder that is yet to be made is made in this one. */
function nearestFolder(path) {
    return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}
/** Whether the API could listen; that a job server does so already is well. */
export async function examinePort({ host, port }) {
    const refusal = await refusalToListen(host, port);
    if (refusal === null)
        return ok('port', port === 0 ? 'any free one' : `${port} on ${host} is free`);
    if (refusal.code === 'EADDRNOTAVAIL' || refusal.code === 'ENOTFOUND')
        return broken('port', `HOST ${host} is not an address of this machine`, 'correct or unset HOST');
    if (refusal.code !== 'EADDRINUSE')
        return broken('port', `${port} on ${host}: ${refusal.message}`, 'set PORT to one above 1023');
    return (await isJobServer(host, port))
        ? ok('port', `a job server listens on port ${port}`)
        : broken('port', `${port} on ${host} is in use by another program`, 'set PORT to a free one, or end that program');
}
function refusalToListen(host, port) {
    return new Promise((resolve) => {
        const server = createServer();
        server.once('error', resolve);
        server.listen(port, host, () => server.close(() => resolve(null)));
    });
}
async function isJobServer(host, port) {
    const name = host.includes(':') ? `[${host}]` : host;
    try {
        const answer = await fetch(`http://${name}:${port}/openapi.json`, { signal: AbortSignal.timeout(3_000) });
        const { info } = (await answer.json());
        return info?.title === 'Job Server';
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=machine.js.map