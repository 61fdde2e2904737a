const DAY_MS = 86_400_000;
const MAX_YEARS = 64;
/** A time zone as Node knows it, which can be asked for its changes; each year is looked through once. */
export class Zone {
    name;
    #years = new Map();
    /** @throws RangeError when Node knows no zone of this name. */
    constructor(name) {
        this.name = name;
        // Offsets such as `+01:00` are none: newer versions of Node take them, older ones do not.
        if (!/^[A-Za-z]/.test(name))
            throw new RangeError(`${name} is not a time zone`);
        new Intl.DateTimeFormat('en-US', { timeZone: name });
    }
    /** From UTC, in milliseconds; ahead of it is positive. */
    offsetAt(instant) {
        const { offset, changes } = this.#year(yearOf(instant));
        return changes.findLast(({ at }) => at <= instant)?.after ?? offset;
    }
    /** The first change after one instant, up to and including another. */
    changeAfter(after, until) {
        const last = yearOf(until);
        for (let year = yearOf(after); year <= last; year += 1) {
            const change = this.#year(year).changes.find(({ at }) => at > after);
            if (change !== undefined)
                return change.at <= until ? change : null;
        }
        return null;
    }
    #year(year) {
        const known = this.#years.get(year);
        if (known !== undefined)
            return known;
        if (this.#years.size >= MAX_YEARS)
            this.#years.clear();
        const read = readYear(this.name, year);
        this.#years.set(year, read);
        return read;
    }
}
function yearOf(instant) {
    return new Date(instant).getUTCFullYear();
}
/** A change at the very beginning of a year belongs to the year before. */
function readYear(name, year) {
    // Not kept: a formatter is heavy, and a year is read once.
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    const offsetAt = (instant) => parseOffset(format.format(instant));
    const changes = [];
    const end = Date.UTC(year + 1, 0, 1);
    let from = Date.UTC(year, 0, 1);
    const offset = offsetAt(from);
    // No zone changes its clocks twice within a day.
    for (let before = offset; from < end; from += DAY_MS) {
        const after = offsetAt(from + DAY_MS);
        if (after !== before) {
            changes.push({ at: firstWith(after, offsetAt, from, from + DAY_MS), before, after });
            before = after;
        }
    }
    return { offset, changes };
}
/** Changes come at whole seconds. */
function firstWith(offset, offsetAt, before, from) {
    let [without, having] = [before, from];
    while (having - without > 1_000) {
        const middle = Math.floor((without + having) / 2_000) * 1_000;
        if (offsetAt(middle) === offset)
            having = middle;
        else
            without = middle;
    }
    return having;
}
function parseOffset(formatted) {
    const [, sign = '+', hours = 0, minutes = 0, seconds = 0] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(formatted) ?? [];
    return Number(`${sign}1`) * ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}
//# sourceMappingURL=zone.js.map