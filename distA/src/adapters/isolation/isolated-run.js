import { refOf } from '../../domain/job-definition.js';
import { BASE_MB } from './isolate-pool.js';
import { runLogger } from './run-logger.js';
/** From SIGTERM to SIGKILL. */
const KILL_MS = 500;
/** An isolate that gives its handler up by itself says so within this time. */
const REPORT_MS = 100;
const SAMPLE_MS = 250;
/** Where so many isolates go down by themselves, whatever they run, its job has to fail for somebody to look. */
const MAX_LOSSES = 10;
/** What a run counts for that was too slow for others to wait for, or did not end by itself. */
const SLOW_MS = 10;
const MIB = 1024 * 1024;
/**
 * One run in an isolate: the worker's side, which can stop what the isolate itself can no longer stop.
 *
 * The isolate aborts, gives up and classifies by itself, exactly as an inline run does. This side kills what does not come to an
 * end in time, and says what an end without a word means.
 */
export class IsolatedRun {
    deps;
    options;
    result;
    released;
    settle = () => undefined;
    free = () => undefined;
    stopped = null;
    timers = new Set();
    deadline = null;
    isolate = null;
    number = 0;
    /** Isolates that came to their ends before they came to this run. */
    losses = 0;
    withdraw;
    /** The latest reason to abort. */
    aborted = null;
    over = false;
    logger;
    /** As last seen from here. */
    lastUsage = null;
    /** How the run ended, when its isolate could not say so itself. */
    silentEnd = null;
    constructor(deps, options) {
        this.deps = deps;
        this.options = options;
        this.result = new Promise((resolve) => (this.settle = resolve));
        this.released = new Promise((resolve) => (this.free = resolve));
        this.logger = runLogger(deps.logger, deps.io);
        this.withdraw = this.submit();
    }
    submit() {
        const { deps } = this;
        const definition = definitionOf(deps.job);
        return deps.submit({
            memoryLimitMb: deps.memoryLimitMb,
            job: runnable(deps.job),
            isBrief: () => deps.times.areBrief(definition),
            wasSlow: () => {
                deps.times.add(definition, SLOW_MS);
            },
            begin: (isolate, number) => {
                this.begin(isolate, number);
            },
        });
    }
    abort(reason) {
        const stopping = reason === 'interrupted' || reason === 'lease_lost';
        if (this.over || (this.stopped !== null && !stopping))
            return;
        this.stopped ??= reason;
        this.aborted = reason;
        if (this.isolate !== null)
            this.stop(this.isolate, reason);
        else if (this.withdraw()) {
            // Nothing has begun, so nothing has to be ended.
            this.end({ kind: reason === 'cancelled' ? 'cancelled' : 'interrupted' });
            this.free();
        }
        // Else it has begun just now, and is stopped when its isolate is known.
    }
    settled(answer) {
        if (this.silentEnd === null || this.silentEnd.kind === 'interrupted' || answer === 'lease_lost')
            return;
        this.deps.hooksElsewhere(this.silentEnd);
    }
    begin(isolate, number) {
        this.isolate = isolate;
        this.number = number;
        isolate.listen({
            message: (message) => {
                this.hear(message, isolate);
            },
            output: (stream, line) => {
                this.logger[stream === 'stdout' ? 'info' : 'warn'](line, { stream });
            },
            gone: (exit) => {
                if (this.over || this.stopped !== null || this.deps.hadBegun(isolate) || this.losses === MAX_LOSSES)
                    this.endByExit(exit);
                else
                    this.beginAgain();
            },
        });
        // It times its handler out by itself; it is killed when it could not.
        this.killAt(this.options.timeoutMs + this.options.graceMs + REPORT_MS, 'timeout');
        this.watchMemory(isolate);
        if (this.aborted !== null)
            this.stop(isolate, this.aborted);
    }
    /** Its isolate came to its end before it came to this run. */
    beginAgain() {
        this.losses += 1;
        this.isolate = null;
        this.timers.forEach(clearTimeout);
        this.timers.clear();
        this.deadline = null;
        this.withdraw = this.submit();
    }
    stop(isolate, reason) {
        // Who waits must not wait for the grace, nor be killed with it.
        this.deps.hold(isolate);
        isolate.send({ type: 'abort', number: this.number, reason });
        if (reason === 'cancelled')
            this.killAt(this.options.graceMs + REPORT_MS);
        else
            this.kill();
    }
    hear(message, isolate) {
        switch (message.type) {
            case 'ready':
                break;
            case 'emit':
                this.deps.io.emit(message.event).then(() => {
                    isolate.send({ type: 'emitted', number: message.number, error: null });
                }, (error) => {
                    isolate.send({ type: 'emitted', number: message.number, error: String(error) });
                });
                break;
            case 'file':
                void this.deps.files.answer(message.request).then((answer) => {
                    isolate.send({ type: 'filed', number: message.number, answer });
                });
                break;
            case 'log':
                this.logger[message.level](message.message, message.fields);
                break;
            case 'ending':
                this.killAt(this.options.hooksMs);
                break;
            case 'ended':
                this.endOf(message, isolate);
                break;
        }
    }
    endOf({ result, usage, clean, tookMs }, isolate) {
        this.deps.times.add(definitionOf(this.deps.job), tookMs);
        this.end({ ...result, usage });
        if (clean) {
            this.deps.giveBack(isolate);
            this.free();
        }
        else
            this.deps.retire(isolate);
    }
    end(result) {
        this.over = true;
        this.timers.forEach(clearTimeout);
        void this.deps.files.close();
        this.settle(result);
    }
    endByExit(exit) {
        if (!this.over) {
            const { code: exitCode, signal } = exit;
            this.deps.times.add(definitionOf(this.deps.job), SLOW_MS);
            this.silentEnd = { ...this.meaningOf(exit), exitCode, signal, usage: this.lastUsage };
            this.end(this.silentEnd);
        }
        this.free();
    }
    meaningOf({ code, signal, stderr }) {
        switch (this.stopped) {
            case 'timeout':
                return { kind: 'timeout', timeoutMs: this.options.timeoutMs };
            case 'cancelled':
                return { kind: 'cancelled' };
            case 'interrupted':
            case 'lease_lost':
                return { kind: 'interrupted' };
            case 'oom':
                return this.outOfMemory();
            case null:
                if (/heap out of memory|allocation failed/i.test(stderr))
                    return this.outOfMemory();
                return { kind: 'crashed', message: crashMessage(code, signal, stderr) };
        }
    }
    outOfMemory() {
        return { kind: 'oom', message: `used more than its ${this.isolate?.memoryLimitMb ?? 0} MiB of memory` };
    }
    kill() {
        const { isolate } = this;
        // Another run would be hit: this one is over.
        if (isolate === null || this.deps.hold(isolate))
            return;
        this.sample();
        isolate.signal('SIGTERM');
        this.after(KILL_MS, () => {
            isolate.signal('SIGKILL');
        });
    }
    /** Replaces the time after which the isolate is killed, and what that would mean if nothing else has stopped it. */
    killAt(ms, reason = null) {
        if (this.deadline !== null)
            this.forget(this.deadline);
        this.deadline = this.after(ms, () => {
            this.stopped ??= reason;
            this.kill();
        });
    }
    /** Buffers lie outside the heap that Node limits, so the resident size is looked at as well. */
    watchMemory(isolate) {
        this.after(SAMPLE_MS, () => {
            const sample = this.sample();
            if (sample !== null && sample.residentBytes > (isolate.memoryLimitMb * 1.25 + BASE_MB) * MIB) {
                if (this.deps.hold(isolate))
                    return;
                this.stopped ??= 'oom';
                isolate.signal('SIGKILL');
            }
            else
                this.watchMemory(isolate);
        });
    }
    sample() {
        const sample = this.isolate?.sample() ?? null;
        if (sample !== null) {
            const cpuMs = Math.max(0, Math.round(sample.cpuMs - (this.isolate?.cpuMs ?? 0)));
            this.lastUsage = { cpuMs, maxRssBytes: sample.peakBytes };
        }
        return sample;
    }
    after(ms, act) {
        const timer = setTimeout(() => {
            this.timers.delete(timer);
            act();
        }, Math.min(ms, 2_147_483_647));
        this.timers.add(timer);
        return timer;
    }
    forget(timer) {
        clearTimeout(timer);
        this.timers.delete(timer);
    }
}
/** Only what the isolate needs: it is written and read again for each run. */
export function runnable(job) {
    const { id, definitionKey, definitionVersion, params, attempts, maxAttempts, run, crashes, traceparent } = job;
    return { id, definitionKey, definitionVersion, params, attempts, maxAttempts, run, crashes, traceparent };
}
function definitionOf({ definitionKey: key, definitionVersion: version }) {
    return refOf({ key, version });
}
function crashMessage(code, signal, stderr) {
    const how = signal !== null
        ? `its process was ended by ${signal}`
        : `its process ended with exit code ${code ?? 'unknown'} before the handler did`;
    const why = stderr.split('\n').find((line) => /^\w*(Error|Exception)\b.*/.test(line.trim()));
    return why === undefined ? how : `${how}: ${why.trim()}`;
}
//# sourceMappingURL=isolated-run.js.map