import { timeoutError } from '../bootstrap/job-client.js';
import { JobServerError } from '../domain/errors.js';
import { isFinished } from '../domain/job.js';
import { durationMs } from './duration.js';
/** A server whose time is the test's: see `createTestServer`. One call at a time. */
export class TestServer {
    parts;
    /** What it keeps, to be looked into: jobs, events, attempts, logs, dead letters. */
    stores;
    /** Milliseconds until the next job is due; known after a round. */
    nextDueMs = Infinity;
    enqueue;
    enqueueMany;
    get;
    cancel;
    events;
    constructor(client, parts) {
        this.parts = parts;
        this.stores = parts.stores;
        this.enqueue = (request) => client.enqueue(request);
        this.enqueueMany = (requests) => client.enqueueMany(requests);
        this.get = (jobId) => client.get(jobId);
        this.cancel = (jobId) => client.cancel(jobId);
        this.events = (jobId, page) => client.events(jobId, page);
    }
    get now() {
        return this.parts.clock.now();
    }
    /**
     * Runs what is due, and what becomes due by it, without letting time pass. Resolves when nothing is left to begin and every
     * handler has ended, or waits for time to pass or for something that the test has to do.
     */
    async runUntilIdle() {
        const { worker, executor, open } = this.parts;
        let seen;
        do {
            seen = executor.news;
            await worker.checkCancels();
            this.nextDueMs = await worker.poll();
            await executor.settled(open);
        } while (executor.news !== seen);
    }
    /**
     * Lets time pass, such as `'2h'`, `'1h 30m'` or milliseconds. What is due now runs first; then delays, retries and timeouts come
     * due one after the other, each at its own time, and what they start runs before time goes on.
     *
     * @throws TypeError when it is no duration.
     */
    async advance(duration) {
        const { clock } = this.parts;
        let leftMs = durationMs(duration);
        await this.runUntilIdle();
        for (;;) {
            const stepMs = Math.min(leftMs, this.nextDueMs, clock.untilNextTimerMs());
            clock.advance(stepMs);
            leftMs -= stepMs;
            await this.runUntilIdle();
            if (leftMs <= 0)
                return;
        }
    }
    /**
     * Runs what is due and answers the finished job.
     *
     * @throws JobServerError `job-not-found`; an error named `TimeoutError` when the job is not final without time passing.
     */
    async waitFor(jobId) {
        await this.runUntilIdle();
        const job = await this.get(jobId);
        if (job === null)
            throw new JobServerError('job-not-found', 'there is no such job');
        if (!isFinished(job))
            throw timeoutError(job, 0);
        return job;
    }
}
//# sourceMappingURL=test-server.js.map