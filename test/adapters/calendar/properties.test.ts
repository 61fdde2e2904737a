import { expect } from 'chai'
import fc from 'fast-check'
import { CronerCalendar } from '../../../src/adapters/calendar/croner-calendar.js'
import type { Cadence } from '../../../src/domain/schedule.js'
import { oracleSlots } from '../../support/calendar-oracle.js'

const DAY_MS = 86_400_000
const calendar = new CronerCalendar()
const MONTHS = ['JAN', 'FEB', 'mar', 'Apr', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'tue', 'Wed', 'THU', 'FRI', 'SAT']
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Cairo',
  'America/Havana',
  'America/Santiago',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Asia/Kathmandu',
  'America/St_Johns',
]

/** A field as people write it: stars, values, ranges, steps, lists. */
function field(min: number, max: number, names: readonly string[] = []): fc.Arbitrary<string> {
  const value = fc.integer({ min, max })
  const written = fc
    .tuple(value, fc.boolean())
    .map(([number, named]) => (named && names[number - min]) || `${number}`)
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
  const step = fc.integer({ min: 1, max })
  const item = fc.oneof(
    written,
    range,
    fc.tuple(range, step).map(([span, each]) => `${span}/${each}`),
    step.map((each) => `*/${each}`),
  )
  return fc.oneof(
    fc.constant('*'),
    item,
    fc.array(item, { minLength: 2, maxLength: 3 }).map((items) => items.join()),
  )
}

const weekday = fc.oneof(
  field(0, 7, WEEKDAYS),
  fc
    .tuple(fc.constantFrom(...WEEKDAYS), fc.constantFrom('L', '#1', '#2', '#5'))
    .map(([day, which]) => day + which),
)
const dayOfMonth = fc.oneof(field(1, 31), fc.constantFrom('L', '1,L', 'L,10-12'))
const expressions = fc
  .tuple(field(0, 59), field(0, 23), dayOfMonth, field(1, 12, MONTHS), weekday)
  .map((fields) => fields.join(' '))
const instants = fc.integer({ min: Date.UTC(2009, 0, 1), max: Date.UTC(2032, 0, 1) })
const zones = fc.constantFrom(...ZONES)

const cron = (expression: string, timezone: string): Cadence => ({ kind: 'cron', expression, timezone })
const next = (cadence: Cadence, after: number, limit: number): readonly number[] =>
  calendar.next(cadence, new Date(after), limit).map((slot) => slot.getTime())
const comes = (cadence: Cadence): boolean => calendar.flaws(cadence).length === 0

describe('the calendar, of any expression', () => {
  it('agrees with the rules in the days after any instant', () => {
    fc.assert(
      fc.property(expressions, zones, instants, (expression, zone, from) => {
        fc.pre(comes(cron(expression, zone)))
        const until = from + 3 * DAY_MS
        const expected = oracleSlots(expression, zone, from, until)
        const said = next(cron(expression, zone), from, expected.length + 3)
        expect(said.filter((slot) => slot <= until)).to.deep.equal(expected)
      }),
      { numRuns: 60 },
    )
  })

  it('refuses only those that never come', () => {
    fc.assert(
      fc.property(expressions, (expression) => {
        const messages = calendar.flaws(cron(expression, 'UTC')).map(({ message }) => message)
        expect(messages.filter((message) => !message.startsWith('never comes'))).to.deep.equal([])
        if (messages.length > 0) {
          expect(oracleSlots(expression, 'UTC', Date.UTC(2027, 0, 1), Date.UTC(2029, 0, 1))).to.deep.equal([])
        }
      }),
      { numRuns: 100 },
    )
  })

  it('says the same slots when it is asked piece by piece, from anywhere between them', () => {
    fc.assert(
      fc.property(expressions, zones, instants, fc.double({ min: 0, max: 1, noNaN: true }), (...drawn) => {
        const [expression, zone, from, share] = drawn
        const cadence = cron(expression, zone)
        fc.pre(comes(cadence))
        const together = next(cadence, from, 12)
        expect([...together].sort((a, b) => a - b)).to.deep.equal([...new Set(together)])
        // Another calendar remembers nothing.
        const fresh = new CronerCalendar()
        let after = from
        for (const slot of together) {
          const between = after + Math.floor(share * (slot - 1 - after))
          expect(fresh.next(cadence, new Date(between), 1)).to.deep.equal([new Date(slot)])
          after = slot
        }
      }),
      { numRuns: 60 },
    )
  })

  it('has a reading for each, and a note for each that a change of the clocks moved', () => {
    fc.assert(
      fc.property(expressions, zones, instants, (expression, zone, from) => {
        const cadence = cron(expression, zone)
        fc.pre(comes(cadence))
        expect(calendar.describe(cadence))
          .to.match(/^(At|Every|On|Minutes) .*\)$/)
          .and.not.match(/undefined|NaN|null/)
        const slots = calendar.next(cadence, new Date(from), 20)
        for (const { at, local, offset, note } of calendar.occurrences(cadence, slots, zone)) {
          expect(Date.parse(local + offset)).to.equal(at.getTime())
          const onTheWall = oracleSlots(
            expression,
            'UTC',
            Date.parse(`${local}Z`) - 1,
            Date.parse(`${local}Z`),
          )
          if (onTheWall.length === 0) expect(note).to.match(/^in place of /)
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('the calendar, of any span', () => {
  it('says multiples of it, each once, whatever instant is asked about', () => {
    const seconds = fc.integer({ min: 1, max: 31_536_000 })
    fc.assert(
      fc.property(seconds, fc.option(instants), instants, (each, anchored, from) => {
        const anchor = anchored === null ? null : new Date(anchored)
        const slots = next({ kind: 'every', seconds: each, anchor }, from, 3)
        const origin = anchored ?? 0
        const first = slots[0]!
        expect(first).to.be.greaterThan(from)
        expect((first - origin) % (each * 1_000)).to.equal(0)
        expect(first - each * 1_000 <= from || first === anchored, 'the first one').to.equal(true)
        expect(slots.slice(1).map((slot, index) => slot - slots[index]!)).to.deep.equal([
          each * 1_000,
          each * 1_000,
        ])
      }),
    )
  })
})
