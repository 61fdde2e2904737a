import { setTimeout as sleep } from 'node:timers/promises';
import { isFinished } from '../domain/job.js';
import { JobServerError } from '../domain/errors.js';
import { enqueueEach, isRefused, requestOf } from './embedded-request.js';
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const MAX_LOOK_MS = 250;
/** Speaks to the use cases and the stores directly, without HTTP. */
export class EmbeddedClient {
    stores;
    lanes;
    enqueueJobs;
    cancelJobs;
    tracing;
    constructor(stores, lanes, enqueueJobs, cancelJobs, tracing) {
        this.stores = stores;
        this.lanes = lanes;
        this.enqueueJobs = enqueueJobs;
        this.cancelJobs = cancelJobs;
        this.tracing = tracing;
    }
    async enqueue(request) {
        const checked = requestOf(request);
        if (isRefused(checked))
            throw checked;
        const answer = await this.lanes.enqueue(checked);
        if ('error' in answer)
            throw answer.error;
        return answer;
    }
    enqueueMany(requests) {
        return enqueueEach(requests, this.enqueueJobs, this.tracing);
    }
    async get(jobId) {
        if (!ID.test(jobId))
            return null;
        return (await this.stores.queries.get(jobId))?.job ?? null;
    }
    async cancel(jobId) {
        if (!ID.test(jobId))
            return { outcome: 'not_found' };
        const [answer] = await this.cancelJobs.execute([jobId], this.stores.clock.now());
        return answer ?? { outcome: 'not_found' };
    }
    async events(jobId, { after = 0, limit = 1_000 } = {}) {
        return ID.test(jobId) ? this.stores.queries.events(jobId, after, limit) : null;
    }
    async waitFor(jobId, { timeoutMs = 30_000 } = {}) {
        const endsAt = performance.now() + timeoutMs;
        for (let delayMs = 5;; delayMs = Math.min(MAX_LOOK_MS, delayMs * 2)) {
            const job = await this.get(jobId);
            if (job === null)
                throw new JobServerError('job-not-found', 'there is no such job');
            if (isFinished(job))
                return job;
            const leftMs = endsAt - performance.now();
            if (leftMs <= 0)
                throw timeoutError(job, timeoutMs);
            await sleep(Math.min(delayMs, leftMs));
        }
    }
}
export function timeoutError(job, timeoutMs) {
    const error = new Error(`job ${job.id} is still ${job.status} after ${timeoutMs} ms`);
    error.name = 'TimeoutError';
    return error;
}
//# sourceMappingURL=job-client.js.map