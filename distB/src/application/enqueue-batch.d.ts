import { type Backlog } from './backlog.js';
import { type Accepted, type EnqueueJobs, type EnqueueRequest } from './enqueue-jobs.js';
import type { JobStore } from './ports/job-store.js';
/** Accepts jobs as `EnqueueJobs` does, but all of a batch, in one transaction, or none. */
export declare class EnqueueBatch {
    private readonly enqueueJobs;
    private readonly store;
    /** `null`: any number of jobs may wait. */
    private readonly backlog;
    constructor(enqueueJobs: Pick<EnqueueJobs, 'checkAll' | 'tell'>, store: Pick<JobStore, 'insertAll'>, 
    /** `null`: any number of jobs may wait. */
    backlog?: Pick<Backlog, 'take'> | null);
    /**
     * @returns one answer per request, same order.
     * @throws JobServerError that names everything that is wrong, with pointers below `/jobs/<index>`; StorageUnavailableError.
     */
    execute(requests: readonly EnqueueRequest[]): Promise<readonly Accepted[]>;
}
