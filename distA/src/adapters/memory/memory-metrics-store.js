import { isFinished } from '../../domain/job.js';
import { bucketOf, byDefinition, GRAIN_MS, KEPT_PERIODS, periodOf, traitsOf, } from '../../domain/metrics.js';
/** Figures that are counted from the jobs themselves, each time anew. */
export class MemoryMetricsStore {
    state;
    constructor(state) {
        this.state = state;
    }
    async definitions() {
        return Promise.resolve(grouped([...this.state.jobs.values()]).map(figuresOf));
    }
    async finished(grain, periods, now) {
        const found = new Map();
        for (const { status, finishedAt } of this.ended(grain, periods, now)) {
            const period = periodOf(grain, finishedAt);
            const startsAt = new Date(period * GRAIN_MS[grain]);
            const figures = found.get(period) ?? { startsAt, succeeded: 0, failed: 0 };
            if (status !== 'cancelled')
                figures[status] += 1;
            found.set(period, figures);
        }
        return Promise.resolve([...found.values()]
            .filter(({ succeeded, failed }) => succeeded + failed > 0)
            .sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime()));
    }
    async times(grain, periods, definitionKey, now) {
        const run = new Map();
        const wait = new Map();
        const count = (histogram, ms) => {
            if (ms !== null)
                histogram.set(bucketOf(ms), (histogram.get(bucketOf(ms)) ?? 0) + 1);
        };
        for (const job of this.ended(grain, periods, now)) {
            if (definitionKey !== null && job.definitionKey !== definitionKey)
                continue;
            const { runMs, waitMs } = traitsOf(job);
            count(run, runMs);
            count(wait, waitMs);
        }
        return Promise.resolve({ run, wait });
    }
    async oldestDue(now) {
        const due = [...this.state.jobs.values()].filter(({ status, runAt }) => status === 'queued' && runAt <= now);
        return Promise.resolve(grouped(due).map(([first, ...rest]) => ({
            definitionKey: first.definitionKey,
            definitionVersion: first.definitionVersion,
            dueAt: rest.reduce((oldest, { runAt }) => (runAt < oldest ? runAt : oldest), first.runAt),
        })));
    }
    /** There is nothing to fold, only to forget. */
    async fold(now) {
        const since = periodOf('hour', now) - KEPT_PERIODS.hour;
        const { state } = this;
        state.removed = state.removed.filter(({ finishedAt }) => periodOf('hour', finishedAt) >= since);
        return Promise.resolve();
    }
    ended(grain, periods, now) {
        const since = periodOf(grain, now) - periods + 1;
        return [...[...this.state.jobs.values()].filter(isFinished), ...this.state.removed].filter(({ finishedAt }) => periodOf(grain, finishedAt) >= since);
    }
}
function figuresOf(jobs) {
    const { definitionKey, definitionVersion } = jobs[0];
    const count = (status) => jobs.filter((job) => job.status === status).length;
    const traits = jobs.filter(isFinished).map(traitsOf);
    const sum = (of) => {
        const times = traits.flatMap((trait) => trait[of] ?? []);
        return { count: times.length, totalMs: times.reduce((total, ms) => total + ms, 0) };
    };
    return {
        definitionKey,
        definitionVersion,
        byStatus: {
            queued: count('queued'),
            running: count('running'),
            succeeded: count('succeeded'),
            failed: count('failed'),
            cancelling: count('cancelling'),
            cancelled: count('cancelled'),
        },
        retried: traits.filter(({ retried }) => retried).length,
        runs: sum('runMs'),
        waits: sum('waitMs'),
    };
}
function grouped(jobs) {
    const groups = new Map();
    for (const job of jobs) {
        const ref = `${job.definitionKey}@${job.definitionVersion}`;
        const group = groups.get(ref);
        if (group === undefined)
            groups.set(ref, [job]);
        else
            group.push(job);
    }
    return [...groups.values()].sort(([a], [b]) => byDefinition(a, b));
}
//# sourceMappingURL=memory-metrics-store.js.map