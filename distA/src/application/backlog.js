import { JobServerError } from '../domain/errors.js';
/** Between two counts lies at least this long, and so many times the last count's duration: counting takes at most a twentieth of the time. */
const RECOUNT_MS = 1_000;
const RECOUNT_FACTOR = 20;
/**
 * Keeps the number of queued jobs below a limit without counting them for each request: a count now and then, and in
 * between what this process itself has let in. With several processes the limit may be exceeded by what the others let in
 * between two counts.
 */
export class Backlog {
    queries;
    clock;
    maxQueued;
    queued = 0;
    countedAgainAt = -Infinity;
    counting = null;
    constructor(queries, clock, maxQueued) {
        this.queries = queries;
        this.clock = clock;
        this.maxQueued = maxQueued;
    }
    /**
     * Takes room for `wanted` jobs; answers for how many there is any.
     *
     * @throws StorageUnavailableError when it is time to count and the database is away.
     */
    async take(wanted) {
        if (this.clock.monotonicMs() >= this.countedAgainAt) {
            this.counting ??= this.count().finally(() => (this.counting = null));
            await this.counting;
        }
        const taken = Math.max(0, Math.min(wanted, this.maxQueued - this.queued));
        this.queued += taken;
        return taken;
    }
    /** Answers jobs for which there is no room: those that are there already by their idempotency key, `null` for the others. */
    async replays(jobs) {
        const keyed = jobs.flatMap(({ definitionKey, idempotency }) => idempotency === null ? [] : [{ definitionKey, version: idempotency.version, key: idempotency.key }]);
        const holders = await this.queries.keyHolders(keyed);
        let next = 0;
        return jobs.map(({ idempotency }) => {
            const holder = idempotency === null ? null : (holders[next++] ?? null);
            if (holder === null)
                return null;
            return holder.bodyHash === idempotency?.bodyHash
                ? { outcome: 'duplicate', job: holder.job }
                : { outcome: 'key_reused', jobId: holder.job.id };
        });
    }
    async count() {
        const began = this.clock.monotonicMs();
        this.queued = await this.queries.queuedUpTo(this.maxQueued);
        const now = this.clock.monotonicMs();
        this.countedAgainAt = now + Math.max(RECOUNT_MS, RECOUNT_FACTOR * (now - began));
    }
}
export function backlogFull() {
    return new JobServerError('backlog-full', 'as many jobs as this server takes are waiting', {
        retryAfterSeconds: 1,
    });
}
//# sourceMappingURL=backlog.js.map