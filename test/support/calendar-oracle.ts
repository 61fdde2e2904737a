/**
 * When a schedule has its slots, told from the rules of docs/adr/0020-the-calendar.md alone: all wall times are listed, and Temporal says what each
 * one is in a zone. Slow, and shares no line with the calendar.
 */
import { Temporal } from '@js-temporal/polyfill'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const NAMES = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  weekday: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
}

interface Rule {
  readonly timesOfDay: readonly number[]
  readonly matches: (date: Temporal.PlainDate) => boolean
  readonly fixed: boolean
  readonly everyHour: boolean
}

/** The slots in (from, to], in milliseconds, ascending. */
export function oracleSlots(
  expression: string,
  timeZone: string,
  from: number,
  to: number,
): readonly number[] {
  const rule = ruleOf(expression)
  const changes = changesOf(timeZone, from - 4 * DAY_MS, to + 4 * DAY_MS)
  const slots = new Set<number>()
  let date = zoned(from, timeZone).toPlainDate().subtract({ days: 2 })
  const last = zoned(to, timeZone).toPlainDate().add({ days: 2 })
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    if (!rule.matches(date)) continue
    const midnight = Date.UTC(date.year, date.month - 1, date.day)
    const offset = date.toZonedDateTime(timeZone).offsetNanoseconds / 1e6
    for (const time of rule.timesOfDay) {
      const wall = midnight + time
      // Wall clocks are less than 40 hours from UTC, changes of a day included; farther away, one offset holds.
      if (changes.every((change) => Math.abs(change - wall) > 40 * HOUR_MS)) slots.add(wall - offset)
      else for (const slot of slotsOf(rule, wall, timeZone)) slots.add(slot)
    }
  }
  return [...slots].filter((slot) => slot > from && slot <= to).sort((a, b) => a - b)
}

/** What a calendar says against what it should: how many slots are missing, twice or more there, or not expected. */
export function compareSlots(
  expected: readonly number[],
  said: readonly number[],
): { readonly missing: number; readonly duplicate: number; readonly unexpected: number } {
  const [wanted, given] = [new Set(expected), new Set(said)]
  return {
    missing: expected.filter((slot) => !given.has(slot)).length,
    duplicate: said.length - given.size,
    unexpected: said.filter((slot) => !wanted.has(slot)).length,
  }
}

const known = new Map<string, readonly number[]>()

/** The instants in (from, to] at which the clocks of a zone change. */
export function changesOf(timeZone: string, from: number, to: number): readonly number[] {
  const key = `${timeZone} ${from} ${to}`
  const before = known.get(key)
  if (before !== undefined) return before
  const changes: number[] = []
  let change = zoned(from, timeZone).getTimeZoneTransition('next')
  while (change !== null && change.epochMilliseconds <= to) {
    changes.push(change.epochMilliseconds)
    change = change.getTimeZoneTransition('next')
  }
  known.set(key, changes)
  return changes
}

function slotsOf(rule: Rule, time: number, timeZone: string): readonly number[] {
  const wall = zoned(time, 'UTC').toPlainDateTime()
  const earlier = wall.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const later = wall.toZonedDateTime(timeZone, { disambiguation: 'later' })
  if (earlier.equals(later)) return [earlier.epochMilliseconds]
  if (earlier.toPlainDateTime().equals(wall)) {
    return rule.fixed ? [earlier.epochMilliseconds] : [earlier.epochMilliseconds, later.epochMilliseconds]
  }
  const skippedMinutes = (later.offsetNanoseconds - earlier.offsetNanoseconds) / 60e9
  if (rule.everyHour && skippedMinutes % 60 === 0 && skippedMinutes < 24 * 60) return []
  const change = earlier.getTimeZoneTransition('next')
  if (change === null) throw new Error(`${wall.toString()} is in a gap without an end`)
  return [change.epochMilliseconds]
}

function zoned(instant: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone)
}

const rules = new Map<string, Rule>()

function ruleOf(expression: string): Rule {
  const rule = rules.get(expression) ?? readRule(expression)
  rules.set(expression, rule)
  return rule
}

function readRule(expression: string): Rule {
  // A step of one is none, and a list with `*` in it is `*`.
  const parts = expression
    .toLowerCase()
    .split(' ')
    .map((part) => part.replaceAll(/\/1(?=,|$)/g, ''))
    .map((part) => (part.split(',').includes('*') ? '*' : part))
  if (parts.length === 5) parts.unshift('0')
  const [second = '', minute = '', hour = '', day = '', month = '', weekday = ''] = parts
  const timesOfDay: number[] = []
  for (const h of numbers(hour, 0, 23)) {
    for (const m of numbers(minute, 0, 59)) {
      for (const s of numbers(second, 0, 59)) timesOfDay.push(((h * 60 + m) * 60 + s) * 1_000)
    }
  }
  const months = numbers(month, 1, 12, NAMES.month)
  const matchesDay = (date: Temporal.PlainDate): boolean =>
    day.split(',').includes('l')
      ? date.day === date.daysInMonth || numbers(day, 1, 31).includes(date.day)
      : numbers(day, 1, 31).includes(date.day)
  const matchesWeekday = (date: Temporal.PlainDate): boolean =>
    weekday.split(',').some((item) => isWeekday(item, date))
  return {
    timesOfDay,
    fixed: !/[*/]/.test(minute + hour),
    everyHour: hour === '*',
    matches: memo(
      (date) =>
        months.includes(date.month) &&
        (day === '*'
          ? matchesWeekday(date)
          : weekday === '*'
            ? matchesDay(date)
            : matchesDay(date) || matchesWeekday(date)),
    ),
  }
}

function isWeekday(item: string, date: Temporal.PlainDate): boolean {
  const [, day = '', special = ''] = /^(\w+?)(l|#\d)$/.exec(item) ?? [item, item]
  const days = numbers(day, 0, 7, NAMES.weekday).map((value) => value % 7)
  if (!days.includes(date.dayOfWeek % 7)) return false
  if (special === 'l') return date.day + 7 > date.daysInMonth
  return special === '' || Math.ceil(date.day / 7) === Number(special.slice(1))
}

function numbers(text: string, min: number, max: number, names: readonly string[] = []): readonly number[] {
  const numberOf = (value: string): number =>
    names.includes(value) ? names.indexOf(value) + min : Number(value)
  return text.split(',').flatMap((item) => {
    const [range = '', step = '1'] = item.split('/')
    if (range === 'l') return []
    const [from, to = from] = range === '*' ? [min, max] : range.split('-').map(numberOf)
    const all = Array.from({ length: 60 }, (_, value) => value)
    return all.filter((value) => value >= from! && value <= to! && (value - from!) % Number(step) === 0)
  })
}

function memo(matches: (date: Temporal.PlainDate) => boolean): (date: Temporal.PlainDate) => boolean {
  const days = new Map<string, boolean>()
  return (date) => {
    const key = date.toString()
    const answer = days.get(key) ?? matches(date)
    days.set(key, answer)
    return answer
  }
}
