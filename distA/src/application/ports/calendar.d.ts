import type { Flaw } from '../../domain/json.js';
import type { Cadence } from '../../domain/schedule.js';
/** One slot of a preview. */
export interface Occurrence {
    readonly at: Date;
    /** Local time in the zone asked for, `2026-03-29T03:00:00`. */
    readonly local: string;
    /** Offset from UTC at that instant, `+02:00`. */
    readonly offset: string;
    /** That a change of the clocks moved this slot, or that its local time comes twice; `null` on ordinary days. */
    readonly note: string | null;
}
/**
 * Knows when a cadence has its slots. Pure: the same arguments, the same answer.
 *
 * An expression has five fields, or six with seconds first, or is a nickname such as `@daily`; where day of month and day of week are
 * both restricted, either suffices (POSIX). `L` is the last day of a month, `5L` its last Friday, `5#2` its second one.
 *
 * It is fixed when its minutes and hours have neither `*` nor a step, otherwise a rhythm. When the clocks go forward, the times that do
 * not exist make one slot, at the first instant after the gap; only where the hours are `*` and whole hours are skipped, nothing is
 * moved, since the next hour's time comes as soon as ever. When they go back, a fixed time has one slot, the first, while a rhythm
 * goes on through both hours.
 *
 * @see docs/adr/0020-the-calendar.md for the sources of these rules.
 */
export interface Calendar {
    /**
     * Why this is no cadence, a flaw for each field, with pointers `/cron`, `/everySeconds` and `/timezone`; empty when it is one. An
     * expression that never comes is none. Spans are 1 to 31,536,000 seconds.
     */
    flaws(cadence: Cadence): readonly Flaw[];
    /**
     * The first slots after an instant, itself excluded, ascending; fewer than `limit` only when there are no more before the year 3000.
     *
     * @throws RangeError for a cadence that has flaws, as one that was kept may have where the time zones are other ones.
     */
    next(cadence: Cadence, after: Date, limit: number): readonly Date[];
    /** How it reads in plain English, zone included: `At 07:30, Monday through Friday (Europe/Berlin)`. @throws RangeError as `next`. */
    describe(cadence: Cadence): string;
    /** How slots of this cadence look on a wall clock of the zone. @throws RangeError as `next`, also for the zone. */
    occurrences(cadence: Cadence, slots: readonly Date[], timezone: string): readonly Occurrence[];
}
