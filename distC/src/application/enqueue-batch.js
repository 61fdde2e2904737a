import { JobServerError } from '../domain/errors.js';
import { backlogFull } from './backlog.js';
import { errorOf, isRefused } from './enqueue-jobs.js';
/** Accepts jobs as `EnqueueJobs` does, but all of a batch, in one transaction, or none. */
export class EnqueueBatch {
    enqueueJobs;
    store;
    backlog;
    constructor(enqueueJobs, store, 
    /** `null`: any number of jobs may wait. */
    backlog = null) {
        this.enqueueJobs = enqueueJobs;
        this.store = store;
        this.backlog = backlog;
    }
    /**
     * @returns one answer per request, same order.
     * @throws JobServerError that names everything that is wrong, with pointers below `/jobs/<index>`; StorageUnavailableError.
     */
    async execute(requests) {
        const checked = await this.enqueueJobs.checkAll(requests);
        const jobs = checked.filter((job) => !isRefused(job));
        if (jobs.length < checked.length)
            throw refusalOf(checked.map((job) => (isRefused(job) ? job : null)));
        if (this.backlog !== null && (await this.backlog.take(jobs.length)) < jobs.length)
            throw backlogFull();
        const answer = await this.store.insertAll(jobs);
        if (answer.outcome === 'refused')
            throw refusalOf(answer.refusals.map((refusal) => (refusal === null ? null : errorOf(refusal))));
        this.enqueueJobs.tell(answer.answers);
        return answer.answers.map(({ job, outcome }) => ({ job, duplicate: outcome === 'duplicate' }));
    }
}
/** The first refusal speaks for all; every one has its place in the batch. */
function refusalOf(errors) {
    const first = errors.find((error) => error !== null);
    const flaws = errors.flatMap((error, index) => error === null
        ? []
        : flawsOf(error).map((flaw) => ({ ...flaw, pointer: `/jobs/${index}${flaw.pointer}` })));
    if (first === null || first === undefined)
        throw new Error('a batch was refused without a reason');
    const count = errors.filter((error) => error !== null).length;
    const { retryAfterSeconds } = first.details;
    return new JobServerError(first.code, `no job of the batch was accepted: ${count} of ${errors.length} cannot be, the first because ${first.message}`, { flaws, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
}
function flawsOf({ details, message }) {
    return details.flaws ?? [{ pointer: '', message }];
}
//# sourceMappingURL=enqueue-batch.js.map