import { DELIVERY } from '../domain/delivery.js';
import { decideOutcome } from '../domain/outcome.js';
import { unobserved } from './ports/run-observer.js';
import { silentTransitions } from './transition-log.js';
/** A refused outcome is decided again: for a cancel that came first, for a result that cannot be kept, for both. */
const MAX_ROUNDS = 4;
/**
 * Turns the ends of runs into outcomes and applies them while their leases hold.
 *
 * @returns per end, same order: `applied`, or `lease_lost` when the job belongs to someone else by now.
 * @throws StorageUnavailableError; the same call may be repeated, tokens make that safe.
 */
export class SettleJobs {
    store;
    notifier;
    clock;
    random;
    newId;
    policy;
    isLimited;
    log;
    observer;
    constructor(store, notifier, clock, random, newId, policy, 
    /** Whether a place that becomes free may be what another worker waits for. */
    isLimited, log = silentTransitions, observer = unobserved) {
        this.store = store;
        this.notifier = notifier;
        this.clock = clock;
        this.random = random;
        this.newId = newId;
        this.policy = policy;
        this.isLimited = isLimited;
        this.log = log;
        this.observer = observer;
    }
    async execute(ends) {
        const now = this.clock.now();
        const answers = ends.map(() => 'lease_lost');
        const worthwhile = new Set();
        let open = ends.map((end, index) => ({ end, index }));
        for (let round = 0; open.length > 0; round++) {
            if (round === MAX_ROUNDS)
                throw new Error('the store accepts no outcome of these runs');
            const settlements = open.map(({ end }) => this.decide(end, now));
            const said = await this.store.settle(settlements, now);
            // Whatever the answers are: a lost reply is answered `lease_lost` when it is repeated, and its place is free.
            for (const key of this.hintworthy(open, settlements))
                worthwhile.add(key);
            open = open.flatMap(({ end, index }, position) => {
                const answer = said[position];
                const settlement = settlements[position];
                if (answer === 'applied' && settlement !== undefined) {
                    answers[index] = 'applied';
                    if (settlement.outcome.deliveries.length > 0)
                        worthwhile.add(DELIVERY.key);
                    this.log.settled(end.job, settlement.outcome);
                    this.observer.ended(end.job, settlement.outcome, now);
                }
                return answer === 'cancelling' || answer === 'rejected' ? [{ end: revised(end, answer), index }] : [];
            });
        }
        if (worthwhile.size > 0)
            this.notifier.hint([...worthwhile]);
        return answers;
    }
    /** Whether another worker may wait for what comes free when a job of this definition ends. */
    freesPlace({ definitionKey: key, definitionVersion: version }) {
        return this.isLimited({ key, version });
    }
    decide({ job, result }, now) {
        const at = { now, random: this.random(), policy: this.policy, newId: this.newId };
        return { lease: job.lease, outcome: decideOutcome(job, result, at) };
    }
    /** Definitions whose waiting jobs may start now, or sooner than workers know. */
    hintworthy(ends, settlements) {
        const requeued = ends.filter((_, index) => settlements[index]?.outcome.kind === 'requeued');
        const refs = new Map(ends.map(({ end: { job } }) => [
            job.definitionKey + '@' + String(job.definitionVersion),
            { key: job.definitionKey, version: job.definitionVersion },
        ]));
        const limited = [...refs.values()].filter((ref) => this.isLimited(ref));
        return [...requeued.map(({ end: { job } }) => job.definitionKey), ...limited.map(({ key }) => key)];
    }
}
/** What to decide on when the store could not take the first decision. */
function revised(end, answer) {
    if (answer === 'cancelling')
        return { ...end, job: { ...end.job, status: 'cancelling' } };
    const { usage = null } = end.result;
    return {
        ...end,
        result: { kind: 'error', permanent: true, message: 'the result of this run cannot be stored', usage },
    };
}
//# sourceMappingURL=settle-jobs.js.map