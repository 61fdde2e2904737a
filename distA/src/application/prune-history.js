import { endedBefore, nextBatchSize } from '../domain/retention.js';
/** Longest time that one batch should take. */
const BATCH_MS = 20;
/** Time of one round: a fifth of the second between two. */
const ROUND_MS = 200;
const IDLE_MS = 60_000;
/** Removes finished jobs whose time is over, in batches short enough that nobody notices who has to wait for one. */
export class PruneHistory {
    history;
    clock;
    policy;
    logger;
    name = 'retention';
    size = 50;
    constructor(history, clock, policy, logger) {
        this.history = history;
        this.clock = clock;
        this.policy = policy;
        this.logger = logger;
    }
    /** Removes what it can in a fifth of a second. @returns milliseconds until the next round: 0 when there is more to do. */
    async round(leadership) {
        const limits = endedBefore(this.policy, this.clock.now());
        const beganAt = this.clock.monotonicMs();
        for (let removed = 0;;) {
            const startedAt = this.clock.monotonicMs();
            const limit = this.size;
            const answer = await this.history.prune({ leadership, endedBefore: limits, limit });
            if (answer.outcome === 'superseded')
                return IDLE_MS;
            const endedAt = this.clock.monotonicMs();
            removed += answer.jobs;
            const done = answer.jobs < limit;
            if (!done)
                this.size = nextBatchSize(limit, endedAt - startedAt, BATCH_MS);
            if (done || endedAt - beganAt >= ROUND_MS) {
                if (removed > 0)
                    this.logger.debug('removed finished jobs', { jobs: removed });
                return done ? IDLE_MS : 0;
            }
        }
    }
}
//# sourceMappingURL=prune-history.js.map