/** How long the periods are that figures are kept by. */
export const GRAIN_MS = { minute: 60_000, hour: 3_600_000 };
/** How many periods of each grain are kept. */
export const KEPT_PERIODS = { minute: 60, hour: 168 };
/** Number of the period since the epoch. */
export function periodOf(grain, at) {
    return Math.floor(at.getTime() / GRAIN_MS[grain]);
}
/**
 * Upper bounds of the buckets of times: ten for each power of ten, so that what is read from a bucket is at most a quarter off.
 * The last bucket has none.
 */
export const TIME_BOUNDS_MS = [
    ...new Set(Array.from({ length: 91 }, (_, step) => Math.round(10 ** (step / 10)))),
];
/** The bucket of a time: how many bounds it has reached. */
export function bucketOf(ms) {
    let low = 0;
    let high = TIME_BOUNDS_MS.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if ((TIME_BOUNDS_MS[middle] ?? 0) <= ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
/**
 * The time that this share of all is within, interpolated inside of its bucket; `null` over none.
 *
 * @param share above 0, at most 1.
 */
export function percentileMs(histogram, share) {
    const buckets = [...histogram].sort(([a], [b]) => a - b);
    let rank = share * buckets.reduce((sum, [, count]) => sum + count, 0);
    for (const [bucket, count] of buckets) {
        if (rank > count) {
            rank -= count;
            continue;
        }
        const least = TIME_BOUNDS_MS[bucket - 1] ?? 0;
        const most = (TIME_BOUNDS_MS[bucket] ?? least + 1) - 1;
        return Math.round(least + (most - least) * (rank / count));
    }
    return null;
}
export function traitsOf(job) {
    const { status, attempts, runAt, startedAt, finishedAt } = job;
    return {
        retried: attempts > 1,
        runMs: startedAt === null || status === 'cancelled' ? null : finishedAt.getTime() - startedAt.getTime(),
        waitMs: startedAt === null || startedAt < runAt ? null : startedAt.getTime() - runAt.getTime(),
    };
}
/** Jobs of each status together. */
export function summaryOf(figures) {
    const sum = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelling: 0, cancelled: 0 };
    for (const { byStatus } of figures)
        for (const [status, count] of Object.entries(byStatus))
            sum[status] += count;
    return sum;
}
export function performanceOf(figures) {
    const { succeeded, failed, cancelled } = summaryOf(figures);
    const total = (of) => figures.reduce((sum, figure) => sum + of(figure), 0);
    const seconds = (of) => {
        const ms = ratio(total((figure) => of(figure).totalMs), total((figure) => of(figure).count));
        return ms === null ? null : ms / 1_000;
    };
    return {
        successRate: ratio(succeeded, succeeded + failed),
        avgProcessingTime: seconds(({ runs }) => runs),
        avgQueueTime: seconds(({ waits }) => waits),
        retryRate: ratio(total(({ retried }) => retried), succeeded + failed + cancelled),
    };
}
export function byDefinition(a, b) {
    if (a.definitionKey === b.definitionKey)
        return a.definitionVersion - b.definitionVersion;
    return a.definitionKey < b.definitionKey ? -1 : 1;
}
function ratio(part, whole) {
    return whole === 0 ? null : part / whole;
}
//# sourceMappingURL=metrics.js.map