import { isMoved } from './cron-slots.js';
const DAY_MS = 86_400_000;
/** How a slot looks on the wall clock of a zone; `times` are those that made it, if an expression did. */
export function occurrenceAt(slot, zone, times) {
    const offset = zone.offsetAt(slot);
    return {
        at: new Date(slot),
        local: localTime(slot + offset),
        offset: sayOffset(offset),
        note: (times === null ? null : noteOfGap(slot, zone, times)) ?? noteOfRepeat(slot, zone),
    };
}
function noteOfGap(slot, zone, times) {
    const change = zone.changeAfter(slot - 1, slot);
    if (change === null || !isMoved(times.expression, change))
        return null;
    const resumes = slot + change.after;
    const missing = times.after(slot + change.before - 1);
    if (missing === null || missing >= resumes)
        return null;
    const more = (times.after(missing) ?? resumes) < resumes;
    const what = more ? 'and later times, which do not exist' : 'which does not exist';
    return `in place of ${timeOf(missing, resumes)}${more ? ' ' : ', '}${what}: ${sayChange(change)}`;
}
function noteOfRepeat(slot, zone) {
    let change = zone.changeAfter(slot - 2 * DAY_MS, slot + 2 * DAY_MS);
    for (; change !== null; change = zone.changeAfter(change.at, slot + 2 * DAY_MS)) {
        const repeated = change.before - change.after;
        if (slot >= change.at - repeated && slot < change.at + repeated) {
            const which = slot < change.at ? 'first' : 'second';
            const wall = slot + zone.offsetAt(slot);
            return `the ${which} ${timeOf(wall, wall)} of two: ${sayChange(change)}`;
        }
    }
    return null;
}
function sayChange({ at, before, after }) {
    const [from, to] = [at + before, at + after];
    return `the clocks go ${to > from ? 'forward' : 'back'} from ${timeOf(from, to)} to ${timeOf(to, from)}`;
}
/** A wall time without its day, if another one is on the same day. */
function timeOf(wall, other) {
    const [day, time = ''] = localTime(wall).split('T');
    const short = time.endsWith(':00') ? time.slice(0, -3) : time;
    return localTime(other).startsWith(`${day}T`) ? short : `${day} ${short}`;
}
function localTime(wall) {
    return new Date(wall).toISOString().replace(/\.\d+Z$/, '');
}
function sayOffset(offset) {
    const length = new Date(Math.abs(offset)).toISOString().slice(11, 19);
    return `${offset < 0 ? '-' : '+'}${length.endsWith(':00') ? length.slice(0, 5) : length}`;
}
//# sourceMappingURL=occurrences.js.map