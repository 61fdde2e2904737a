import { Loop } from './loop.js';
const EVERY_MS = 5_000;
/** Folds figures, in every role; nothing depends on when, but reads are the quicker the less is left to add up. */
export class MetricsFolding {
    metrics;
    clock;
    logger;
    loop = new Loop(() => this.fold());
    constructor(metrics, clock, logger) {
        this.metrics = metrics;
        this.clock = clock;
        this.logger = logger;
    }
    start() {
        this.loop.start();
    }
    stop() {
        return this.loop.stop();
    }
    /** One fold; answers the milliseconds until the next. Never throws. */
    async fold() {
        try {
            await this.metrics.fold(this.clock.now());
        }
        catch (error) {
            this.logger.warn('could not fold the metrics', { error: String(error) });
        }
        return EVERY_MS;
    }
}
//# sourceMappingURL=metrics-folding.js.map