import type { HandlerEvent, JobStore } from '../../application/ports/job-store.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Logger } from '../../application/ports/logger.js';
import type { RunEnd, SettleJobs } from '../../application/settle-jobs.js';
type SettledAs = 'applied' | 'lease_lost';
/**
 * Writes what runs produce — events and ends — in batches, and keeps trying while the database is away: tokens make every
 * repetition harmless.
 *
 * A batch that fails for another reason is written one by one, so that what is at fault holds up nothing else.
 */
export declare class JobWriter {
    private readonly settleJobs;
    private readonly store;
    private readonly clock;
    private readonly logger;
    private readonly settles;
    private readonly events;
    private abandoned;
    constructor(settleJobs: SettleJobs, store: JobStore, clock: Clock, logger: Logger, 
    /** How long ends gather after each settle, unless somebody waits for the place of one. */
    gatherMs?: number);
    /** Resolves once the end is committed or known to be fenced off; rejects only when it was abandoned. */
    settle(end: RunEnd): Promise<SettledAs>;
    /**
     * Resolves once the event is committed, dropped or known to be fenced off, or when it was abandoned together with its run.
     *
     * @throws whatever the store has against this one event.
     */
    append(event: HandlerEvent): Promise<void>;
    /** Resolves when everything that was given has been written. */
    flush(): Promise<void>;
    /** Gives up on a database that does not come back; recovery takes what was not written. */
    abandon(): void;
    private retry;
}
export {};
