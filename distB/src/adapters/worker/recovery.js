import { Loop } from './loop.js';
/**
 * Looks for dead workers and their jobs, in every role, each sixth of a lease.
 *
 * It waits until it has seen the database for one full lease without a gap, so that after an outage every living worker has
 * had its chance to renew. A round that takes long saw a database that stood still, which is a gap as well.
 */
export class Recovery {
    recoverOrphans;
    clock;
    reachableSince;
    leaseMs;
    logger;
    loop = new Loop(() => this.recover());
    /** When the last round that took too long had ended. */
    stoodStillUntil = new Date(0);
    constructor(recoverOrphans, clock, reachableSince, leaseMs, logger) {
        this.recoverOrphans = recoverOrphans;
        this.clock = clock;
        this.reachableSince = reachableSince;
        this.leaseMs = leaseMs;
        this.logger = logger;
    }
    start() {
        this.loop.start();
    }
    stop() {
        return this.loop.stop();
    }
    /** One round; answers the milliseconds until the next. Never throws. */
    async recover() {
        const reachableSince = this.reachableSince();
        const since = reachableSince > this.stoodStillUntil ? reachableSince : this.stoodStillUntil;
        const beganAt = this.clock.monotonicMs();
        try {
            if (this.clock.now().getTime() - since.getTime() >= this.leaseMs)
                await this.recoverOrphans.execute(since);
        }
        catch (error) {
            this.logger.warn('could not look for orphans', { error: String(error) });
        }
        // A lease that is renewed in time has two thirds of it left: nothing shorter can have ended one.
        if (this.clock.monotonicMs() - beganAt > this.leaseMs / 3)
            this.stoodStillUntil = this.clock.now();
        return this.leaseMs / 6;
    }
}
//# sourceMappingURL=recovery.js.map