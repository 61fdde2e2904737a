import { JobServerError } from '../domain/errors.js';
import { cadenceOf } from '../domain/schedule.js';
import { specFlaws } from '../domain/schedule-spec.js';
import { paramsFault } from './job-faults.js';
/**
 * Why a schedule cannot have these times, `null` when it can.
 *
 * @returns JobServerError `validation-error` when its members contradict each other, `schedule-invalid` when the calendar does not
 *   know what they say.
 */
export function timesFault(times, calendar) {
    const apart = specFlaws(times);
    if (apart.length > 0)
        return new JobServerError('validation-error', 'what is said of the schedule does not go together', {
            flaws: apart,
        });
    const flaws = calendarFlaws(times, calendar);
    const [first] = flaws;
    return first === undefined
        ? null
        : new JobServerError('schedule-invalid', `${first.pointer.slice(1)} ${first.message}`, { flaws });
}
/** Why a definition cannot be run by this schedule, `null` when it can: its times, then its params. */
export function scheduleFault(spec, definition, registry, calendar) {
    return timesFault(spec, calendar) ?? paramsFault(registry, definition, spec.params);
}
/** A zone has to be one also where it only says how the slots of a span are shown. */
function calendarFlaws(times, calendar) {
    const flaws = calendar.flaws(cadenceOf(times));
    if (times.cron !== null)
        return flaws;
    return [...flaws, ...calendar.flaws({ kind: 'cron', expression: '@daily', timezone: times.timezone })];
}
//# sourceMappingURL=schedule-faults.js.map