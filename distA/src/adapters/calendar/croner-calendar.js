import { readCron } from './cron-expression.js';
import { cronSlots } from './cron-slots.js';
import { describeCron, describeEvery } from './describe.js';
import { everySlots, flawOfSpan } from './every.js';
import { occurrenceAt } from './occurrences.js';
import { Recent } from './recent.js';
import { WallTimes } from './wall-times.js';
import { Zone } from './zone.js';
import { unknownZone } from './zone-names.js';
// Some 4 kB each.
const MAX_EXPRESSIONS = 20_000;
// More than there are; each name may be written in any case.
const MAX_ZONES = 1_000;
/** The calendar by croner, cronstrue and Node's own time zones. */
export class CronerCalendar {
    #times = new Recent(MAX_EXPRESSIONS, wallTimesOf);
    #zones = new Recent(MAX_ZONES, (name) => new Zone(name));
    flaws(cadence) {
        if (cadence.kind === 'every') {
            const message = flawOfSpan(cadence.seconds);
            return message === null ? [] : [{ pointer: '/everySeconds', message }];
        }
        return [
            ...flawsOfExpression(cadence.expression).map((message) => ({ pointer: '/cron', message })),
            ...(this.#knows(cadence.timezone)
                ? []
                : [{ pointer: '/timezone', message: unknownZone(cadence.timezone) }]),
        ];
    }
    next(cadence, after, limit) {
        const slots = [];
        if (limit < 1)
            return slots;
        for (const slot of this.#slots(cadence, after.getTime())) {
            slots.push(new Date(slot));
            if (slots.length >= limit)
                break;
        }
        return slots;
    }
    describe(cadence) {
        if (cadence.kind === 'every')
            return describeEvery(cadence.seconds, cadence.anchor);
        return `${describeCron(this.#times.get(cadence.expression).expression)} (${cadence.timezone})`;
    }
    occurrences(cadence, slots, timezone) {
        const times = cadence.kind === 'every' ? null : this.#times.get(cadence.expression);
        const zone = this.#zones.get(timezone);
        return slots.map((slot) => occurrenceAt(slot.getTime(), zone, times));
    }
    #slots(cadence, after) {
        return cadence.kind === 'every'
            ? everySlots(cadence.seconds, cadence.anchor, after)
            : cronSlots(this.#times.get(cadence.expression), this.#zones.get(cadence.timezone), after);
    }
    #knows(timezone) {
        try {
            this.#zones.get(timezone);
            return true;
        }
        catch {
            return false;
        }
    }
}
function flawsOfExpression(expression) {
    const read = readCron(expression);
    if ('wrong' in read)
        return read.wrong;
    const never = new WallTimes(read).after(0) === null;
    return never ? ['never comes: none of its months has such a day'] : [];
}
function wallTimesOf(expression) {
    const read = readCron(expression);
    if ('wrong' in read)
        throw new RangeError(`the cron expression ${read.wrong.join('; ')}`);
    return new WallTimes(read);
}
//# sourceMappingURL=croner-calendar.js.map