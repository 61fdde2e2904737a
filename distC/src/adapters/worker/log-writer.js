import { realTimers } from '../../application/ports/timers.js';
import { MAX_RUN_LOG_BYTES, newLogLine } from '../../domain/job-log.js';
import { StorageUnavailableError } from '../../domain/errors.js';
/** How long lines gather before they are written, unless a flush comes first. */
const GATHER_MS = 50;
const MAX_RETRY_MS = 1_000;
const MAX_BATCH_RUNS = 200;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Of all runs together, while the database is away. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;
/**
 * Writes what runs say, many runs in one transaction. No job waits for it longer than one try, and none fails by it: while the
 * database is away lines wait, bounded, and those that are lost are counted.
 */
export class LogWriter {
    store;
    clock;
    logger;
    timers;
    waiting = new Map();
    waitingBytes = 0;
    writing = null;
    isWriteComing = false;
    retryMs = GATHER_MS;
    constructor(store, clock, logger, timers = realTimers) {
        this.store = store;
        this.clock = clock;
        this.logger = logger;
        this.timers = timers;
    }
    add({ id: jobId, run }, level, message, fields) {
        this.put({ jobId, run, lines: [newLogLine(level, message, fields, this.clock.now())], dropped: 0 });
        this.writeIn(GATHER_MS);
    }
    /** Resolves when everything that this run has said is written, or could not be written just now. Never rejects. */
    async flush({ id, run }) {
        const key = keyOf(id, run);
        while (this.waiting.has(key) || this.writing?.keys.has(key) === true) {
            if (!(await this.write()))
                return;
        }
    }
    /** The same for all runs. */
    async flushAll() {
        while (this.waiting.size > 0 || this.writing !== null)
            if (!(await this.write()))
                return;
    }
    /** Joins the write that is under way, or begins one; answers whether it was done. */
    write() {
        if (this.writing !== null)
            return this.writing.done;
        const batch = this.take();
        const done = this.append(batch).finally(() => {
            this.writing = null;
            if (this.waiting.size > 0)
                this.writeIn(this.retryMs);
        });
        this.writing = { keys: new Set(batch.map(({ jobId, run }) => keyOf(jobId, run))), done };
        return done;
    }
    async append(batch) {
        try {
            await this.store.append(batch);
            this.retryMs = GATHER_MS;
            return true;
        }
        catch (error) {
            if (error instanceof StorageUnavailableError) {
                for (const lines of batch)
                    this.put(lines, 'before');
                this.retryMs = Math.min(MAX_RETRY_MS, this.retryMs * 2);
                this.logger.debug('could not write logs of jobs, trying again', { error: String(error) });
            }
            else {
                const lost = batch.reduce((sum, { lines }) => sum + lines.length, 0);
                this.logger.warn('lines of the logs of jobs were lost', { lines: lost, error: String(error) });
            }
            return false;
        }
    }
    take() {
        const batch = [];
        let bytes = 0;
        for (const [key, waiting] of this.waiting) {
            if (batch.length === MAX_BATCH_RUNS || (bytes > 0 && bytes + waiting.bytes > MAX_BATCH_BYTES))
                break;
            bytes += waiting.bytes;
            this.waiting.delete(key);
            batch.push(waiting);
        }
        this.waitingBytes -= bytes;
        return batch;
    }
    put({ jobId, run, lines, dropped }, where = 'after') {
        const key = keyOf(jobId, run);
        const waiting = this.waiting.get(key) ?? { jobId, run, lines: [], bytes: 0, dropped: 0 };
        this.waiting.set(key, waiting);
        if (where === 'after')
            waiting.lines.push(...lines);
        else
            waiting.lines.unshift(...lines);
        waiting.dropped += dropped;
        const bytes = lines.reduce((sum, line) => sum + line.bytes, 0);
        waiting.bytes += bytes;
        this.waitingBytes += bytes;
        this.trim(waiting, MAX_RUN_LOG_BYTES);
        for (const longest of this.waiting.values()) {
            if (this.waitingBytes <= MAX_WAITING_BYTES)
                break;
            this.trim(longest, 0);
        }
    }
    /** Lets go of the oldest lines. */
    trim(waiting, maxBytes) {
        let count = 0;
        while (waiting.bytes > maxBytes) {
            const bytes = waiting.lines[count]?.bytes ?? waiting.bytes;
            waiting.bytes -= bytes;
            this.waitingBytes -= bytes;
            count += 1;
        }
        if (count === 0)
            return;
        waiting.lines.splice(0, count);
        waiting.dropped += count;
    }
    writeIn(ms) {
        if (this.isWriteComing)
            return;
        this.isWriteComing = true;
        this.timers.after(ms, () => {
            this.isWriteComing = false;
            if (this.waiting.size > 0)
                void this.write();
        });
    }
}
function keyOf(jobId, run) {
    return `${jobId} ${run}`;
}
//# sourceMappingURL=log-writer.js.map