import { cadenceOf } from '../domain/schedule.js';
import { noSuchSchedule } from './change-schedules.js';
import { timesFault } from './schedule-faults.js';
import { slotsAfter } from './schedule-slots.js';
/** Says when slots will be, whether or not the schedule is enabled then. */
export class PreviewSchedule {
    schedules;
    calendar;
    clock;
    constructor(schedules, calendar, clock) {
        this.schedules = schedules;
        this.calendar = calendar;
        this.clock = clock;
    }
    /** Of one that is kept. @throws JobServerError `schedule-not-found`. */
    async ofKept(scheduleId, count) {
        const schedule = await this.schedules.get(scheduleId);
        if (schedule === null)
            throw noSuchSchedule();
        return this.of(schedule, count);
    }
    /** @throws JobServerError `validation-error`, `schedule-invalid`. */
    of(times, count) {
        const fault = timesFault(times, this.calendar);
        if (fault !== null)
            throw fault;
        const cadence = cadenceOf(times);
        const slots = slotsAfter(this.calendar, times, this.clock.now(), count);
        return {
            description: this.calendar.describe(cadence),
            runs: this.calendar.occurrences(cadence, slots, times.timezone),
        };
    }
}
//# sourceMappingURL=preview-schedule.js.map