import { LATE_MS, madeUpFor } from '../domain/firing.js';
import { cadenceOf } from '../domain/schedule.js';
import { slotsAfter } from './schedule-slots.js';
/** So many slots are looked at one by one: after a long outage there may be millions, and others wait meanwhile. */
const MAX_WALKED = 1_000;
const MAX_PORTION = 256;
/**
 * The slots of a schedule that are to be decided now, at a cost that does not grow with the time since the last decision.
 *
 * @param most so many slots at most that may make a job; those after them are left for the next time.
 */
export function openSlots(calendar, schedule, now, most) {
    const { decidedUntil } = schedule;
    const ask = (after, limit) => slotsAfter(calendar, schedule, after, limit);
    const lateUntil = new Date(now.getTime() - LATE_MS);
    const walked = walk(ask, decidedUntil, now, MAX_WALKED);
    const { missed, late, onTime, next } = walked.isAll
        ? apart(schedule, walked, lateUntil)
        : afterAnOutage(schedule, ask, walked.slots, lateUntil, now);
    const making = [...late, ...onTime];
    const left = making[most];
    return {
        missed,
        late: late.slice(0, most),
        onTime: onTime.slice(0, Math.max(0, most - late.length)),
        // A clock that went back takes nothing back.
        until: (left === undefined ? null : making[most - 1]) ?? (now > decidedUntil ? now : decidedUntil),
        next: left ?? next,
    };
}
/** All slots are known. */
function apart(schedule, { slots, next }, lateUntil) {
    const late = slots.filter((slot) => slot <= lateUntil);
    const missed = late.slice(0, Math.max(0, late.length - madeUpFor(schedule)));
    const [first] = missed;
    return {
        missed: first === undefined ? null : { first, count: missed.length, isMore: false },
        late: late.slice(missed.length),
        onTime: slots.slice(late.length),
        next,
    };
}
/** Only the oldest slots are known: the newest are looked for from the end. */
function afterAnOutage(schedule, ask, oldest, lateUntil, now) {
    const { slots: onTime, next } = walk(ask, lateUntil, now, Infinity);
    const late = newest(ask, madeUpFor(schedule), schedule.decidedUntil, lateUntil);
    return { missed: missedBefore(schedule, oldest, late, lateUntil), late, onTime, next };
}
function missedBefore(schedule, oldest, late, lateUntil) {
    const [firstLate] = late;
    const missed = firstLate === undefined ? oldest : oldest.filter((slot) => slot < firstLate);
    const [first] = missed;
    if (first === undefined)
        return null;
    const cadence = cadenceOf(schedule);
    if (cadence.kind === 'cron')
        return { first, count: missed.length, isMore: missed.length === oldest.length };
    // Those that were made up for, and the first one itself.
    const end = Math.min(lateUntil.getTime(), (schedule.endsAt?.getTime() ?? Infinity) - 1);
    const all = Math.floor((end - first.getTime()) / (cadence.seconds * 1_000)) + 1;
    return { first, count: all - late.length, isMore: false };
}
/** The last slots after one instant and up to another: of a span that is doubled until it has enough of them. */
function newest(ask, wanted, after, until) {
    if (wanted === 0)
        return [];
    for (let spanMs = 2_000 * wanted;; spanMs *= 2) {
        const from = new Date(Math.max(after.getTime(), until.getTime() - spanMs));
        const { slots } = walk(ask, from, until, Infinity, wanted);
        if (slots.length === wanted || from <= after)
            return slots;
    }
}
/** Slots after one instant and up to another, until there are `most`; only the last ones of them, where `last` says how many. */
function walk(ask, after, until, most, last = Infinity) {
    let slots = [];
    let walked = 0;
    // Most often there is one slot, and the next.
    for (let limit = 2;; limit = Math.min(MAX_PORTION, limit * 4)) {
        const portion = ask(after, limit);
        const within = portion.filter((slot) => slot <= until);
        walked += within.length;
        slots = [...slots, ...within];
        if (slots.length > last)
            slots = slots.slice(-last);
        const next = portion[within.length];
        if (next !== undefined)
            return { slots, next, isAll: true };
        if (portion.length < limit)
            return { slots, next: null, isAll: true };
        if (walked >= most)
            return { slots, next: null, isAll: false };
        after = portion.at(-1) ?? after;
    }
}
//# sourceMappingURL=open-slots.js.map