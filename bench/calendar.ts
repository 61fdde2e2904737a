/**
 * The calendar against an oracle of its own (`test/support/calendar-oracle.ts`), over two years in every zone that changes its clocks, and
 * what a call costs. Usage: `npm run bench:calendar`; takes some minutes. Prints one line of JSON for each measurement.
 */
import { CronerCalendar } from '../src/adapters/calendar/croner-calendar.js'
import { Zone } from '../src/adapters/calendar/zone.js'
import { changesOf, compareSlots, oracleSlots } from '../test/support/calendar-oracle.js'

const FROM = Date.UTC(2026, 0, 1)
const UNTIL = Date.UTC(2028, 0, 1)
const EXPRESSIONS = [
  '*/15 * * * *',
  '7 * * * *',
  '30 */2 * * *',
  '0,30 0-3,22-23 * * *',
  '*/20 0-3 * * *',
  '30 2 * * *',
  '0 0 * * *',
  '0 9 13 * 5',
  '0 0 L * SUN#2,FRIL',
  '*/20 59 1,23 * * SUN',
]

const show = (measure: string, figures: Record<string, string | number>): void => {
  console.log(JSON.stringify({ measure, ...figures }))
}
const zones = Intl.supportedValuesOf('timeZone')

/** Every change of every zone, as Temporal and as the calendar finds it; Temporal's polyfill passes over the ten of Brazil in October 2000. */
function changes(): void {
  const [from, to] = [Date.UTC(1970, 0, 1), Date.UTC(2038, 0, 1)]
  const total = { compared: 0, missing: 0, unexpected: 0 }
  for (const name of zones) {
    const zone = new Zone(name)
    const found: number[] = []
    for (let at = zone.changeAfter(from, to); at !== null; at = zone.changeAfter(at.at, to)) found.push(at.at)
    // Temporal also counts changes of the name alone.
    const expected = changesOf(name, from, to).filter((at) => zone.offsetAt(at - 1) !== zone.offsetAt(at))
    const { missing, unexpected } = compareSlots(expected, found)
    total.compared += expected.length
    total.missing += missing
    total.unexpected += unexpected
  }
  show('changes 1970-2037', { zones: zones.length, ...total })
}

function twoYears(): void {
  const calendar = new CronerCalendar()
  const changing = zones.filter((zone) => changesOf(zone, FROM, UNTIL).length > 0)
  for (const expression of EXPRESSIONS) {
    const total = { slots: 0, missing: 0, duplicate: 0, unexpected: 0 }
    let spentMs = 0
    for (const timezone of changing) {
      const expected = oracleSlots(expression, timezone, FROM, UNTIL)
      const started = performance.now()
      const said = calendar
        .next({ kind: 'cron', expression, timezone }, new Date(FROM), expected.length + 100)
        .map((slot) => slot.getTime())
        .filter((slot) => slot <= UNTIL)
      spentMs += performance.now() - started
      const faults = compareSlots(expected, said)
      total.slots += expected.length
      total.missing += faults.missing
      total.duplicate += faults.duplicate
      total.unexpected += faults.unexpected
    }
    const microsecondsEach = Number(((spentMs * 1_000) / total.slots).toFixed(1))
    show('two years', { expression, zones: changing.length, ...total, microsecondsEach })
  }
}

/** Schedules that are due in the same second, each asked for its next slot. */
function atOnce(): void {
  const calendar = new CronerCalendar()
  const count = 10_000
  const ask = (
    measure: string,
    timezone: string,
    expressionOf: (index: number) => string,
    day: number,
  ): void => {
    const after = new Date(FROM + day * 86_400_000)
    const started = performance.now()
    for (let index = 0; index < count; index += 1) {
      calendar.next({ kind: 'cron', expression: expressionOf(index), timezone }, after, 1)
    }
    const microsecondsEach = Number((((performance.now() - started) * 1_000) / count).toFixed(1))
    show(measure, { timezone, schedules: count, microsecondsEach })
  }
  const different = (index: number): string =>
    `${index % 60} ${Math.floor(index / 60) % 24} ${1 + (index % 28)} * *`
  for (const timezone of ['UTC', 'Europe/Berlin']) {
    ask('one expression, first time', timezone, () => '30 7 * * 1-5', 0)
    ask('one expression, again', timezone, () => '30 7 * * 1-5', 1)
    ask('different expressions, first time', timezone, different, 0)
    ask('different expressions, again', timezone, different, 40)
  }
}

atOnce()
changes()
twoYears()
