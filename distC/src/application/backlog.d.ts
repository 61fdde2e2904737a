import { JobServerError } from '../domain/errors.js';
import type { NewJob } from '../domain/job.js';
import type { Clock } from './ports/clock.js';
import type { JobQueries } from './ports/job-queries.js';
import type { InsertAnswer } from './ports/job-store.js';
/**
 * Keeps the number of queued jobs below a limit without counting them for each request: a count now and then, and in
 * between what this process itself has let in. With several processes the limit may be exceeded by what the others let in
 * between two counts.
 */
export declare class Backlog {
    private readonly queries;
    private readonly clock;
    private readonly maxQueued;
    private queued;
    private countedAgainAt;
    private counting;
    constructor(queries: Pick<JobQueries, 'queuedUpTo' | 'keyHolders'>, clock: Pick<Clock, 'monotonicMs'>, maxQueued: number);
    /**
     * Takes room for `wanted` jobs; answers for how many there is any.
     *
     * @throws StorageUnavailableError when it is time to count and the database is away.
     */
    take(wanted: number): Promise<number>;
    /** Answers jobs for which there is no room: those that are there already by their idempotency key, `null` for the others. */
    replays(jobs: readonly NewJob[]): Promise<readonly (InsertAnswer | null)[]>;
    private count;
}
export declare function backlogFull(): JobServerError;
