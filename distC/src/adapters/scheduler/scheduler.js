import { schedule } from 'node-cron';
const EVERY_SECOND = '* * * * * *';
const RETRY_MS = 5_000;
/**
 * Does the duties of a leader while this process is it. Its step, `tick`, does one round of each duty that is due and never throws;
 * node-cron calls it each second, never while another one runs.
 */
export class Scheduler {
    leadership;
    duties;
    clock;
    logger;
    dueAtMs = new Map();
    task = null;
    ticking = Promise.resolve();
    /** @param leadership the term under which this process leads at the moment of the call. */
    constructor(leadership, duties, clock, logger) {
        this.leadership = leadership;
        this.duties = duties;
        this.clock = clock;
        this.logger = logger;
    }
    start() {
        // Ticks that come late or are left out are made up for by the next one, and are no news.
        const tell = (message) => this.logger.debug('node-cron', { message: String(message) });
        this.task ??= schedule(EVERY_SECOND, () => (this.ticking = this.tick()), {
            noOverlap: true,
            unref: true,
            suppressMissedWarning: true,
            logger: { info: tell, warn: tell, error: tell, debug: tell },
        });
    }
    /** Resolves when the present tick has ended; none follows. */
    async stop() {
        await this.task?.destroy();
        await this.ticking;
    }
    /** One round of each duty that is due, one after the other, as long as this process leads. Never throws. */
    async tick() {
        for (const duty of this.duties) {
            if (this.clock.monotonicMs() < (this.dueAtMs.get(duty) ?? 0))
                continue;
            const leadership = this.leadership();
            if (leadership === null)
                return;
            const delayMs = await this.round(duty, leadership);
            this.dueAtMs.set(duty, this.clock.monotonicMs() + delayMs);
        }
    }
    async round(duty, leadership) {
        try {
            return await duty.round(leadership);
        }
        catch (error) {
            this.logger.warn('a duty of the leader failed', { duty: duty.name, error: String(error) });
            return RETRY_MS;
        }
    }
}
//# sourceMappingURL=scheduler.js.map