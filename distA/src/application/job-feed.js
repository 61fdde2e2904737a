import { isLastEvent } from '../domain/job-event.js';
import { Batcher } from './batcher.js';
import { Waiter } from './waiter.js';
/** Events that one watch is given at once; a reader of many comes again. */
const MAX_EVENTS = 100;
/** Events that one look reads for all watches together: what bounds its memory. */
const MAX_ROWS = 1_000;
/** Shortest time between two looks: what is told meanwhile is looked for together. */
const PAUSE_MS = 20;
/** All watched jobs are looked at so often, whatever is told; the second while changes of others have not proved to arrive. */
const LOOK_EVERY_MS = 1_000;
const UNPROVEN_LOOK_EVERY_MS = 250;
/** `after` of a watch that waits for the end of its job and wants no event. */
export const UNTIL_FINAL = Number.POSITIVE_INFINITY;
class Watch {
    jobId;
    waiter = new Waiter();
    /** Something may have happened since the last look. */
    dirty = true;
    after = 0;
    /** The last event that it was given. */
    given = 0;
    constructor(jobId) {
        this.jobId = jobId;
    }
}
/**
 * The one source of live events in a process: all that wait for jobs are looked for together, in one query for what changed
 * and one for its events, however many they are.
 *
 * A look each second is the promise; what the channel tells makes it come sooner. Every watch reads on from its own place in its
 * job, and ids within a job grow in the order in which events become visible, so that no event is missed or given twice.
 */
