import { cadenceOf, type ScheduleSpec } from '../domain/schedule.js'
import { noSuchSchedule } from './change-schedules.js'
import type { Calendar, Occurrence } from './ports/calendar.js'
import type { Clock } from './ports/clock.js'
import type { ScheduleStore } from './ports/schedule-store.js'
import { timesFault } from './schedule-faults.js'
import { slotsAfter } from './schedule-slots.js'

export interface SchedulePreview {
  readonly description: string
  readonly runs: readonly Occurrence[]
}

/** Says when slots will be, whether or not the schedule is enabled then. */
export class PreviewSchedule {
  constructor(
    private readonly schedules: Pick<ScheduleStore, 'get'>,
    private readonly calendar: Calendar,
    private readonly clock: Clock,
  ) {}

  /** Of one that is kept. @throws JobServerError `schedule-not-found`. */
  async ofKept(scheduleId: string, count: number): Promise<SchedulePreview> {
    const schedule = await this.schedules.get(scheduleId)
    if (schedule === null) throw noSuchSchedule()
    return this.of(schedule, count)
  }

  /** @throws JobServerError `validation-error`, `schedule-invalid`. */
  of(
    times: Pick<ScheduleSpec, 'cron' | 'everySeconds' | 'timezone' | 'startsAt' | 'endsAt'>,
    count: number,
  ): SchedulePreview {
    const fault = timesFault(times, this.calendar)
    if (fault !== null) throw fault
    const cadence = cadenceOf(times)
    const slots = slotsAfter(this.calendar, times, this.clock.now(), count)
    return {
      description: this.calendar.describe(cadence),
      runs: this.calendar.occurrences(cadence, slots, times.timezone),
    }
  }
}
