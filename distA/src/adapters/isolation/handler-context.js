import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realTimers } from '../../application/ports/timers.js';
import { SnoozeError } from '../../domain/handler-signals.js';
import { isHandlerEventType, MAX_EVENT_BYTES } from '../../domain/job-event.js';
import { scrubJson, scrubText } from '../../domain/json.js';
const PROGRESS_INTERVAL_MS = 250;
/** What a run gives its handler as `ctx`, and what the handler leaves behind: reports, files. Most is made when it is first asked for. */
export class HandlerSide {
    aborting;
    io;
    log;
    timers;
    context;
    reports = null;
    dir = null;
    constructor(job, aborting, io, log, timers = realTimers) {
        this.aborting = aborting;
        this.io = io;
        this.log = log;
        this.timers = timers;
        this.context = new HandlerContext(job, this);
    }
    get logger() {
        return this.log();
    }
    get abortSignal() {
        return this.aborting.signal;
    }
    get tempDir() {
        return (this.dir ??= mkdtempSync(join(tmpdir(), 'job-')));
    }
    event(type, payload) {
        return this.reporting().event(type, payload);
    }
    progress(percent, step) {
        return this.reporting().progress(percent, step);
    }
    /** Writes what is still pending, to be awaited before the settle; `null` when nothing is. */
    flush() {
        return this.reports === null ? null : this.reports.flush();
    }
    /** Removes the files. */
    dispose() {
        if (this.dir !== null)
            rmSync(this.dir, { recursive: true, force: true });
    }
    reporting() {
        return (this.reports ??= new Reports(this.io, this.log, this.timers));
    }
}
const SIDE = Symbol('what is made late');
/**
 * Properties of each context, so that a copy of it has them too. Their functions are the same for all: an object literal makes each of its
 * getters anew, and with it another shape, for which a run of a no-op took four times as long.
 */
const LOGGER = {
    enumerable: true,
    get() {
        return this[SIDE].logger;
    },
};
const ABORT_SIGNAL = {
    enumerable: true,
    get() {
        return this[SIDE].abortSignal;
    },
};
const TEMP_DIR = {
    enumerable: true,
    get() {
        return this[SIDE].tempDir;
    },
};
class HandlerContext {
    [SIDE];
    jobId;
    definitionKey;
    definitionVersion;
    attempt;
    maxAttempts;
    run;
    traceparent;
    snooze = snooze;
    // Handlers take them out of their context.
    emitEvent;
    progress;
    constructor(job, side) {
        this[SIDE] = side;
        this.jobId = job.id;
        this.definitionKey = job.definitionKey;
        this.definitionVersion = job.definitionVersion;
        this.attempt = job.attempts;
        this.maxAttempts = job.maxAttempts;
        this.run = job.run;
        this.traceparent = job.traceparent;
        this.emitEvent = (type, payload) => side.event(type, payload);
        this.progress = (percent, step) => side.progress(percent, step);
        // Together, by `defineProperties`, they take twice as long.
        Object.defineProperty(this, 'logger', LOGGER);
        Object.defineProperty(this, 'abortSignal', ABORT_SIGNAL);
        Object.defineProperty(this, 'tempDir', TEMP_DIR);
    }
}
function snooze(seconds) {
    throw new SnoozeError(seconds);
}
/** What a handler reports while it runs. */
class Reports {
    io;
    logger;
    pending = new Set();
    ofProgress;
    constructor(io, logger, timers) {
        this.io = io;
        this.logger = logger;
        this.ofProgress = new ProgressReports((event) => this.emit(event), timers);
    }
    event(type, payload) {
        return this.unhurt((async () => {
            const event = { type: checkedType(type), payload: checkedPayload(payload) };
            // Both are given to the writer in this tick: events keep the order of their calls.
            await Promise.all([this.ofProgress.flush(), this.emit(event)]);
        })());
    }
    progress(percent, step) {
        return this.unhurt(this.ofProgress.report(percent, step));
    }
    /** Resolves when everything that was reported is written, or refused. */
    async flush() {
        const last = this.ofProgress.flush();
        if (this.pending.size === 0)
            return last;
        await Promise.allSettled([last, ...this.pending]);
    }
    emit(event) {
        const written = this.io.emit(event);
        this.pending.add(written);
        const forget = () => this.pending.delete(written);
        written.then(forget, forget);
        return written;
    }
    /** A handler that does not await what it reports must not bring the process down when that fails. */
    unhurt(reported) {
        reported.catch((error) => {
            this.logger().warn('a report of the handler was refused', { error: String(error) });
        });
        return reported;
    }
}
function checkedType(type) {
    if (typeof type === 'string' && isHandlerEventType(type))
        return type;
    throw new TypeError(`an event type has 1–100 letters, digits and ._:- and is not one of the server's own, got ${JSON.stringify(type).slice(0, 100)}`);
}
function checkedPayload(payload) {
    const json = scrubJson(payload ?? {});
    const object = typeof json === 'object' && json !== null && !Array.isArray(json) ? json : { value: json };
    const bytes = Buffer.byteLength(JSON.stringify(object));
    if (bytes > MAX_EVENT_BYTES)
        throw new TypeError(`an event's payload has at most ${MAX_EVENT_BYTES} bytes of JSON, got ${bytes}`);
    return object;
}
/** At most four reports a second; of what comes faster only the last is kept and written when its time has come. */
class ProgressReports {
    emit;
    timers;
    held = null;
    cancel = null;
    constructor(emit, timers) {
        this.emit = emit;
        this.timers = timers;
    }
    async report(percent, step) {
        if (!Number.isFinite(percent))
            throw new TypeError(`progress must be a number, 0–100, not ${String(percent)}`);
        if (this.cancel !== null) {
            this.held = { percent, step };
            return;
        }
        this.cancel = this.timers.after(PROGRESS_INTERVAL_MS, () => {
            this.cancel = null;
            const { held } = this;
            this.held = null;
            // A report that cannot be written is no reason to fail the job; the next one tells more.
            if (held !== null)
                this.report(held.percent, held.step).catch(() => undefined);
        });
        await this.write(percent, step);
    }
    async flush() {
        this.cancel?.();
        this.cancel = null;
        const { held } = this;
        this.held = null;
        if (held !== null)
            await this.write(held.percent, held.step);
    }
    write(percent, step) {
        const progress = Math.min(100, Math.max(0, percent));
        return this.emit({
            type: 'progress',
            payload: { step: step === undefined ? null : scrubText(String(step)), progress },
            progress,
        });
    }
}
//# sourceMappingURL=handler-context.js.map