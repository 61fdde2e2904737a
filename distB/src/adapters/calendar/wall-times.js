import { CronDate, CronPattern } from 'croner';
/** croner gives each pattern a list of 10,000 years, 80 kB; all of ours come in every year. */
const EVERY_YEAR = new Array(10_000).fill(1);
/** Either of day of month and day of week suffices. */
const POSIX = { domAndDow: false };
const UTC = 0;
/**
 * The times of an expression on a wall clock that is never changed. A wall time is the number of milliseconds from 1970-01-01T00:00:00
 * to it on such a clock.
 *
 * croner knows the months, weekdays and leap years; it is asked in UTC only, so that its own rules about changes of the clocks have
 * no say (`cron-slots.ts` has ours).
 */
export class WallTimes {
    expression;
    #pattern;
    // Many schedules with one expression ask about the same instants.
    #last = { from: Infinity, to: null };
    constructor(expression) {
        this.expression = expression;
        this.#pattern = new CronPattern(expression.fields.join(' '), undefined, { mode: '6-part' });
        this.#pattern.year = EVERY_YEAR;
    }
    /** The first one after `wall`, itself excluded; `null` when there is none before the year 3000. */
    after(wall) {
        const { from, to } = this.#last;
        if (wall >= from && (to === null || wall < to))
            return to;
        const next = new CronDate(new Date(wall), UTC).increment(this.#pattern, POSIX, false)?.getTime() ?? null;
        this.#last = { from: wall, to: next };
        return next;
    }
}
//# sourceMappingURL=wall-times.js.map