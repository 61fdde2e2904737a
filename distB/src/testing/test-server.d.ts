import type { Worker } from '../adapters/worker/worker.js';
import type { Stores } from '../application/ports/stores.js';
import { type JobClient } from '../bootstrap/job-client.js';
import { type FinishedJob } from '../domain/job.js';
import { type Duration } from './duration.js';
import type { SettableClock } from './settable-clock.js';
import type { WatchedExecutor } from './watched-executor.js';
interface Parts {
    readonly stores: Stores;
    readonly clock: SettableClock;
    readonly worker: Pick<Worker, 'poll' | 'checkCancels'>;
    readonly executor: WatchedExecutor;
    /** What was open in this process before any job ran. */
    readonly open: ReadonlyMap<string, number>;
}
/** A server whose time is the test's: see `createTestServer`. One call at a time. */
export declare class TestServer implements JobClient {
    private readonly parts;
    /** What it keeps, to be looked into: jobs, events, attempts, logs, dead letters. */
    readonly stores: Stores;
    /** Milliseconds until the next job is due; known after a round. */
    private nextDueMs;
    readonly enqueue: JobClient['enqueue'];
    readonly enqueueMany: JobClient['enqueueMany'];
    readonly get: JobClient['get'];
    readonly cancel: JobClient['cancel'];
    readonly events: JobClient['events'];
    constructor(client: JobClient, parts: Parts);
    get now(): Date;
    /**
     * Runs what is due, and what becomes due by it, without letting time pass. Resolves when nothing is left to begin and every
     * handler has ended, or waits for time to pass or for something that the test has to do.
     */
    runUntilIdle(): Promise<void>;
    /**
     * Lets time pass, such as `'2h'`, `'1h 30m'` or milliseconds. What is due now runs first; then delays, retries and timeouts come
     * due one after the other, each at its own time, and what they start runs before time goes on.
     *
     * @throws TypeError when it is no duration.
     */
    advance(duration: Duration): Promise<void>;
    /**
     * Runs what is due and answers the finished job.
     *
     * @throws JobServerError `job-not-found`; an error named `TimeoutError` when the job is not final without time passing.
     */
    waitFor(jobId: string): Promise<FinishedJob>;
}
export {};
