import { claimOrder, isFinished } from '../../domain/job.js';
import { refOf } from '../../domain/job-definition.js';
/** Everything that a memory store holds. One process, one thread: each port call runs to its end undisturbed. */
export class MemoryState {
    clock;
    leaseOffsetMs;
    jobs = new Map();
    events = new Map();
    handlerEvents = new Map();
    /** Of runs that have ended, in their order. */
    attempts = new Map();
    logs = new Map();
    /** By the job's id. */
    deadLetters = new Map();
    /** Ids of dead letters. */
    discarded = new Set();
    /** The new job's id, by the old one's; and the other way round. */
    retries = new Map();
    retriedFrom = new Map();
    definitions = new Map();
    apiKeys = new Map();
    workers = new Map();
    keys = new Map();
    leaders = new Map();
    schedules = new Map();
    /** By the schedule's id, then by the slot in milliseconds. */
    ticks = new Map();
    /** Removed jobs, as long as the periods are kept in which they ended. */
    removed = [];
    queues = new Map();
    active = new Map();
    /** Ids of live jobs by the schedule that made them. */
    scheduled = new Map();
    constructor(clock, leaseOffsetMs) {
        this.clock = clock;
        this.leaseOffsetMs = leaseOffsetMs;
    }
    /** The clock by which leases are judged. */
    leaseNow() {
        return new Date(this.clock.now().getTime() + this.leaseOffsetMs());
    }
    /** Nobody has led under a later term, and this one was not given up. */
    leads({ name, holder, term }) {
        const row = this.leaders.get(name);
        return row?.holder === holder && row.term === term;
    }
    /** Replaces a job and appends the events of that transition; keeps the queues in order. */
    put(job, events, at) {
        const before = this.jobs.get(job.id);
        if (before !== undefined)
            this.leave(before);
        this.jobs.set(job.id, job);
        if (job.status === 'queued')
            this.enqueue(job);
        if ('lease' in job)
            setOf(this.active, refOfJob(job)).add(job.id);
        if (job.scheduleId !== null && !isFinished(job))
            setOf(this.scheduled, job.scheduleId).add(job.id);
        for (const event of events)
            this.append(job.id, event, at);
    }
    /** Forgets a finished job and all that belongs to it, but not that it ended when it did. */
    remove(job) {
        const { id, definitionKey, definitionVersion, idempotencyKey } = job;
        const { status, attempts, runAt, startedAt, finishedAt } = job;
        this.removed.push({ definitionKey, status, attempts, runAt, startedAt, finishedAt });
        const letter = this.deadLetters.get(id);
        if (letter !== undefined)
            this.discarded.delete(letter.id);
        const ofJob = [
            this.jobs,
            this.events,
            this.handlerEvents,
            this.attempts,
            this.logs,
            this.deadLetters,
            this.retries,
        ];
        for (const rows of ofJob)
            rows.delete(id);
        if (idempotencyKey === null)
            return;
        for (const version of [0, definitionVersion]) {
            const key = keyOf(definitionKey, { version, key: idempotencyKey });
            if (this.keys.get(key)?.jobId === id)
                this.keys.delete(key);
        }
    }
    append(jobId, { type, payload }, at) {
        const events = this.events.get(jobId) ?? [];
        events.push({ id: events.length + 1, type, payload, at });
        this.events.set(jobId, events);
    }
    /** Queued jobs of a definition in the order in which they would start if all were due. */
    queue(ref) {
        return this.queues.get(refOf(ref)) ?? [];
    }
    queuedCount() {
        return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
    }
    activeCount(ref) {
        return this.active.get(refOf(ref))?.size ?? 0;
    }
    activeIds() {
        return [...this.active.values()].flatMap((ids) => [...ids]);
    }
    /** Jobs of a schedule that have not ended, the oldest first. */
    openJobs(scheduleId) {
        return [...(this.scheduled.get(scheduleId) ?? [])].sort();
    }
    leave(job) {
        if (job.scheduleId !== null)
            this.scheduled.get(job.scheduleId)?.delete(job.id);
        if ('lease' in job)
            this.active.get(refOfJob(job))?.delete(job.id);
        if (job.status !== 'queued')
            return;
        const queue = this.queues.get(refOfJob(job)) ?? [];
        const index = place(queue, job);
        if (queue[index]?.id === job.id)
            queue.splice(index, 1);
    }
    enqueue(job) {
        const ref = refOfJob(job);
        const queue = this.queues.get(ref) ?? [];
        queue.splice(place(queue, job), 0, job);
        this.queues.set(ref, queue);
    }
}
/** Failed with a dead letter that is not discarded, or cancelled; and never retried. */
export function isRetriable({ id, status }, { deadLetters, discarded, retries }) {
    if (retries.has(id))
        return false;
    const letter = deadLetters.get(id);
    return status === 'cancelled' || (letter !== undefined && !discarded.has(letter.id));
}
export function refOfJob(job) {
    return refOf({ key: job.definitionKey, version: job.definitionVersion });
}
export function keyOf(definitionKey, { version, key }) {
    return JSON.stringify([definitionKey, version, key]);
}
/** Where the jobs of the same priority end that the one at this position begins or belongs to. */
export function endOfPriority(queue, at) {
    const priority = queue[at]?.priority;
    return firstOf(queue, at, (job) => job.priority !== priority);
}
/** Of the jobs with the priority of the one at this position, the first that is not due. */
export function firstAfter(queue, at, now) {
    const priority = queue[at]?.priority;
    const found = queue[firstOf(queue, at, (job) => job.priority !== priority || job.runAt > now)];
    return found?.priority === priority ? found : undefined;
}
/** First position whose job does not come before this one. */
function place(queue, job) {
    return firstOf(queue, 0, (other) => other.id === job.id || claimOrder(other, job) >= 0);
}
/** First position, from one on, of a job that fits; all behind it fit, too. */
function firstOf(queue, from, fits) {
    let low = from;
    let high = queue.length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (fits(queue[middle]))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
function setOf(map, key) {
    const set = map.get(key) ?? new Set();
    map.set(key, set);
    return set;
}
//# sourceMappingURL=memory-state.js.map