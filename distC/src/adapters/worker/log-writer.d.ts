import type { Clock } from '../../application/ports/clock.js';
import type { LogStore } from '../../application/ports/log-store.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Timers } from '../../application/ports/timers.js';
import { type LogLevel } from '../../domain/job-log.js';
import type { ActiveJob } from '../../domain/job.js';
/**
 * Writes what runs say, many runs in one transaction. No job waits for it longer than one try, and none fails by it: while the
 * database is away lines wait, bounded, and those that are lost are counted.
 */
export declare class LogWriter {
    private readonly store;
    private readonly clock;
    private readonly logger;
    private readonly timers;
    private readonly waiting;
    private waitingBytes;
    private writing;
    private isWriteComing;
    private retryMs;
    constructor(store: LogStore, clock: Clock, logger: Logger, timers?: Timers);
    add({ id: jobId, run }: Pick<ActiveJob, 'id' | 'run'>, level: LogLevel, message: string, fields?: unknown): void;
    /** Resolves when everything that this run has said is written, or could not be written just now. Never rejects. */
    flush({ id, run }: Pick<ActiveJob, 'id' | 'run'>): Promise<void>;
    /** The same for all runs. */
    flushAll(): Promise<void>;
    /** Joins the write that is under way, or begins one; answers whether it was done. */
    private write;
    private append;
    private take;
    private put;
    /** Lets go of the oldest lines. */
    private trim;
    private writeIn;
}
