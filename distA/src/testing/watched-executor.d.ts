import type { Execution, Executor, RunIo } from '../application/ports/executor.js';
import type { ActiveJob } from '../domain/job.js';
/** Runs jobs as another executor does, and knows when nothing more happens by itself. */
export declare class WatchedExecutor implements Executor {
    private readonly executor;
    private running;
    private begun;
    private ended;
    constructor(executor: Executor);
    start(job: ActiveJob, io: RunIo): Execution;
    get waiting(): number;
    warmUp(): void;
    keepFor(ms: number): void;
    close(): Promise<void>;
    /** Grows with each run that begins or ends. */
    get news(): number;
    /**
     * Resolves when every handler has ended, or those that have not wait for something that is not under way in this process: for time to
     * pass, or for what the test will do. Whoever has a socket, a file or a timer open that was not open at the start is waited for.
     */
    settled(open: ReadonlyMap<string, number>): Promise<void>;
}
/** What keeps the event loop going, counted by kind. */
export declare function openResources(): ReadonlyMap<string, number>;
