const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/**
 * The slots of an expression in a zone after an instant, itself excluded, ascending, in milliseconds; the rules are those of
 * docs/adr/0020-the-calendar.md.
 *
 * Wall times are walked along, with the offset that holds. At each change of the clocks on the way, the wall clock jumps: over times
 * that did not come yet (a gap), or back to times that have been.
 */
export function* cronSlots(times, zone, after) {
    let at = after;
    let offset = zone.offsetAt(after);
    let wall = times.after(Math.max(after + offset, times.expression.fixed ? hadUntil(zone, after) - 1 : -Infinity));
    while (wall !== null) {
        const change = zone.changeAfter(at, wall - offset);
        if (change === null) {
            at = wall - offset;
            yield at;
            wall = times.after(wall);
            continue;
        }
        at = change.at;
        offset = change.after;
        const resumes = at + offset;
        if (offset < change.before) {
            if (!times.expression.fixed)
                wall = times.after(resumes - 1);
        }
        else if (wall < resumes) {
            const moved = isMoved(times.expression, change);
            if (moved)
                yield at;
            // Its own slot at this instant, if it has one, is the same.
            wall = times.after(moved ? resumes : resumes - 1);
        }
    }
}
/**
 * Whether times that a change of the clocks skips get a slot right after it. Not so when the hours are `*` and whole hours are skipped:
 * the time of the next hour comes as soon as ever, and nothing is lost.
 */
export function isMoved({ hourly }, { before, after }) {
    const skipped = after - before;
    return skipped > 0 && !(hourly && skipped % HOUR_MS === 0 && skipped < DAY_MS);
}
/** Wall times before this one had their slot before the clocks went back, if they did so lately. */
function hadUntil(zone, instant) {
    let until = -Infinity;
    let change = zone.changeAfter(instant - 2 * DAY_MS, instant);
    for (; change !== null; change = zone.changeAfter(change.at, instant)) {
        until = Math.max(until, change.at + change.before);
    }
    return until;
}
//# sourceMappingURL=cron-slots.js.map