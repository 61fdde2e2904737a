import { ticksBefore } from '../domain/retention.js';
const BATCH = 500;
/** Time of one round: a fifth of the second between two. */
const ROUND_MS = 200;
const IDLE_MS = 60_000;
/** Removes ticks whose jobs are over for longer than any job is kept. */
export class PruneTicks {
    schedules;
    clock;
    policy;
    name = 'retention of ticks';
    constructor(schedules, clock, policy) {
        this.schedules = schedules;
        this.clock = clock;
        this.policy = policy;
    }
    /** @returns milliseconds until the next round: 0 when there may be more to do. */
    async round(leadership) {
        const before = ticksBefore(this.policy, this.clock.now());
        if (before === null)
            return IDLE_MS;
        const beganAt = this.clock.monotonicMs();
        while ((await this.schedules.pruneTicks(leadership, before, BATCH)) === BATCH)
            if (this.clock.monotonicMs() - beganAt >= ROUND_MS)
                return 0;
        return IDLE_MS;
    }
}
//# sourceMappingURL=prune-ticks.js.map