import type { CancelJobs } from '../application/cancel-jobs.js';
import type { EnqueueAnswer, EnqueueJobs } from '../application/enqueue-jobs.js';
import type { EnqueueLanes } from '../application/enqueue-lanes.js';
import type { Tracing } from '../application/ports/tracing.js';
import type { CancelAnswer } from '../application/ports/job-store.js';
import type { Stores } from '../application/ports/stores.js';
import { type FinishedJob, type Job } from '../domain/job.js';
import type { JobEvent } from '../domain/job-event.js';
import { type EmbeddedRequest } from './embedded-request.js';
/** What takes jobs. */
export interface Enqueuer {
    /**
     * Accepts one job; calls that come in at once share a commit.
     *
     * @returns the stored job, or with `duplicate` the one that holds its idempotency key already.
     * @throws JobServerError when it is refused, such as `validation-error`, `unknown-definition` or `params-invalid`.
     */
    enqueue(request: EmbeddedRequest): Promise<{
        readonly job: Job;
        readonly duplicate: boolean;
    }>;
    /** Accepts many in one transaction; one answer each, same order: a refused one never stops the others. */
    enqueueMany(requests: readonly EmbeddedRequest[]): Promise<readonly EnqueueAnswer[]>;
}
export interface JobClient extends Enqueuer {
    /** `null` when there is no such job. */
    get(jobId: string): Promise<Job | null>;
    /** Asks for the end of a job; a queued one never starts, a running one has its grace. */
    cancel(jobId: string): Promise<CancelAnswer>;
    /** Oldest first, at most `limit` (1,000) after the event `after` (0); `null` when there is no such job. */
    events(jobId: string, page?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly JobEvent[] | null>;
    /**
     * Waits for a job's final status.
     *
     * @throws JobServerError `job-not-found`; an error named `TimeoutError` when it is not final after `timeoutMs` (30,000).
     */
    waitFor(jobId: string, wait?: {
        readonly timeoutMs?: number;
    }): Promise<FinishedJob>;
}
/** Speaks to the use cases and the stores directly, without HTTP. */
export declare class EmbeddedClient implements JobClient {
    private readonly stores;
    private readonly lanes;
    private readonly enqueueJobs;
    private readonly cancelJobs;
    private readonly tracing;
    constructor(stores: Stores, lanes: EnqueueLanes, enqueueJobs: EnqueueJobs, cancelJobs: CancelJobs, tracing: Tracing);
    enqueue(request: EmbeddedRequest): Promise<{
        readonly job: Job;
        readonly duplicate: boolean;
    }>;
    enqueueMany(requests: readonly EmbeddedRequest[]): Promise<readonly EnqueueAnswer[]>;
    get(jobId: string): Promise<Job | null>;
    cancel(jobId: string): Promise<CancelAnswer>;
    events(jobId: string, { after, limit }?: {
        readonly after?: number;
        readonly limit?: number;
    }): Promise<readonly JobEvent[] | null>;
    waitFor(jobId: string, { timeoutMs }?: {
        readonly timeoutMs?: number;
    }): Promise<FinishedJob>;
}
export declare function timeoutError(job: Job, timeoutMs: number): Error;
