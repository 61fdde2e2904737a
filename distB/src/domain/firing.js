import { newJob } from './job.js';
/** A slot that is decided this late was missed, and `catchUp` rules it. Before that, another leader may have had to take over: it fires. */
export const LATE_MS = 60_000;
/** How many of its late slots a schedule makes up for: the newest ones, since they are the ones that still matter. */
export function madeUpFor({ catchUp, maxCatchUp }) {
    switch (catchUp) {
        case 'skip':
            return 0;
        case 'last':
            return 1;
        case 'all':
            return maxCatchUp;
    }
}
/**
 * Decides what becomes of the open slots of a schedule.
 *
 * A slot that waits comes first, and is never late: it was decided in time. After it the slots come in their order, and each that makes
 * a job counts as open for the next: with `skip` only the first makes one; with `queue_one` the second waits; with
 * `cancel_previous` only the last makes one, for it would cancel the others at once.
 *
 * @param openJobs ids of the schedule's jobs that have not ended; without meaning for `allow`.
 * @returns `null` when nothing changes.
 */
export function decideFiring(schedule, openJobs, slots, now) {
    const { overlap, waitingSlot } = schedule;
    const stillWaits = waitingSlot !== null && overlap === 'queue_one' && openJobs.length > 0;
    const candidates = [
        ...(waitingSlot === null || stillWaits ? [] : [firing(waitingSlot, now)]),
        ...slots.late.map((slot) => madeUp(slot, now)),
        ...slots.onTime.map((slot) => firing(slot, now)),
    ];
    const fires = (place) => {
        if (overlap === 'allow')
            return true;
        if (overlap === 'cancel_previous')
            return place === candidates.length - 1;
        return place === 0 && openJobs.length === 0;
    };
    const left = candidates.filter((_, place) => !fires(place));
    const waits = overlap !== 'queue_one' ? null : stillWaits ? waitingSlot : (left.shift()?.slot ?? null);
    const ticks = [
        ...(slots.missed === null ? [] : [missed(slots.missed, schedule, now)]),
        ...left.map((tick) => skipped(tick, reasonOf(schedule, openJobs, waits))),
        ...candidates.filter((_, place) => fires(place)),
    ].sort((a, b) => a.slot.getTime() - b.slot.getTime());
    if (ticks.length === 0 && isSame(waits, waitingSlot) && isSame(slots.next, schedule.nextRunAt))
        return null;
    const cancels = overlap === 'cancel_previous' && candidates.length > 0 ? openJobs : [];
    return { decidedUntil: slots.until, nextRunAt: slots.next, waitingSlot: waits, ticks, cancels };
}
/** A job of a schedule, due at once; its definition fills in what the schedule leaves open. */
export function jobOfSchedule({ id: scheduleId, params, priority, maxAttempts }, definition, id, now) {
    return newJob({
        definitionKey: definition.key,
        definitionVersion: definition.version,
        params,
        priority,
        maxAttempts: maxAttempts ?? definition.defaultMaxAttempts,
        runAt: null,
        idempotency: null,
        callback: null,
        traceparent: null,
        scheduleId,
    }, id, now);
}
/** The same tick without a job. */
export function skipped(tick, reason) {
    return { ...tick, outcome: 'skipped', reason };
}
export function makesJob({ outcome }) {
    return outcome === 'fired' || outcome === 'caught_up';
}
function firing(slot, now) {
    return { slot, outcome: 'fired', reason: null, delayMs: delayMs(slot, now) };
}
function madeUp(slot, now) {
    const reason = 'no scheduler was there in time; made up for';
    return { slot, outcome: 'caught_up', reason, delayMs: delayMs(slot, now) };
}
function missed({ first, count, isMore }, { catchUp, maxCatchUp }, now) {
    const many = `${isMore ? 'at least ' : ''}${count} ${count === 1 && !isMore ? 'slot' : 'slots'}`;
    const rule = catchUp === 'all' ? `all, at most ${maxCatchUp}` : catchUp;
    const reason = `${many} from ${first.toISOString()} on: no scheduler was there in time, and catchUp is ${rule}`;
    return { slot: first, outcome: 'missed', reason, delayMs: delayMs(first, now) };
}
function reasonOf({ overlap }, [openJob], waits) {
    if (overlap === 'cancel_previous')
        return 'a later slot has taken its place';
    if (overlap === 'queue_one')
        return `the slot of ${waits?.toISOString() ?? ''} waits for its turn already`;
    return openJob === undefined
        ? 'the job of an earlier slot has not ended'
        : `job ${openJob} of this schedule has not ended`;
}
function delayMs(slot, now) {
    return Math.max(0, now.getTime() - slot.getTime());
}
function isSame(one, other) {
    return one?.getTime() === other?.getTime();
}
//# sourceMappingURL=firing.js.map