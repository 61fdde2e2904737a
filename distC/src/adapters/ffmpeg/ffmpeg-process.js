import { once } from 'node:events';
import { setPriority } from 'node:os';
import ffmpeg, {} from 'fluent-ffmpeg';
import { guardGroup } from './group-guard.js';
import { reasonOf } from './inspect-media.js';
import { toolEnvironment } from './locate-tools.js';
const NICE = 5;
const STDERR_LINES = 40;
/**
 * Runs ffmpeg once; resolves or rejects only when its process is gone, also when `signal` aborts before there is one. When
 * this process is killed, ffmpeg goes with it.
 *
 * @throws the signal's reason, or an error with the last lines that ffmpeg wrote.
 */
export async function runFfmpeg(run) {
    const { signal } = run;
    const process = new FfmpegProcess(run);
    const abort = () => {
        process.stop(run.killGraceMs);
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted)
        abort();
    try {
        await process.end;
    }
    catch (error) {
        if (!signal.aborted)
            throw error;
    }
    finally {
        signal.removeEventListener('abort', abort);
    }
    if (signal.aborted)
        throw reasonOf(signal);
}
class FfmpegProcess {
    run;
    end;
    child = null;
    gone = Promise.resolve();
    killAfterMs = null;
    killTimer;
    releaseGuard = () => undefined;
    killNow = () => {
        this.signalGroup('SIGKILL');
    };
    constructor(run) {
        this.run = run;
        const tail = [];
        const command = this.prepared();
        const ended = new Promise((done, fail) => {
            // No listener for fluent's own `progress`: it would start an ffprobe that nobody can stop.
            command.on('stderr', (line) => {
                const seconds = timeOf(line);
                if (seconds !== null)
                    run.onTime(seconds);
                // A blank line, with which some builds begin, says nothing of why it failed.
                else if (line.trim() !== '' && tail.push(line) > STDERR_LINES)
                    tail.shift();
            });
            command.on('end', () => {
                done();
            });
            command.on('error', (error) => {
                fail(new Error(`ffmpeg failed: ${readable(tail.length > 0 ? tail.join('\n') : error.message, run)}`));
            });
        });
        command.run();
        this.end = ended.finally(async () => {
            await this.gone;
            clearTimeout(this.killTimer);
            this.releaseGuard();
            process.off('exit', this.killNow);
        });
    }
    /** SIGTERM, then SIGKILL; if there is no process yet, as soon as there is one. */
    stop(killAfterMs) {
        this.killAfterMs = killAfterMs;
        if (this.child === null)
            return;
        this.signalGroup('SIGTERM');
        this.killTimer ??= setTimeout(this.killNow, killAfterMs);
    }
    prepared() {
        const { program, inputPath, inputArguments, outputPath, outputArguments } = this.run;
        const command = ffmpeg({ stdoutLines: STDERR_LINES })
            .input(`file:${inputPath}`)
            .inputOptions(...inputArguments)
            .output(outputPath)
            .outputOptions(...outputArguments);
        const internals = command;
        // Its path is a variable of the whole process; its list of formats and encoders misreads ffmpeg 7.
        internals._getFfmpegPath = (done) => {
            done(null, program);
        };
        internals._checkCapabilities = (done) => {
            done(null);
        };
        internals.availableEncoders = (done) => {
            done(null, {});
        };
        const spawn = internals._spawnFfmpeg.bind(command);
        internals._spawnFfmpeg = (args, options, onProcess, onEnd) => {
            // Without the rings a program that cannot be started would end this whole process.
            const nothing = { get: () => '' };
            const end = (error, stdout, stderr) => {
                onEnd(error, stdout ?? nothing, stderr ?? nothing);
            };
            try {
                // In a group of its own: a Ctrl+C at the terminal is the server's to handle.
                spawn(args, { ...options, detached: this.run.ownGroup, env: toolEnvironment() }, (child, ...rings) => {
                    this.spawned(child);
                    onProcess(child, ...rings);
                }, end);
            }
            catch (error) {
                end(error, nothing, nothing);
            }
        };
        return command;
    }
    spawned(child) {
        if (child.pid === undefined)
            return;
        this.child = child;
        this.gone = once(child, 'close').catch(() => undefined);
        if (this.run.ownGroup)
            this.releaseGuard = guardGroup(child.pid);
        process.on('exit', this.killNow);
        try {
            setPriority(child.pid, NICE);
        }
        catch {
            // Gone already, or not allowed: it runs as any other process.
        }
        if (this.killAfterMs !== null)
            this.stop(this.killAfterMs);
    }
    signalGroup(name) {
        if (this.child?.pid === undefined)
            return;
        try {
            process.kill(this.run.ownGroup ? -this.child.pid : this.child.pid, name);
        }
        catch {
            // Gone already.
        }
    }
}
/** Only ffmpeg's own status line counts: a file's metadata may hold anything. */
function timeOf(line) {
    const match = /^(?:frame|size)=.*time=(?:(\d+):(\d+):(\d+(?:\.\d+)?)|N\/A|-)/.exec(line);
    if (match === null)
        return null;
    const [, hours = '0', minutes = '0', seconds = '0'] = match;
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
/** The last lines in one, without the server's folders. */
function readable(stderr, { inputPath, outputPath }) {
    return stderr
        .replaceAll(`file:${inputPath}`, 'the input')
        .replaceAll(inputPath, 'the input')
        .replaceAll(outputPath, 'the output')
        .replace(/(?<![\w.])\/(?:[^\s/:'"]+\/)+/g, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '')
        .slice(-5)
        .join('; ')
        .slice(-500);
}
//# sourceMappingURL=ffmpeg-process.js.map