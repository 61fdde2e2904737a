import { trustMs } from '../../domain/lease.js';
const RETRY_MS = 1_000;
/**
 * A candidate for one lead. Its step, `campaign`, takes the lead or prolongs it and never throws.
 *
 * It leads while it can prove it: until a margin before its lease ends, counted by the monotonic clock from the moment it last
 * asked with success. After an error it does not lead until it has asked anew, whatever its lease says.
 */
export class Leader {
    lock;
    candidate;
    leaseMs;
    clock;
    logger;
    held = null;
    constructor(lock, candidate, leaseMs, clock, logger) {
        this.lock = lock;
        this.candidate = candidate;
        this.leaseMs = leaseMs;
        this.clock = clock;
        this.logger = logger;
    }
    /** The term under which it leads at this moment; `null` when it does not, or cannot know. */
    leadership() {
        if (this.held !== null && this.clock.monotonicMs() >= this.held.untilMs)
            this.stepDown('the lease ran out');
        return this.held?.leadership ?? null;
    }
    /** One round; answers the milliseconds until the next. Never throws. */
    async campaign() {
        const untilMs = this.clock.monotonicMs() + trustMs(this.leaseMs);
        try {
            const leadership = await this.lock.acquire(this.candidate, this.leaseMs);
            if (leadership === null)
                this.stepDown('another one leads');
            else
                this.lead(leadership, untilMs);
            return this.leaseMs / 3;
        }
        catch (error) {
            this.stepDown(String(error));
            return Math.min(RETRY_MS, this.leaseMs / 3);
        }
    }
    /** Gives up what it holds, so that another one need not wait for the end of the lease. Never throws. */
    async resign() {
        const { held } = this;
        if (held === null)
            return;
        this.stepDown('resigned');
        await this.lock.resign(held.leadership).catch((error) => {
            this.logger.debug('could not resign, the lease has to run out', { error: String(error) });
        });
    }
    lead(leadership, untilMs) {
        const { name, term } = leadership;
        if (this.held?.leadership.term !== term)
            this.logger.info('leads', { name, term });
        this.held = { leadership, untilMs };
    }
    stepDown(reason) {
        if (this.held === null)
            return;
        const { name, term } = this.held.leadership;
        this.held = null;
        this.logger.info('leads no longer', { name, term, reason });
    }
}
//# sourceMappingURL=leader.js.map