import { LAST_INSTANT } from '../domain/instant.js'
import { canonicalJson } from '../domain/json.js'
import { cadenceOf, type Schedule, type ScheduleSpec, type Tick } from '../domain/schedule.js'
import { specJson } from '../domain/schedule-spec.js'
import type { Calendar } from './ports/calendar.js'

type Times = Pick<ScheduleSpec, 'cron' | 'everySeconds' | 'timezone' | 'startsAt' | 'endsAt'>

/** The first slots of a spec after an instant, itself excluded: not before `startsAt`, and before `endsAt` and the end of all instants. */
export function slotsAfter(
  calendar: Pick<Calendar, 'next'>,
  times: Times,
  after: Date,
  limit: number,
): readonly Date[] {
  const { startsAt, endsAt } = times
  // A slot at `startsAt` itself counts.
  const from = startsAt !== null && startsAt > after ? new Date(startsAt.getTime() - 1) : after
  const slots = calendar.next(cadenceOf(times), from, limit)
  return slots.filter((slot) => slot.getTime() <= LAST_INSTANT && (endsAt === null || slot < endsAt))
}

/** A schedule that was just made: its first slot is in the future. */
export function newSchedule(spec: ScheduleSpec, id: string, now: Date, calendar: Calendar): Schedule {
  return {
    ...spec,
    id,
    createdAt: now,
    decidedUntil: now,
    nextRunAt: nextRunOf(spec, now, calendar),
    lastRunAt: null,
    waitingSlot: null,
    declared: null,
    revision: 1,
  }
}

/**
 * A schedule to which something else is said from now on, and the tick of the slots that this leaves out: those of a pause
 * that ends, or of times that are no longer its own, and with them one that waits for its turn. Slots of the past are never made up
 * for by new times.
 *
 * @returns `null` when it says all that already.
 */
export function changedSchedule(
  schedule: Schedule,
  spec: ScheduleSpec,
  now: Date,
  calendar: Calendar,
): { readonly schedule: Schedule; readonly ticks: readonly Tick[] } | null {
  if (isSame(schedule, spec)) return null
  const startsAnew = !hasSameTimes(schedule, spec) || (spec.enabled && !schedule.enabled)
  const decidedUntil = startsAnew && now > schedule.decidedUntil ? now : schedule.decidedUntil
  const waitingSlot = startsAnew ? null : schedule.waitingSlot
  const nextRunAt = nextRunOf(spec, decidedUntil, calendar)
  return {
    schedule: { ...schedule, ...spec, decidedUntil, nextRunAt, waitingSlot },
    ticks: startsAnew ? leftOut(schedule, now, calendar) : [],
  }
}

function nextRunOf(spec: ScheduleSpec, after: Date, calendar: Calendar): Date | null {
  return spec.enabled ? (slotsAfter(calendar, spec, after, 1)[0] ?? null) : null
}

/** One tick for all slots up to now that nothing has decided yet, the one that waits included. */
function leftOut(schedule: Schedule, now: Date, calendar: Calendar): readonly Tick[] {
  const undecided = slotsAfter(calendar, schedule, schedule.decidedUntil, 1).find((slot) => slot <= now)
  const slot = schedule.waitingSlot ?? undecided
  if (slot === undefined) return []
  const why = schedule.enabled ? 'its times were changed before any of them could' : 'it was paused'
  return [
    {
      slot,
      outcome: schedule.enabled ? 'missed' : 'paused',
      jobId: null,
      reason: `no slot from ${slot.toISOString()} to ${now.toISOString()} made a job: ${why}`,
      // A clock that was set back.
      delayMs: Math.max(0, now.getTime() - slot.getTime()),
    },
  ]
}

function hasSameTimes(one: Times, other: Times): boolean {
  return (
    one.cron === other.cron &&
    one.everySeconds === other.everySeconds &&
    one.timezone === other.timezone &&
    one.startsAt?.getTime() === other.startsAt?.getTime() &&
    one.endsAt?.getTime() === other.endsAt?.getTime()
  )
}

function isSame(one: ScheduleSpec, other: ScheduleSpec): boolean {
  return canonicalJson(specJson(one)) === canonicalJson(specJson(other))
}
