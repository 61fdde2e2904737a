import { type Tracing } from './ports/tracing.js';
import type { EnqueueBatch } from './enqueue-batch.js';
import type { Accepted, EnqueueAnswer, EnqueueJobs, EnqueueRequest } from './enqueue-jobs.js';
export interface EnqueueLanesLimits {
    /** Jobs of one statement. */
    readonly maxBatchJobs: number;
    /** Bytes of params of one statement; a single larger job goes alone. */
    readonly maxBatchBytes: number;
    /** Bytes that may wait or be in flight; beyond them callers are refused. */
    readonly maxWaitingBytes: number;
}
/**
 * Group commit for jobs that arrive one at a time: what comes while a statement is in flight shares the next one.
 *
 * Jobs with an idempotency key have a lane of their own, so that a key whose first holder has not committed yet never
 * delays jobs without one.
 */
export declare class EnqueueLanes {
    private readonly batch;
    private readonly tracing;
    private readonly limits;
    private readonly keyless;
    private readonly keyed;
    private waitingBytes;
    constructor(enqueueJobs: Pick<EnqueueJobs, 'execute'>, batch: Pick<EnqueueBatch, 'execute'>, tracing?: Tracing, limits?: EnqueueLanesLimits);
    /**
     * Accepts one job; the answer comes after its commit.
     *
     * @throws JobServerError `backlog-full` when more waits than the database can take; StorageUnavailableError as
     *   `EnqueueJobs` does.
     */
    enqueue(request: EnqueueRequest): Promise<EnqueueAnswer>;
    /**
     * Accepts a batch as a whole or not at all, in a transaction of its own.
     *
     * @throws JobServerError when a job of it cannot be accepted, or as `enqueue` does.
     */
    enqueueAll(requests: readonly EnqueueRequest[], traceparent?: string): Promise<readonly Accepted[]>;
    /** Resolves when everything that was given has been answered. */
    idle(): Promise<void>;
    private accept;
    private weighed;
}
