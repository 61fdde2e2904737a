const STOP_WITHIN_MS = 5_000;
const HURRY_WITHIN_MS = 3_000;
/** Starts parts in order and stops them in reverse, each for a bounded time. */
export class Lifecycle {
    logger;
    layers = [];
    begun = [];
    stopping = null;
    callHurry = () => undefined;
    hurried = new Promise((resolve) => (this.callHurry = resolve));
    constructor(logger) {
        this.logger = logger;
    }
    /** Adds parts that are started one after the other and stopped together. */
    add(...parts) {
        this.layers.push(parts);
    }
    get isStopping() {
        return this.stopping !== null;
    }
    /**
     * Starts everything; ends early when a stop comes meanwhile.
     *
     * @throws what a part fails with, once all that had begun is stopped again.
     */
    async start() {
        try {
            for (const layer of this.layers) {
                if (this.isStopping)
                    break;
                this.begun.push(layer);
                for (const part of layer)
                    if (!this.isStopping)
                        await part.start?.();
            }
        }
        catch (error) {
            const asked = this.isStopping;
            await this.stop();
            if (!asked)
                throw error;
        }
    }
    /**
     * Stops everything that has begun. Later calls wait for the first.
     *
     * @returns whether every part stopped without an error and in its time.
     */
    stop() {
        this.stopping ??= this.stopLayers();
        return this.stopping;
    }
    /** Ends every grace period, of a stop that runs or of one that comes. */
    hurry() {
        this.callHurry();
    }
    async stopLayers() {
        let clean = true;
        for (const layer of this.begun.reverse()) {
            const ends = await Promise.all(layer.map((part) => this.stopPart(part)));
            clean &&= ends.every(Boolean);
        }
        return clean;
    }
    async stopPart(part) {
        if (part.stop === undefined)
            return true;
        const { name, stopWithinMs = STOP_WITHIN_MS } = part;
        const timers = [];
        const late = (ms) => new Promise((resolve) => timers.push(setTimeout(resolve, ms, 'late')));
        try {
            const stopped = Promise.resolve(part.stop(this.hurried));
            const end = await Promise.race([
                stopped,
                late(stopWithinMs),
                this.hurried.then(() => late(HURRY_WITHIN_MS)),
            ]);
            if (end === 'late')
                this.logger.warn('a part did not stop in time', { part: name });
            return end !== 'late';
        }
        catch (error) {
            this.logger.error('a part failed to stop', { part: name, error: String(error) });
            return false;
        }
        finally {
            timers.forEach(clearTimeout);
        }
    }
}
//# sourceMappingURL=lifecycle.js.map