import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { JobServerError } from '../../domain/errors.js';
import { inputArguments, outputArguments } from './encode-arguments.js';
import { runFfmpeg } from './ffmpeg-process.js';
import { inspectMedia, unavailable } from './inspect-media.js';
import { locateTools } from './locate-tools.js';
/** An encode that goes on has written to its output since then. */
const ABANDONED_MS = 10_000;
/**
 * Encodes with ffmpeg, through fluent-ffmpeg.
 *
 * An output is written as `.partial-…` beside its final name, synced, and renamed only when complete; the next encode to that
 * name that succeeds removes what a killed server left, and the store sweeps the rest. Encodes may run at the same time, also to one name: each complete output replaces the one before.
 */
export class FfmpegVideoEncoder {
    options;
    found = null;
    search = null;
    missedAt = -Infinity;
    constructor(options = {}) {
        this.options = options;
    }
    async isAvailable() {
        return (await this.locate()) !== null;
    }
    async probe(path) {
        return factsOf(await this.inspect(await this.tools(), path));
    }
    async encode(request) {
        const { inputPath, outputPath, format, height, durationSeconds, signal } = request;
        signal.throwIfAborted();
        const tools = await this.tools();
        const threads = this.options.threads ?? 2;
        const input = await this.inspect(tools, inputPath, signal);
        const partial = `${partialPrefix(outputPath)}${randomUUID().slice(0, 8)}`;
        const startedAt = Date.now();
        let reported = -1;
        const report = (percent) => {
            const rounded = Math.round(Math.min(100, percent) * 10) / 10;
            if (!(rounded > reported))
                return;
            reported = rounded;
            request.onProgress(rounded);
        };
        try {
            await mkdir(dirname(outputPath), { recursive: true });
            await runFfmpeg({
                program: tools.ffmpeg,
                inputPath,
                inputArguments: inputArguments(input, threads),
                outputPath: partial,
                outputArguments: ['-y', ...outputArguments(input, format, height, threads)],
                signal,
                killGraceMs: this.options.killGraceMs ?? 500,
                ownGroup: this.options.ownGroup ?? true,
                // 100 is said when the file is there.
                onTime: (seconds) => {
                    report(Math.min(99.9, (seconds / durationSeconds) * 100));
                },
            });
            const facts = factsOf(await this.inspect(tools, partial, signal).catch(notPlayable));
            await sync(partial);
            signal.throwIfAborted();
            await rename(partial, outputPath);
            await removeLeftovers(outputPath, startedAt - ABANDONED_MS).catch(() => undefined);
            report(100);
            return facts;
        }
        catch (error) {
            throw withoutPath(error);
        }
        finally {
            await rm(partial, { force: true }).catch(() => undefined);
        }
    }
    async inspect(tools, path, signal) {
        try {
            return await inspectMedia(tools.ffprobe, path, signal);
        }
        catch (error) {
            if (error instanceof JobServerError && error.code === 'ffmpeg-unavailable')
                this.found = null;
            throw error;
        }
    }
    async tools() {
        const tools = await this.locate();
        if (tools === null)
            throw unavailable();
        return tools;
    }
    /** Looks once and remembers what it found; what is missing is looked for again, but not for every caller. */
    async locate() {
        if (this.found !== null)
            return this.found;
        if (this.search === null && performance.now() - this.missedAt < (this.options.searchAgainMs ?? 3_000))
            return null;
        this.search ??= locateTools(this.options).then((tools) => {
            this.found = tools;
            this.search = null;
            if (tools === null)
                this.missedAt = performance.now();
            return tools;
        });
        return this.search;
    }
}
function factsOf({ width, height, durationSeconds, videoCodec, audioCodec, sizeBytes, }) {
    return { width, height, durationSeconds, videoCodec, audioCodec, sizeBytes };
}
function notPlayable(error) {
    if (!(error instanceof JobServerError) || error.code !== 'unsupported-video')
        throw error;
    throw new Error(`ffmpeg made no playable video: ${error.message}`, { cause: error });
}
/** The file system's errors name the server's folders. */
function withoutPath(error) {
    const { code, path } = error;
    return path === undefined ? error : new Error(`the output cannot be written (${code})`, { cause: error });
}
function partialPrefix(outputPath) {
    return join(dirname(outputPath), `.partial-${basename(outputPath)}-`);
}
/** What earlier encodes to the same output have left, unless somebody has written to it since. */
async function removeLeftovers(outputPath, sinceMs) {
    const prefix = partialPrefix(outputPath);
    for (const name of await readdir(dirname(outputPath))) {
        const path = join(dirname(outputPath), name);
        if (path.startsWith(prefix) && (await stat(path)).mtimeMs < sinceMs)
            await rm(path, { force: true });
    }
}
async function sync(path) {
    const file = await open(path, 'r+');
    try {
        await file.sync();
    }
    finally {
        await file.close();
    }
}
//# sourceMappingURL=ffmpeg-video-encoder.js.map