export class JobFeed {
    queries;
    channel;
    clock;
    logger;
    known = new Batcher(MAX_ROWS, async (jobIds) => {
        const first = await this.queries.eventsAfter(jobIds.map((jobId) => ({ jobId, after: 0 })), 1);
        return first.map((events) => events.length > 0);
    });
    watches = new Map();
    /** In the order in which they asked, so that nobody starves when one look cannot serve all. */
    waiting = new Set();
    timer;
    dueAt = Infinity;
    looking = false;
    lookedAt = 0;
    tookMs = 0;
    lookAtAllAt = 0;
    stopped = false;
    unfollow = null;
    constructor(queries, channel, clock, logger) {
        this.queries = queries;
        this.channel = channel;
        this.clock = clock;
        this.logger = logger;
    }
    /** Whether there is such a job; questions that come while one is under way are one query. @throws StorageUnavailableError. */
    isKnown(jobId) {
        return this.known.add(jobId);
    }
    /** Begins to watch a job, from its first event; unknown jobs count as ended. */
    watch(jobId) {
        const watch = new Watch(jobId);
        if (this.stopped)
            watch.waiter.close();
        else
            this.add(watch);
        return {
            next: (after, withinMs) => this.next(watch, after, withinMs),
            close: () => {
                watch.waiter.close();
                this.remove(watch);
            },
        };
    }
    /** Ends every watch, for ever. */
    stop() {
        this.stopped = true;
        for (const watches of [...this.watches.values()])
            for (const watch of watches) {
                watch.waiter.close();
                this.remove(watch);
            }
    }
    /** One round for all who wait; answers the milliseconds until the next. Never throws. */
    async look() {
        const beganAt = this.clock.monotonicMs();
        if (beganAt >= this.lookAtAllAt) {
            for (const watch of this.waiting)
                watch.dirty = true;
            this.lookAtAllAt = beganAt + (this.channel.isProven() ? LOOK_EVERY_MS : UNPROVEN_LOOK_EVERY_MS);
        }
        const asked = [...this.waiting].filter(({ dirty }) => dirty);
        // Cleared before the question, never after: what is told while it is under way must not be lost.
        for (const watch of asked)
            watch.dirty = false;
        try {
            if (asked.length > 0)
                await this.serve(asked);
        }
        catch (error) {
            for (const watch of asked)
                watch.dirty = true;
            this.logger.debug('could not look for events', { error: String(error) });
            return UNPROVEN_LOOK_EVERY_MS;
        }
        finally {
            this.lookedAt = this.clock.monotonicMs();
            this.tookMs = this.lookedAt - beganAt;
        }
        return this.delay();
    }
    next(watch, after, withinMs) {
        // It dropped a part of what it was given.
        if (after < watch.given)
            watch.dirty = true;
        watch.after = after;
        watch.given = 0;
        this.waiting.add(watch);
        if (watch.dirty)
            this.lookSoon();
        else
            this.arm(Math.max(0, this.lookAtAllAt - this.clock.monotonicMs()));
        return watch.waiter.wait(withinMs).finally(() => this.waiting.delete(watch));
    }
    async serve(asked) {
        const heads = await this.queries.heads([...new Set(asked.map(({ jobId }) => jobId))]);
        const readers = new Map();
        let rows = 0;
        for (const watch of asked) {
            const { jobId, after } = watch;
            const head = heads.get(jobId);
            if (head !== undefined && head <= after)
                continue;
            if (after === UNTIL_FINAL) {
                give(watch, after, { events: [], ended: true });
                continue;
            }
            const place = `${jobId} ${after}`;
            const reader = readers.get(place) ?? { jobId, after, watches: [] };
            if (!readers.has(place)) {
                const expected = Math.min(MAX_EVENTS, head === undefined ? MAX_EVENTS : head - after);
                if (rows > 0 && rows + expected > MAX_ROWS) {
                    watch.dirty = true;
                    continue;
                }
                rows += expected;
                readers.set(place, reader);
            }
            reader.watches.push(watch);
        }
        if (readers.size > 0)
            await this.read([...readers.values()], heads);
    }
    async read(readers, heads) {
        const found = await this.queries.eventsAfter(readers, MAX_EVENTS);
        for (const [index, { jobId, after, watches }] of readers.entries()) {
            const events = found[index] ?? [];
            const last = events.at(-1);
            // Not live when its events were read, and none left: it ended before, or was pruned.
            const ended = last === undefined ? !heads.has(jobId) : isLastEvent(last);
            for (const watch of watches) {
                if (last === undefined && !ended)
                    continue;
                if (events.length === MAX_EVENTS)
                    watch.dirty = true;
                give(watch, after, { events, ended });
            }
        }
    }
    heed({ jobs, more }) {
        const told = more ? [...this.watches.values()] : jobs.map(({ jobId }) => this.watches.get(jobId) ?? []);
        let awaited = false;
        for (const watches of told)
            for (const watch of watches) {
                watch.dirty = true;
                awaited ||= watch.waiter.isWaiting;
            }
        if (awaited)
            this.lookSoon();
    }
    lookSoon() {
        this.arm(Math.max(0, this.lookedAt + this.pauseMs() - this.clock.monotonicMs()));
    }
    /** Never busy for more than a third of the time. */
    pauseMs() {
        return Math.max(PAUSE_MS, 2 * this.tookMs);
    }
    delay() {
        for (const { dirty } of this.waiting)
            if (dirty)
                return this.pauseMs();
        return Math.max(0, this.lookAtAllAt - this.clock.monotonicMs());
    }
    arm(delayMs) {
        const dueAt = this.clock.monotonicMs() + delayMs;
        if (this.looking || dueAt >= this.dueAt)
            return;
        clearTimeout(this.timer);
        this.dueAt = dueAt;
        this.timer = setTimeout(() => void this.round(), delayMs);
    }
    async round() {
        this.dueAt = Infinity;
        this.looking = true;
        const delayMs = await this.look();
        this.looking = false;
        if (this.waiting.size > 0)
            this.arm(delayMs);
    }
    add(watch) {
        const watches = this.watches.get(watch.jobId) ?? new Set();
        this.watches.set(watch.jobId, watches.add(watch));
        this.unfollow ??= this.channel.follow((changes) => {
            this.heed(changes);
        });
    }
    remove(watch) {
        const watches = this.watches.get(watch.jobId);
        watches?.delete(watch);
        this.waiting.delete(watch);
        if (watches?.size === 0)
            this.watches.delete(watch.jobId);
        if (this.watches.size > 0)
            return;
        this.unfollow?.();
        this.unfollow = null;
        clearTimeout(this.timer);
        this.dueAt = Infinity;
    }
}
/** A watch that has given up meanwhile, or asks for something else by now, was told nothing: it has to be looked for again. */
function give(watch, after, batch) {
    if (watch.after !== after || !watch.waiter.give(batch))
        watch.dirty = true;
    else
        watch.given = batch.events.at(-1)?.id ?? 0;
}
//# sourceMappingURL=job-feed.js.map