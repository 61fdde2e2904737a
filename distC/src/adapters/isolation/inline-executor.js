import { realTimers } from '../../application/ports/timers.js';
import { untraced } from '../../application/ports/tracing.js';
import { runEndHooks, runJob } from '../../application/run-job.js';
import { refOf } from '../../domain/job-definition.js';
import { HandlerSide } from './handler-context.js';
import { runLogger } from './run-logger.js';
/** What a drain or a lost lease leaves a handler: its result no longer matters to anyone. */
const SHORT_GRACE_MS = 500;
/**
 * Runs handlers in this process's own event loop.
 *
 * A handler that does not end in time is settled without it, and its slot stays taken until its promise ends: nothing can
 * kill code in the same event loop.
 */
export class InlineExecutor {
    registry;
    logger;
    options;
    waiting = 0;
    constructor(registry, logger, options) {
        this.registry = registry;
        this.logger = logger;
        this.options = options;
    }
    start(job, io) {
        const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion });
        if (definition === undefined)
            return notLoaded();
        return new InlineRun(job, definition, io, this.logger, this.options);
    }
    /** Runs only the hooks that follow the end of a run, for one whose own process is gone. */
    endHooks(job, result, io) {
        const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion });
        if (definition === undefined)
            return notLoaded();
        return new InlineRun(job, definition, io, this.logger, this.options, result);
    }
    warmUp() {
        // Nothing has to be loaded before a run.
    }
    keepFor() {
        // The worker aborts what runs in its own event loop.
    }
    close() {
        return Promise.resolve();
    }
}
function notLoaded() {
    const result = Promise.resolve({ kind: 'interrupted' });
    return { result, released: Promise.resolve(), abort: () => undefined, settled: () => undefined };
}
class InlineRun {
    job;
    definition;
    io;
    parentLogger;
    options;
    result;
    released;
    controller = new AbortController();
    side;
    timers;
    timeoutMs;
    /** Of the timeout and of graces. */
    cancels = [];
    reason = null;
    logger = null;
    handler = null;
    /** Settles without the handler, from the moment at which it runs. */
    giveUp = null;
    given = null;
    /** Rejects when hooks must no longer be waited for; made by the first hook, or by what ends it. */
    hurrying = null;
    constructor(job, definition, io, parentLogger, options, ended = null) {
        this.job = job;
        this.definition = definition;
        this.io = io;
        this.parentLogger = parentLogger;
        this.options = options;
        this.timers = options.timers ?? realTimers;
        this.timeoutMs = (definition.timeoutSeconds ?? 3600) * 1000;
        this.side = new HandlerSide(job, this.controller, io, () => this.log(), this.timers);
        this.after(this.timeoutMs, () => {
            this.stop('timeout');
        });
        this.result = this.run(ended);
        this.released = this.leave();
    }
    get context() {
        return this.side.context;
    }
    abort(reason) {
        this.stop(reason);
    }
    settled() {
        // Its hooks have run by now, in this process.
    }
    warn(...line) {
        this.log().warn(...line);
    }
    isAborted() {
        return this.reason !== null;
    }
    resultOf(handler) {
        return new Promise((resolve) => {
            this.giveUp = resolve;
            if (this.given !== null)
                resolve(this.given);
            void handler.then((end) => {
                resolve(this.classify(end));
            });
        });
    }
    handlerEnded() {
        this.options.onHandlerEnd?.(this.definition);
    }
    within(hook) {
        return bounded(hook, this.options.hookMs, this.hurried().promise, this.timers);
    }
    async run(ended) {
        let result;
        if (ended === null) {
            const over = await (this.options.tracing ?? untraced).within(this.job.traceparent, () => runJob(this));
            this.handler = over.handler;
            result = over.result;
        }
        else {
            await runEndHooks(this, ended);
            result = ended;
        }
        for (const cancel of this.cancels)
            cancel();
        const reported = this.side.flush();
        if (reported !== null)
            await reported;
        return result;
    }
    async leave() {
        await this.result;
        await this.handler;
        this.side.dispose();
    }
    log() {
        if (this.logger !== null)
            return this.logger;
        const { id: jobId, attempts: attempt, run } = this.job;
        const own = this.parentLogger.child({ jobId, definition: refOf(this.definition), attempt, run });
        return (this.logger = runLogger(own, this.io));
    }
    hurried() {
        if (this.hurrying !== null)
            return this.hurrying;
        let reject = () => undefined;
        const promise = new Promise((_, refuse) => (reject = refuse));
        promise.catch(() => undefined);
        return (this.hurrying = { promise, reject });
    }
    stop(reason) {
        // A lost lease ends every earlier grace: the job may be given to another worker any moment.
        if (this.reason !== null && reason !== 'lease_lost' && reason !== 'interrupted')
            return;
        this.reason ??= reason;
        const stopping = reason === 'interrupted' || reason === 'lease_lost';
        this.after(stopping ? SHORT_GRACE_MS : this.options.graceMs, () => {
            this.given ??= this.abortResult();
            this.giveUp?.(this.given);
            if (stopping)
                this.hurried().reject(new Error('the worker has to stop'));
        });
        this.controller.abort(new Error(reasonText(reason)));
    }
    /** A success counts in spite of a cancel or a drain, never in spite of a timeout. */
    classify(end) {
        if (this.reason === null)
            return end;
        return end.kind === 'succeeded' && this.reason !== 'timeout' ? end : this.abortResult();
    }
    abortResult() {
        switch (this.reason) {
            case 'timeout':
                return { kind: 'timeout', timeoutMs: this.timeoutMs };
            case 'cancelled':
                return { kind: 'cancelled' };
            case 'interrupted':
            case 'lease_lost':
            case null:
                return { kind: 'interrupted' };
        }
    }
    after(delayMs, act) {
        this.cancels.push(this.timers.after(delayMs, act));
    }
}
function reasonText(reason) {
    switch (reason) {
        case 'timeout':
            return 'the job timed out';
        case 'cancelled':
            return 'the job was cancelled';
        case 'interrupted':
            return 'the worker is stopping';
        case 'lease_lost':
            return 'the worker lost its lease';
    }
}
async function bounded(work, limitMs, hurried, timers) {
    let cancel = () => undefined;
    const limit = new Promise((_, reject) => {
        cancel = timers.after(limitMs, () => {
            reject(new Error(`took longer than ${limitMs} ms`));
        });
    });
    try {
        return await Promise.race([work, limit, hurried]);
    }
    finally {
        cancel();
    }
}
//# sourceMappingURL=inline-executor.js.map