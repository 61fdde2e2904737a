import { expect } from 'chai'
import { CronerCalendar } from '../../../src/adapters/calendar/croner-calendar.js'
import type { Cadence } from '../../../src/domain/schedule.js'

const calendar = new CronerCalendar()
const cron = (expression: string, timezone = 'UTC'): Cadence => ({ kind: 'cron', expression, timezone })
const every = (seconds: number, anchor: Date | null = null): Cadence => ({ kind: 'every', seconds, anchor })
const flaws = (cadence: Cadence): string[] =>
  calendar.flaws(cadence).map(({ pointer, message }) => `${pointer}: ${message}`)

const WEEKDAY = '0–7 (0 and 7 are Sunday), SUN–SAT, 5L (the last Friday), 5#2 (the second Friday)'
const GRAMMAR = '*, lists (1,5), ranges (1-5) and steps (*/2, 1-5/2)'
const FIELDS = 'five fields (minutes hours day-of-month month day-of-week), six with seconds first'

describe('a cadence that is none', () => {
  const REFUSED: readonly (readonly [expression: string, ...messages: string[]])[] = [
    ['', `has 0 fields: it takes ${FIELDS}, or a nickname such as @daily`],
    ['* * * *', `has 4 fields: it takes ${FIELDS}, or a nickname such as @daily`],
    [
      '0 0 0 1 1 * 2027',
      `has 7 fields: it takes ${FIELDS}, or a nickname such as @daily; years are not supported`,
    ],
    [
      '@reboot',
      'has the unknown nickname "@reboot": it takes @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly',
    ],
    ['0 25 * * *', 'the hours field "25" is out of range: 0–23'],
    ['61 * * * * *', 'the seconds field "61" is out of range: 0–59'],
    ['0 0 0 * *', 'the day-of-month field "0" is out of range: 1–31, L (the last day)'],
    ['0 0 * 13 *', 'the month field "13" is out of range: 1–12, JAN–DEC'],
    ['0 0 * * 8', `the day-of-week field "8" is out of range: ${WEEKDAY}`],
    ['0,75 * * * *', 'the minutes field "0,75" has "75", which is out of range: 0–59'],
    [
      '60 24 * * MONDAY',
      'the minutes field "60" is out of range: 0–59',
      'the hours field "24" is out of range: 0–23',
      `the day-of-week field "MONDAY" is not understood: it takes ${WEEKDAY}, ${GRAMMAR}`,
    ],
    ['1,,2 * * * *', 'the minutes field "1,,2" has "", which is empty'],
    ['1-2-3 * * * *', `the minutes field "1-2-3" is not understood: it takes 0–59, ${GRAMMAR}`],
    ['0 22-2 * * *', 'the hours field "22-2" runs backwards: write 22-23,0-2'],
    ['0 0 * * FRI-MON', 'the day-of-week field "FRI-MON" runs backwards: write 5-6,0-1'],
    ['5/15 * * * *', 'the minutes field "5/15" has a step without a range: write 5-59/15'],
    [
      '*/90 * * * *',
      'the minutes field "*/90" has a step out of range: 1–59 (everySeconds takes longer spans)',
    ],
    [
      '*/0 * * * *',
      'the minutes field "*/0" has a step out of range: 1–59 (everySeconds takes longer spans)',
    ],
    ['0 0 ? * 1', 'the day-of-month field "?" is not supported: write *'],
    ['0 0 15W * *', 'the day-of-month field "15W" is not supported: the weekday nearest to a day'],
    ['0 0 LW * *', 'the day-of-month field "LW" is not supported: the weekday nearest to a day'],
    ['~ * * * *', 'the minutes field "~" is not supported: a random time'],
    ['0 0 * * +5', `the day-of-week field "+5" is not understood: it takes ${WEEKDAY}, ${GRAMMAR}`],
    ['0 0 * * L', `the day-of-week field "L" is not understood: it takes ${WEEKDAY}, ${GRAMMAR}`],
    [
      '0 0 * * 5#6',
      'the day-of-week field "5#6" is out of range: a weekday comes up to five times in a month, #1–#5',
    ],
    ['0 0 * * 9L', `the day-of-week field "9L" is out of range: ${WEEKDAY}`],
    ['0 0 31 2 *', 'never comes: none of its months has such a day'],
    ['0 0 31 2,4,JUN *', 'never comes: none of its months has such a day'],
    ['*'.repeat(600), 'is longer than 512 characters'],
    [`${'9'.repeat(60)} * * * *`, `the minutes field "${'9'.repeat(40)}…" is out of range: 0–59`],
  ]
  for (const [expression, ...messages] of REFUSED) {
    it(`is told what is wrong with ${expression.slice(0, 40) || 'an empty text'}`, () => {
      expect(flaws(cron(expression))).to.deep.equal(messages.map((message) => `/cron: ${message}`))
    })
  }

  const SUGGESTED = {
    'Europe/Berln': 'Europe/Berlin',
    berlin: 'Europe/Berlin',
    'new york': 'America/New_York',
    'UTC ': 'UTC',
  }
  it('is told which time zone may have been meant', () => {
    for (const [asked, meant] of Object.entries(SUGGESTED)) {
      expect(flaws(cron('@daily', asked))).to.deep.equal([
        `/timezone: "${asked}" is not a time zone of the IANA database: did you mean ${meant}?`,
      ])
    }
    for (const asked of ['Mars/Olympus', '+01:00', '']) {
      expect(flaws(cron('@daily', asked))).to.deep.equal([
        `/timezone: "${asked}" is not a time zone of the IANA database: names are like Europe/Berlin, America/New_York or UTC`,
      ])
    }
  })

  it('is told of its expression and its zone at once', () => {
    expect(calendar.flaws(cron('x', 'y')).map(({ pointer }) => pointer)).to.deep.equal(['/cron', '/timezone'])
  })

  it('is a span that is not a whole number of seconds up to a year', () => {
    const message = '/everySeconds: must be a whole number of seconds from 1 to 31536000 (365 days)'
    for (const seconds of [0, -1, 1.5, 31_536_001, NaN, Infinity]) {
      expect(flaws(every(seconds)), `${seconds}`).to.deep.equal([message])
    }
    for (const seconds of [1, 31_536_000]) expect(flaws(every(seconds))).to.deep.equal([])
  })

  it('has no slots and no reading, but an error', () => {
    for (const wrong of [cron('x'), cron('@daily', 'Mars/Olympus')]) {
      expect(() => calendar.next(wrong, new Date(0), 1)).to.throw(RangeError)
    }
    expect(() => calendar.describe(cron('0 25 * * *'))).to.throw(
      RangeError,
      'the hours field "25" is out of range',
    )
  })
})

