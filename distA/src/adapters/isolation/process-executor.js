import { DEFAULT_MEMORY_LIMIT_MB, refOf } from '../../domain/job-definition.js';
import { InlineExecutor } from './inline-executor.js';
import { IsolatedRun, runnable } from './isolated-run.js';
import { RunFiles } from './run-files.js';
import { runLogger } from './run-logger.js';
import { RunTimes } from './run-times.js';
/** What a fresh isolate may take to begin. */
const START_MS = 5_000;
/** Runs each job where its definition says: in an isolate of the pool, or in this process's own event loop. */
export class ProcessExecutor {
    registry;
    pool;
    logger;
    options;
    files;
    inline;
    times = new RunTimes();
    constructor(registry, pool, logger, options, 
    /** What isolates reach of the files that uploads and outputs are, through this process. */
    files) {
        this.registry = registry;
        this.pool = pool;
        this.logger = logger;
        this.options = options;
        this.files = files;
        this.inline = new InlineExecutor(registry, logger, options);
    }
    get waiting() {
        return this.pool.waitingRuns;
    }
    warmUp() {
        const limits = this.registry.isolated().map(memoryLimitOf);
        const limit = limits.find((mb) => mb === DEFAULT_MEMORY_LIMIT_MB) ?? limits[0];
        if (limit !== undefined)
            this.pool.keepSpare(limit);
    }
    start(job, io) {
        const ref = { key: job.definitionKey, version: job.definitionVersion };
        const definition = this.registry.get(ref);
        if (definition === undefined || this.registry.isolationOf(definition) === 'inline')
            return this.inline.start(job, io);
        return this.isolated(job, definition, io);
    }
    keepFor(ms) {
        this.pool.keepFor(ms);
    }
    close() {
        return this.pool.close();
    }
    /** In a fresh isolate, outside the slot, once and within their time: hooks of a run whose own isolate is gone. */
    runHooks(job, definition, result, io) {
        this.pool.submit({
            memoryLimitMb: memoryLimitOf(definition),
            job: null,
            isBrief: () => false,
            wasSlow: () => undefined,
            begin: (isolate) => {
                this.runHooksIn(isolate, job, result, io);
            },
        });
    }
    runHooksIn(isolate, job, result, io) {
        const definition = refOf({ key: job.definitionKey, version: job.definitionVersion });
        const own = this.logger.child({ jobId: job.id, definition, run: job.run });
        const logger = runLogger(own, io);
        const late = setTimeout(() => {
            this.pool.retire(isolate);
        }, this.hooksMs + START_MS);
        isolate.listen({
            message: (message) => {
                if (message.type === 'log')
                    logger[message.level](message.message, message.fields);
                if (message.type === 'emit') {
                    // The job is settled: nothing more can be added to it.
                    isolate.send({ type: 'emitted', number: message.number, error: null });
                }
                if (message.type === 'file') {
                    const answer = { error: 'hooks of a run that is over have no files', code: null };
                    isolate.send({ type: 'filed', number: message.number, answer });
                }
                if (message.type !== 'ended')
                    return;
                this.pool.retire(isolate);
            },
            output: (stream, line) => {
                logger[stream === 'stdout' ? 'info' : 'warn'](line, { stream });
            },
            gone: () => {
                clearTimeout(late);
            },
        });
        isolate.send({ type: 'hooks', job: runnable(job), result });
    }
    get hooksMs() {
        return 2 * this.options.hookMs + 1_000;
    }
    isolated(job, definition, io) {
        const { id: jobId, attempts: attempt, run } = job;
        const logger = this.logger.child({ jobId, definition: refOf(definition), attempt, run });
        return new IsolatedRun({
            job,
            submit: (turn) => {
                this.pool.submit(turn);
                return () => this.pool.withdraw(turn);
            },
            memoryLimitMb: memoryLimitOf(definition),
            times: this.times,
            io,
            logger,
            files: new RunFiles(this.files),
            hold: (isolate) => this.pool.hold(isolate),
            hadBegun: (isolate) => this.pool.hadBegun(isolate),
            giveBack: (isolate) => {
                this.pool.release(isolate);
            },
            retire: (isolate) => {
                this.pool.retire(isolate);
            },
            hooksElsewhere: (result) => {
                if (definition.onFail !== undefined || definition.onEnd !== undefined)
                    this.runHooks(job, definition, result, io);
            },
        }, {
            timeoutMs: (definition.timeoutSeconds ?? 3600) * 1000,
            graceMs: this.options.graceMs,
            hooksMs: this.hooksMs,
        });
    }
}
function memoryLimitOf({ memoryLimitMb }) {
    return memoryLimitMb ?? DEFAULT_MEMORY_LIMIT_MB;
}
//# sourceMappingURL=process-executor.js.map