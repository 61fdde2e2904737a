import type { Schedule } from '../api/types.js'

/** A schedule as fields hold it. */
export interface ScheduleForm {
  readonly name: string
  readonly definitionKey: string
  readonly kind: 'cron' | 'every'
  readonly cron: string
  readonly everySeconds: string
  readonly timezone: string
  readonly catchUp: string
  readonly overlap: string
}

export const CATCH_UPS: Readonly<Record<string, string>> = {
  skip: 'leave it out',
  last: 'run the last one',
  all: 'run them all',
}

export const OVERLAPS: Readonly<Record<string, string>> = {
  allow: 'run beside it',
  skip: 'leave the slot out',
  queue_one: 'wait for its end, once',
  cancel_previous: 'cancel it',
}

/** @param choice the definition of a new one. */
export function formOf(schedule: Schedule | undefined, choice: string, timezone: string): ScheduleForm {
  return {
    name: schedule?.name ?? '',
    definitionKey: schedule?.definitionKey ?? choice,
    kind: schedule !== undefined && schedule.cron === null ? 'every' : 'cron',
    cron: schedule?.cron ?? '30 7 * * 1-5',
    everySeconds: schedule?.everySeconds == null ? '3600' : String(schedule.everySeconds),
    timezone: schedule?.timezone ?? timezone,
    catchUp: schedule?.catchUp ?? 'last',
    overlap: schedule?.overlap ?? 'allow',
  }
}

/**
 * The part of a schedule that says when, as the API takes it.
 *
 * @param kept the schedule whose first and last day stay as they are: the fields do not hold them.
 */
export function timesOf(
  { kind, cron, everySeconds, timezone }: ScheduleForm,
  kept?: Pick<Schedule, 'startsAt' | 'endsAt'>,
): Readonly<Record<string, unknown>> {
  const cadence = kind === 'cron' ? { cron: cron.trim() } : { everySeconds: numberOr(everySeconds) }
  return { ...cadence, timezone, startsAt: kept?.startsAt, endsAt: kept?.endsAt }
}

/** What is no number is sent as it is, for the server to say what it takes. */
function numberOr(text: string): number | string {
  return text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text)
}

export function scheduleBodyOf(
  form: ScheduleForm,
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { name, definitionKey, catchUp, overlap } = form
  return { name: name.trim(), definitionKey, params, ...timesOf(form), catchUp, overlap }
}

/** What the editor holds of a schedule, as the API takes it. */
export function bodyOf(schedule: Schedule): Readonly<Record<string, unknown>> {
  return scheduleBodyOf(formOf(schedule, '', ''), schedule.params)
}

/** The members of a body that differ from those of the one before. */
export function changesOf(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const changed = Object.entries(after).filter(([name, value]) => ordered(value) !== ordered(before[name]))
  return Object.fromEntries(changed)
}

/** JSON in which the order of names makes no difference. */
function ordered(value: unknown): string | undefined {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}

/** How often, in a word: what the list shows where no preview was asked for. */
export function cadenceOf({ cron, everySeconds }: Pick<Schedule, 'cron' | 'everySeconds'>): string {
  if (cron !== null) return cron
  const seconds = everySeconds ?? 0
  const units: readonly (readonly [number, string])[] = [
    [86_400, 'day'],
    [3_600, 'hour'],
    [60, 'minute'],
  ]
  for (const [size, name] of units)
    if (seconds >= size && seconds % size === 0)
      return seconds === size ? `every ${name}` : `every ${seconds / size} ${name}s`
  return `every ${seconds} s`
}