describe('a cadence in plain English', () => {
  const READ: readonly (readonly [expression: string, reading: string])[] = [
    ['30 7 * * 1-5', 'At 07:30, Monday through Friday'],
    ['@yearly', 'At 00:00, on day 1 of the month, only in January'],
    ['@weekly', 'At 00:00, only on Sunday'],
    ['@hourly', 'Every hour'],
    ['* * * * * *', 'Every second'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['*/15 2 * * *', 'Every 15 minutes, between 02:00 and 02:59'],
    ['5-59/10 * * * *', 'Every 10 minutes, minutes 5 through 59 past the hour'],
    ['15 30 7 * * *', 'At 07:30:15'],
    // Where either day suffices, neither "and" nor "only" is true.
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month or on Friday'],
    ['0 0 5-7 6 6-7', 'At 00:00, between day 5 and 7 of the month or Saturday through Sunday, only in June'],
    ['0 0 L * 1#1', 'At 00:00, on the last day of the month or on the first Monday of the month'],
    ['0 0 * * FRIL', 'At 00:00, on the last Friday of the month'],
    ['0 0 15,L * *', 'At 00:00, on day 15 and the last day of the month'],
    // Steps that do not divide their field are no even rhythm.
    ['*/25 * * * *', 'At 0, 25, and 50 minutes past the hour'],
    ['0 */10 * * *', 'At 00:00, 10:00 and 20:00'],
    ['0 0 1 */5 *', 'At 00:00, on day 1 of the month, only in January, June, and November'],
    ['0 0 */2 * *', 'At 00:00, every 2 days from day 1 of the month'],
    ['0 0 1-15/7 * *', 'At 00:00, on day 1, 8, and 15 of the month'],
    ['0 0 * * */3', 'At 00:00, only on Sunday, Wednesday, and Saturday'],
    ['*/20,5 8 * * *', 'At 0, 5, 20, and 40 minutes past the hour, at 08:00'],
  ]
  for (const [expression, reading] of READ) {
    it(`reads ${expression} as "${reading}"`, () => {
      expect(flaws(cron(expression))).to.deep.equal([])
      expect(calendar.describe(cron(expression, 'Europe/Berlin'))).to.equal(`${reading} (Europe/Berlin)`)
    })
  }

  it('says a span in its largest unit, and where it is counted from', () => {
    const anchor = new Date('2026-03-01T09:00:00Z')
    const spans = [1, 90, 900, 3_600, 5_400, 86_400].map((seconds) =>
      calendar.describe(every(seconds, anchor)),
    )
    expect(spans).to.deep.equal(
      ['second', '90 seconds', '15 minutes', 'hour', '90 minutes', 'day'].map(
        (span) => `Every ${span}, counted from 2026-03-01T09:00:00Z`,
      ),
    )
    expect(calendar.describe(every(60))).to.equal('Every minute, counted from 1970-01-01T00:00:00Z')
  })
})
