import { explainQueued, explainUnqueued, MAX_HOLDERS, MAX_POSITION, rivalsOf, } from '../domain/explain-job.js';
/** Runs that the estimate of a start looks at. */
const RECENT_RUNS = 50;
/** Tells why a job does not run; a look at a moment that changes nothing. */
export class ExplainJob {
    stores;
    constructor(stores) {
        this.stores = stores;
    }
    /** @returns `null` when there is no such job. */
    async execute(jobId) {
        const job = (await this.stores.queries.get(jobId))?.job;
        if (job === undefined)
            return null;
        return { job, ...(job.status === 'queued' ? await this.explain(job) : explainUnqueued(job)) };
    }
    async explain(job) {
        const { queue, definitions, workers, clock } = this.stores;
        const [published, living, activity] = await Promise.all([
            definitions.list(),
            workers.list(),
            queue.activity(),
        ]);
        const now = clock.now();
        const cluster = { now, definitions: published, workers: living, activity };
        const own = { key: job.definitionKey, version: job.definitionVersion };
        const rivals = rivalsOf(job, cluster);
        const dueBy = job.runAt > now ? job.runAt : now;
        const [counts, holders, recentRunMs] = await Promise.all([
            queue.ahead(job, rivals.map(({ definition }) => definition), dueBy, MAX_POSITION),
            queue.holders(own, MAX_HOLDERS),
            queue.recentRunMs(own, RECENT_RUNS),
        ]);
        const ahead = rivals.reduce((sum, { room }, index) => sum + Math.min(room, counts[index] ?? 0), 0);
        return explainQueued(job, cluster, ahead, holders, recentRunMs);
    }
}
//# sourceMappingURL=explain-job.js.map