/** Turns of the event loop without any news after which nothing more is expected of a handler that has nothing open. */
const QUIET_TURNS = 10;
/** Runs jobs as another executor does, and knows when nothing more happens by itself. */
export class WatchedExecutor {
    executor;
    running = 0;
    begun = 0;
    ended = 0;
    constructor(executor) {
        this.executor = executor;
    }
    start(job, io) {
        this.begun += 1;
        this.running += 1;
        const execution = this.executor.start(job, io);
        void execution.released.then(() => {
            this.running -= 1;
            this.ended += 1;
        });
        return execution;
    }
    get waiting() {
        return this.executor.waiting;
    }
    warmUp() {
        this.executor.warmUp();
    }
    keepFor(ms) {
        this.executor.keepFor(ms);
    }
    close() {
        return this.executor.close();
    }
    /** Grows with each run that begins or ends. */
    get news() {
        return this.begun + this.ended;
    }
    /**
     * Resolves when every handler has ended, or those that have not wait for something that is not under way in this process: for time to
     * pass, or for what the test will do. Whoever has a socket, a file or a timer open that was not open at the start is waited for.
     */
    async settled(open) {
        for (let quiet = 0, seen = this.news; quiet < QUIET_TURNS; quiet += 1) {
            await new Promise((resolve) => setImmediate(resolve));
            if (this.running > 0 && (this.news !== seen || isMoreOpen(openResources(), open)))
                quiet = 0;
            else if (this.running === 0 && this.news === seen)
                return;
            seen = this.news;
        }
    }
}
/** What keeps the event loop going, counted by kind. */
export function openResources() {
    const counts = new Map();
    for (const kind of process.getActiveResourcesInfo())
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return counts;
}
function isMoreOpen(now, before) {
    return [...now].some(([kind, count]) => kind !== 'Immediate' && count > (before.get(kind) ?? 0));
}
//# sourceMappingURL=watched-executor.js.map