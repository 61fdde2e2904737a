import { JobServerError } from '../domain/errors.js';
import { traceparentOf } from '../domain/trace-context.js';
import { Batcher } from './batcher.js';
import { untraced } from './ports/tracing.js';
const MIB = 1024 * 1024;
const DEFAULT_LIMITS = {
    maxBatchJobs: 1_000,
    maxBatchBytes: 8 * MIB,
    maxWaitingBytes: 64 * MIB,
};
/** What a waiting request weighs besides its params. */
const REQUEST_BYTES = 512;
/**
 * Group commit for jobs that arrive one at a time: what comes while a statement is in flight shares the next one.
 *
 * Jobs with an idempotency key have a lane of their own, so that a key whose first holder has not committed yet never
 * delays jobs without one.
 */
export class EnqueueLanes {
    batch;
    tracing;
    limits;
    keyless;
    keyed;
    waitingBytes = 0;
    constructor(enqueueJobs, batch, tracing = untraced, limits = DEFAULT_LIMITS) {
        this.batch = batch;
        this.tracing = tracing;
        this.limits = limits;
        const lane = () => new Batcher(limits.maxBatchJobs, (batch) => enqueueJobs.execute(batch.map(({ request }) => request)), { of: ({ bytes }) => bytes, max: limits.maxBatchBytes });
        this.keyless = lane();
        this.keyed = lane();
    }
    /**
     * Accepts one job; the answer comes after its commit.
     *
     * @throws JobServerError `backlog-full` when more waits than the database can take; StorageUnavailableError as
     *   `EnqueueJobs` does.
     */
    enqueue(request) {
        const caller = traceparentOf(request.traceparent);
        return this.tracing.enqueuing(request.definitionKey, caller, (traceparent) => this.accept(traceparent === null ? request : { ...request, traceparent }));
    }
    /**
     * Accepts a batch as a whole or not at all, in a transaction of its own.
     *
     * @throws JobServerError when a job of it cannot be accepted, or as `enqueue` does.
     */
    enqueueAll(requests, traceparent) {
        const what = [...new Set(requests.map(({ definitionKey }) => definitionKey))].join(', ');
        const bytes = sum(requests.map(weightOf));
        return this.tracing.enqueuing(what, traceparentOf(traceparent), (own) => this.weighed(bytes, () => this.batch.execute(own === null ? requests : requests.map((request) => ({ ...request, traceparent: own })))));
    }
    /** Resolves when everything that was given has been answered. */
    async idle() {
        await Promise.all([this.keyless.idle(), this.keyed.idle()]);
    }
    accept(request) {
        const bytes = weightOf(request);
        const lane = request.idempotency === undefined ? this.keyless : this.keyed;
        return this.weighed(bytes, () => lane.add({ request, bytes }));
    }
    async weighed(bytes, write) {
        // Somebody must be let in when nothing waits, however large it is.
        if (this.waitingBytes > 0 && this.waitingBytes + bytes > this.limits.maxWaitingBytes) {
            throw new JobServerError('backlog-full', 'too many jobs wait to be written', { retryAfterSeconds: 1 });
        }
        this.waitingBytes += bytes;
        try {
            return await write();
        }
        finally {
            this.waitingBytes -= bytes;
        }
    }
}
function weightOf({ callback, params = {} }) {
    return REQUEST_BYTES + (callback?.url.length ?? 0) + bytesOf(params);
}
function sum(numbers) {
    return numbers.reduce((a, b) => a + b, 0);
}
function bytesOf(params) {
    try {
        return Buffer.byteLength(JSON.stringify(params));
    }
    catch {
        // Nested too deep to be written down: refused for that in a moment, and never kept.
        return 0;
    }
}
//# sourceMappingURL=enqueue-lanes.js.map