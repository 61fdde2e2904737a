/**
 * Repeats a step that answers how long to sleep before the next one. Only `start` sleeps; tests call the step itself.
 */
export class Loop {
    step;
    stopped = true;
    woken = false;
    wakeSleeper = null;
    running = Promise.resolve();
    /** @param step must not throw; milliseconds until the next call. */
    constructor(step) {
        this.step = step;
    }
    start() {
        if (!this.stopped)
            return;
        this.stopped = false;
        this.running = this.run();
    }
    /** Ends the present sleep; a wake-up during a step makes the next step follow at once. */
    wake() {
        this.woken = true;
        this.wakeSleeper?.();
    }
    /** Resolves when the present step has ended; none follows. */
    async stop() {
        this.stopped = true;
        this.wakeSleeper?.();
        await this.running;
    }
    async run() {
        while (!this.isStopped()) {
            // Cleared before the step, never after: a wake-up that comes while it runs must not be lost.
            this.woken = false;
            const delayMs = await this.step();
            if (!this.woken && !this.isStopped())
                await this.sleep(delayMs);
        }
    }
    isStopped() {
        return this.stopped;
    }
    sleep(delayMs) {
        return new Promise((resolve) => {
            const timer = setTimeout(() => this.wakeSleeper?.(), Math.max(0, Math.min(delayMs, 2_147_483_647)));
            this.wakeSleeper = () => {
                clearTimeout(timer);
                this.wakeSleeper = null;
                resolve();
            };
        });
    }
}
//# sourceMappingURL=loop.js.map