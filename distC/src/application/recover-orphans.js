import { DELIVERY } from '../domain/delivery.js';
import { decideOrphan } from '../domain/outcome.js';
import { unobserved } from './ports/run-observer.js';
import { silentTransitions } from './transition-log.js';
const BATCH = 500;
/**
 * Buries workers whose lease has run out, then settles the jobs they left behind. Safe to run in every process at once:
 * burying is one guarded write, and of two settles by one token one wins.
 */
export class RecoverOrphans {
    store;
    workers;
    notifier;
    clock;
    random;
    newId;
    policy;
    logger;
    log;
    observer;
    constructor(store, workers, notifier, clock, random, newId, policy, logger, log = silentTransitions, observer = unobserved) {
        this.store = store;
        this.workers = workers;
        this.notifier = notifier;
        this.clock = clock;
        this.random = random;
        this.newId = newId;
        this.policy = policy;
        this.logger = logger;
        this.log = log;
        this.observer = observer;
    }
    /**
     * @param reachableSince since when this process has seen the database without a gap.
     * @returns how many orphans were settled here.
     */
    async execute(reachableSince) {
        const buried = await this.workers.bury(BATCH);
        if (buried > 0)
            this.logger.warn('buried workers that stopped renewing their lease', { workers: buried });
        let recovered = 0;
        for (;;) {
            const orphans = await this.store.orphans(BATCH, reachableSince);
            if (orphans.length === 0)
                return recovered;
            const applied = await this.settle(orphans);
            recovered += applied;
            if (orphans.length < BATCH || applied === 0)
                return recovered;
        }
    }
    async settle(orphans) {
        const first = await this.settleOnce(orphans);
        const second = await this.settleOnce(first.cancelling.map((orphan) => ({ ...orphan, job: { ...orphan.job, status: 'cancelling' } })));
        const told = orphans.some(({ job }) => job.callback !== null);
        this.notifier.hint([
            ...new Set([...orphans.map(({ job }) => job.definitionKey), ...(told ? [DELIVERY.key] : [])]),
        ]);
        const applied = first.applied + second.applied;
        if (applied > 0)
            this.logger.warn('recovered jobs of dead workers', { jobs: applied });
        return applied;
    }
    async settleOnce(orphans) {
        if (orphans.length === 0)
            return { applied: 0, cancelling: [] };
        const now = this.clock.now();
        const settlements = orphans.map(({ job, interrupted }) => {
            const at = { now, random: this.random(), policy: this.policy, newId: this.newId };
            return { job, lease: job.lease, outcome: decideOrphan(job, interrupted, at) };
        });
        const answers = await this.store.settle(settlements, now);
        const applied = settlements.filter((_, index) => answers[index] === 'applied');
        for (const { job, outcome } of applied) {
            this.log.settled(job, outcome);
            this.observer.ended(job, outcome, now);
        }
        return {
            applied: applied.length,
            cancelling: orphans.filter((_, index) => answers[index] === 'cancelling'),
        };
    }
}
//# sourceMappingURL=recover-orphans.js.map