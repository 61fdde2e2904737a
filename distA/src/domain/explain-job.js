import { isFinished } from './job.js';
import { refOf } from './job-definition.js';
/** Jobs before another one that are counted. */
export const MAX_POSITION = 10_000;
export const MAX_HOLDERS = 100;
/** A job that does not wait. */
export function explainUnqueued(job) {
    return {
        reasons: [isFinished(job) ? finished(job) : running(job)],
        position: null,
        positionIsCapped: false,
        expectedStartAt: null,
    };
}
/**
 * The definitions among whose jobs a worker chooses when it could take this one: its own first, then what else its workers run and
 * may start now, each only as far as its limit has room.
 */
export function rivalsOf(job, cluster) {
    const own = definitionOf(job);
    const others = new Map(takersOf(own, cluster).flatMap(({ definitions }) => definitions.map((ref) => [refOf(ref), ref])));
    others.delete(refOf(own));
    const rivals = [...others.values()].map((definition) => ({ definition, room: roomOf(definition, cluster) }));
    return [{ definition: own, room: Infinity }, ...rivals.filter(({ room }) => room > 0)];
}
/**
 * Why a queued job waits: everything that keeps it from starting, what is certain to end first.
 *
 * @param ahead how many jobs its workers would take before it.
 * @param holders ids of its definition's active jobs.
 * @param recentRunMs how long recent runs of its definition took.
 */
export function explainQueued(job, cluster, ahead, holders, recentRunMs) {
    const positionIsCapped = ahead >= MAX_POSITION;
    const reasons = reasonsOf(job, cluster, holders);
    const stuck = positionIsCapped || reasons.some(({ code }) => code === 'paused' || code === 'no_worker');
    return {
        reasons,
        position: Math.min(ahead, MAX_POSITION) + 1,
        positionIsCapped,
        expectedStartAt: stuck ? null : expectedStart(job, cluster, ahead, recentRunMs),
    };
}
function reasonsOf(job, cluster, holders) {
    const own = definitionOf(job);
    const { concurrencyLimit: limit = 0, paused = false } = publishedOf(own, cluster) ?? {};
    const active = activeOf(own, cluster);
    const reasons = [];
    if (job.runAt > cluster.now) {
        const message = `it is due at ${job.runAt.toISOString()}, in ${secondsBetween(cluster.now, job.runAt)} s`;
        reasons.push({ code: 'scheduled', message, runAt: job.runAt });
    }
    if (paused)
        reasons.push({ code: 'paused', message: `${own.key} is paused` });
    if (limit > 0 && active >= limit) {
        const message = `${active} of at most ${limit} jobs of ${refOf(own)} are running`;
        reasons.push({ code: 'concurrency_limit', message, limit, running: active, holders });
    }
    return [...reasons, ...workerReasons(own, cluster)];
}
function workerReasons(own, cluster) {
    const takers = takersOf(own, cluster);
    const { slots, busy } = slotsOf(takers, cluster);
    if (takers.length === 0) {
        const workers = livingOf(cluster).length;
        const draining = livingOf(cluster).filter((worker) => runs(worker, own)).length;
        const message = draining > 0
            ? `every live worker that runs ${refOf(own)} is stopping`
            : `none of ${workers} live workers runs ${refOf(own)}`;
        return [{ code: 'no_worker', message, workers, draining }];
    }
    if (busy < slots)
        return [];
    const message = `all ${slots} slots of the ${takers.length} workers that run ${refOf(own)} are taken`;
    return [{ code: 'workers_busy', message, workers: takers.length, slots, running: busy }];
}
/** Now, or when enough of the jobs before it will have ended, if each takes as long as the median of recent ones. */
function expectedStart(job, cluster, ahead, recentRunMs) {
    const own = definitionOf(job);
    const { slots, busy } = slotsOf(takersOf(own, cluster), cluster);
    const { concurrencyLimit: limit = 0 } = publishedOf(own, cluster) ?? {};
    const width = limit === 0 ? slots : Math.min(slots, limit);
    const free = Math.max(0, Math.min(slots - busy, roomOf(own, cluster)));
    const { now } = cluster;
    const due = job.runAt > now ? job.runAt : now;
    const ends = ahead - free + 1;
    if (ends <= 0)
        return due;
    const median = medianOf(recentRunMs);
    if (median === null)
        return null;
    const placeAt = new Date(now.getTime() + Math.round((ends / width) * median));
    return placeAt > due ? placeAt : due;
}
function medianOf(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
}
function finished({ status, finishedAt }) {
    return { code: 'finished', message: `the job is over: ${status}`, finishedAt };
}
function running({ status, workerName, run, startedAt }) {
    const message = status === 'running' ? 'the job is running' : 'the job is running, and told to stop';
    return { code: 'running', message, workerId: workerName, run, startedAt };
}
function definitionOf({ definitionKey, definitionVersion }) {
    return { key: definitionKey, version: definitionVersion };
}
function publishedOf({ key, version }, { definitions }) {
    return definitions.find((definition) => definition.key === key && definition.version === version);
}
/** How many more jobs of a definition may run. */
function roomOf(definition, cluster) {
    const published = publishedOf(definition, cluster);
    if (published === undefined || published.paused)
        return 0;
    if (published.concurrencyLimit === 0)
        return Infinity;
    return Math.max(0, published.concurrencyLimit - activeOf(definition, cluster));
}
function activeOf({ key, version }, { activity }) {
    const own = activity.filter((entry) => entry.key === key && entry.version === version);
    return own.reduce((sum, { jobs }) => sum + jobs, 0);
}
function livingOf({ workers, now }) {
    return workers.filter(({ leaseExpiresAt }) => leaseExpiresAt > now);
}
/** Workers that would claim a job of this definition. */
function takersOf(definition, cluster) {
    return livingOf(cluster).filter((worker) => !worker.draining && runs(worker, definition));
}
function runs({ definitions }, { key, version }) {
    return definitions.some((ref) => ref.key === key && ref.version === version);
}
function slotsOf(workers, { activity }) {
    const ids = new Set(workers.map(({ incarnation }) => incarnation));
    const theirs = activity.filter(({ incarnation }) => ids.has(incarnation));
    return {
        slots: workers.reduce((sum, { slots }) => sum + slots, 0),
        busy: theirs.reduce((sum, { jobs }) => sum + jobs, 0),
    };
}
function secondsBetween(from, to) {
    return Math.ceil((to.getTime() - from.getTime()) / 1000);
}
//# sourceMappingURL=explain-job.js.map