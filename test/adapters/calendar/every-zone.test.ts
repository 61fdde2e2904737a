import { expect } from 'chai'
import { CronerCalendar } from '../../../src/adapters/calendar/croner-calendar.js'
import { changesOf, compareSlots, oracleSlots } from '../../support/calendar-oracle.js'

const FROM = Date.UTC(2026, 0, 1)
const UNTIL = Date.UTC(2028, 0, 1)
const DAY_MS = 86_400_000
const FAULTLESS = { missing: 0, duplicate: 0, unexpected: 0 }

/** What Temporal says of zones with one history is asked once. */
const expected = new Map<string, readonly number[]>()
const calendar = new CronerCalendar()

function faultsAround(change: number, zone: string, history: string, expression: string): object {
  const [from, to] = [change - DAY_MS, change + DAY_MS]
  const key = `${expression} ${change} ${history}`
  const slots = expected.get(key) ?? oracleSlots(expression, zone, from, to)
  expected.set(key, slots)
  return compareSlots(slots, slotsBetween(expression, zone, from, to, slots.length + 5))
}

function slotsBetween(
  expression: string,
  timezone: string,
  from: number,
  to: number,
  limit: number,
): readonly number[] {
  return calendar
    .next({ kind: 'cron', expression, timezone }, new Date(from), limit)
    .map((slot) => slot.getTime())
    .filter((slot) => slot <= to)
}

/** Times around the change on the wall clock: times of day, rhythms, hourly ones. */
function expressionsAround(change: number, zone: string): readonly string[] {
  const hour = Number(
    new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', hourCycle: 'h23' }).format(change - 1),
  )
  const [last, next, second] = [hour, (hour + 1) % 24, (hour + 2) % 24]
  return [
    `0,15,30,59 ${last},${next},${second} * * *`,
    `*/20 ${last},${next} * * *`,
    `30 */2 * * *`,
    `10 * * * *`,
    `*/30 59 ${last} * * *`,
  ]
}

describe('the calendar in every zone that changes its clocks', () => {
  const zones = Intl.supportedValuesOf('timeZone').flatMap((zone) => {
    const changes = changesOf(zone, FROM, UNTIL)
    return changes.length === 0 ? [] : [{ zone, changes }]
  })

  it('misses no slot and makes none twice around all changes of two years', function () {
    this.timeout(60_000)
    expect(zones.length).to.be.greaterThan(100)
    for (const { zone, changes } of zones) {
      const offsets = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
      const history = [FROM, ...changes].map((at) => `${at} ${offsets.format(at)}`).join()
      for (const change of changes) {
        for (const expression of expressionsAround(change, zone)) {
          const faults = faultsAround(change, zone, history, expression)
          expect(faults, `${expression} in ${zone}`).to.deep.equal(FAULTLESS)
        }
      }
    }
  })

  const ODD: readonly (readonly [zone: string, day: string, what: string])[] = [
    ['Australia/Lord_Howe', '2026-10-03', 'half an hour is skipped'],
    ['Australia/Lord_Howe', '2026-04-04', 'half an hour is repeated'],
    ['Pacific/Apia', '2011-12-30', 'a day is skipped'],
    ['Pacific/Kwajalein', '1993-08-21', 'a day is skipped'],
    ['Pacific/Kwajalein', '1969-09-30', 'almost a day is repeated'],
    ['Africa/Cairo', '2014-05-15', 'midnight is skipped'],
    ['Africa/Cairo', '2026-10-29', 'midnight is repeated'],
    ['Asia/Beirut', '2026-03-29', 'midnight is skipped'],
    ['America/Santiago', '2022-09-11', 'midnight is skipped'],
    ['America/Asuncion', '2024-10-06', 'midnight is skipped'],
    ['America/Havana', '2026-03-08', 'midnight is skipped'],
    ['America/Havana', '2026-11-01', 'midnight is repeated'],
    ['Africa/Casablanca', '2026-02-15', 'Ramadan begins'],
    ['Africa/Casablanca', '2026-03-22', 'Ramadan ends'],
    ['Antarctica/Troll', '2026-03-29', 'two hours are skipped'],
    ['Asia/Pyongyang', '2018-05-04', 'the standard time changes'],
    ['America/Caracas', '2016-05-01', 'the standard time changes by half an hour'],
    ['Asia/Kathmandu', '1985-12-31', 'the standard time changes by a quarter'],
  ]
  for (const [zone, day, what] of ODD) {
    it(`agrees with the rules in ${zone} around ${day}, when ${what}`, () => {
      const middle = Date.parse(`${day}T12:00Z`)
      const [from, to] = [middle - 2 * DAY_MS, middle + 2 * DAY_MS]
      expect(changesOf(zone, from, to), 'changes').not.to.deep.equal([])
      const expressions = [
        '*/20 * * * *',
        '10 * * * *',
        '0,7,40 0-3,12,22-23 * * *',
        '0 12 30 * 5',
        '*/15 0-2 * * *',
      ]
      for (const expression of expressions) {
        const slots = oracleSlots(expression, zone, from, to)
        const said = slotsBetween(expression, zone, from, to, slots.length + 5)
        expect(said, expression).to.deep.equal(slots)
      }
    })
  }
})
