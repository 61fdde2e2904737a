import { expect } from 'chai'
import { CronerCalendar } from '../../../src/adapters/calendar/croner-calendar.js'
import type { Cadence } from '../../../src/domain/schedule.js'

const calendar = new CronerCalendar()
const cron = (expression: string, timezone = 'UTC'): Cadence => ({ kind: 'cron', expression, timezone })

/** The next slots on the wall clock, with offset and note where there is one. */
function seen(expression: string, timezone: string, after: string, limit: number): string[] {
  const cadence = cron(expression, timezone)
  const slots = calendar.next(cadence, new Date(after), limit)
  return calendar
    .occurrences(cadence, slots, timezone)
    .map(({ local, offset, note }) => `${local}${offset}${note === null ? '' : ` ${note}`}`)
}

function slots(cadence: Cadence, after: string, limit: number): string[] {
  return calendar.next(cadence, new Date(after), limit).map((slot) => slot.toISOString())
}

describe('the slots of an expression', () => {
  it('come after the instant asked about, not at it', () => {
    expect(slots(cron('0 7 * * *'), '2026-05-04T07:00:00.000Z', 1)).to.deep.equal([
      '2026-05-05T07:00:00.000Z',
    ])
    expect(slots(cron('0 7 * * *'), '2026-05-04T06:59:59.999Z', 1)).to.deep.equal([
      '2026-05-04T07:00:00.000Z',
    ])
    expect(slots(cron('* * * * * *'), '2026-05-04T07:00:00.250Z', 2)).to.deep.equal([
      '2026-05-04T07:00:01.000Z',
      '2026-05-04T07:00:02.000Z',
    ])
    expect(slots(cron('* * * * *'), '2026-05-04T07:00:00Z', 0)).to.deep.equal([])
  })

  it('need either the day of month or the day of week, where both are restricted', () => {
    expect(
      slots(cron('0 0 13 * 5'), '2026-11-01T00:00:00Z', 4).map((slot) => slot.slice(0, 10)),
    ).to.deep.equal(['2026-11-06', '2026-11-13', '2026-11-20', '2026-11-27'])
    expect(slots(cron('0 0 13 * */1'), '2026-11-01T00:00:00Z', 1)).to.deep.equal(['2026-11-13T00:00:00.000Z'])
  })

  it('know the last day of a month, its last and its second Friday, and leap years', () => {
    const days = (expression: string, count: number): string[] =>
      slots(cron(expression), '2027-01-01T00:00:00Z', count).map((slot) => slot.slice(0, 10))
    expect(days('0 0 L * *', 3)).to.deep.equal(['2027-01-31', '2027-02-28', '2027-03-31'])
    expect(days('0 0 * * FRIL', 2)).to.deep.equal(['2027-01-29', '2027-02-26'])
    expect(days('0 0 * * 5#2', 2)).to.deep.equal(['2027-01-08', '2027-02-12'])
    expect(days('0 0 29 2 *', 2)).to.deep.equal(['2028-02-29', '2032-02-29'])
    expect(days('0 0 * 2 1#5', 1)).to.deep.equal(['2044-02-29'])
  })

  it('move from a gap to the first instant after it, all together', () => {
    const forward = 'the clocks go forward from 02:00 to 03:00'
    expect(seen('30 2 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', 3)).to.deep.equal([
      '2026-03-28T02:30:00+01:00',
      `2026-03-29T03:00:00+02:00 in place of 02:30, which does not exist: ${forward}`,
      '2026-03-30T02:30:00+02:00',
    ])
    expect(seen('*/15 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).to.deep.equal([
      `2026-03-29T03:00:00+02:00 in place of 02:00 and later times, which do not exist: ${forward}`,
      '2026-03-30T02:00:00+02:00',
    ])
    expect(seen('0 2,3 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', 2)).to.deep.equal([
      `2026-03-29T03:00:00+02:00 in place of 02:00, which does not exist: ${forward}`,
      '2026-03-30T02:00:00+02:00',
    ])
  })

  it('come as soon as ever after a gap when they are hourly, and are not moved', () => {
    expect(seen('30 * * * *', 'Europe/Berlin', '2026-03-29T00:00:00Z', 2)).to.deep.equal([
      '2026-03-29T01:30:00+01:00',
      '2026-03-29T03:30:00+02:00',
    ])
    expect(seen('15 * * * *', 'Australia/Lord_Howe', '2026-10-03T14:00:00Z', 3)).to.deep.equal([
      '2026-10-04T01:15:00+10:30',
      '2026-10-04T02:30:00+11:00 in place of 02:15, which does not exist: the clocks go forward from 02:00 to 02:30',
      '2026-10-04T03:15:00+11:00',
    ])
  })

  it('move out of a skipped midnight and a skipped day', () => {
    expect(seen('@daily', 'Africa/Cairo', '2026-04-23T12:00:00Z', 2)).to.deep.equal([
      '2026-04-24T01:00:00+03:00 in place of 00:00, which does not exist: the clocks go forward from 00:00 to 01:00',
      '2026-04-25T00:00:00+03:00',
    ])
    expect(seen('0 12 30 * *', 'Pacific/Apia', '2011-12-01T00:00:00Z', 2)).to.deep.equal([
      '2011-12-31T00:00:00+14:00 in place of 2011-12-30 12:00, which does not exist: the clocks go forward from 2011-12-30 00:00 to 2011-12-31 00:00',
      '2012-01-30T12:00:00+14:00',
    ])
  })

  it('come once in a repeated hour at fixed times, the first time', () => {
    const back = 'the clocks go back from 03:00 to 02:00'
    expect(seen('0,30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 3)).to.deep.equal([
      `2026-10-25T02:00:00+02:00 the first 02:00 of two: ${back}`,
      `2026-10-25T02:30:00+02:00 the first 02:30 of two: ${back}`,
      '2026-10-26T02:00:00+01:00',
    ])
    // Asked between the two.
    expect(seen('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10:00Z', 1)).to.deep.equal([
      '2026-10-26T02:30:00+01:00',
    ])
  })

  it('follow a summer time of one week', () => {
    const noons = slots(cron('0 12 * * *', 'America/Boa_Vista'), '2000-10-07T00:00:00Z', 9)
    const hours = noons.map((slot) => slot.slice(11, 13))
    expect(hours).to.deep.equal(['16', '15', '15', '15', '15', '15', '15', '15', '16'])
  })

  it('go on through both hours as a rhythm', () => {
    for (const [expression, times] of [
      ['*/30 2 * * *', ['00:00', '00:30', '01:00', '01:30']],
      ['30 * * * *', ['00:30', '01:30', '02:30']],
      ['0 */2 * * *', ['00:00', '01:00', '03:00']],
    ] as const) {
      const said = slots(cron(expression, 'Europe/Berlin'), '2026-10-24T23:59:00Z', times.length)
      expect(said, expression).to.deep.equal(times.map((time) => `2026-10-25T${time}:00.000Z`))
    }
  })
})

describe('the slots of a span', () => {
  const every = (seconds: number, anchor: string | null): Cadence => ({
    kind: 'every',
    seconds,
    anchor: anchor === null ? null : new Date(anchor),
  })

  it('are its multiples from the epoch', () => {
    expect(slots(every(900, null), '2026-05-04T07:15:00.000Z', 2)).to.deep.equal([
      '2026-05-04T07:30:00.000Z',
      '2026-05-04T07:45:00.000Z',
    ])
    expect(slots(every(10, null), '2026-05-04T07:15:09.999Z', 1)).to.deep.equal(['2026-05-04T07:15:10.000Z'])
  })

  it('are its multiples from the anchor, which is the first one', () => {
    const daily = every(86_400, '2026-05-04T07:15:00.500Z')
    expect(slots(daily, '2020-01-01T00:00:00Z', 1)).to.deep.equal(['2026-05-04T07:15:00.500Z'])
    expect(slots(daily, '2026-05-04T07:15:00.500Z', 1)).to.deep.equal(['2026-05-05T07:15:00.500Z'])
    expect(slots(daily, '2026-07-01T00:00:00Z', 1)).to.deep.equal(['2026-07-01T07:15:00.500Z'])
  })

  it('are shown in a zone, whose clocks do not move them', () => {
    const hourly = every(1_800, null)
    const around = calendar.next(hourly, new Date('2026-10-25T00:00:00Z'), 2)
    expect(calendar.occurrences(hourly, around, 'Europe/Berlin')).to.deep.equal([
      {
        at: new Date('2026-10-25T00:30:00Z'),
        local: '2026-10-25T02:30:00',
        offset: '+02:00',
        note: 'the first 02:30 of two: the clocks go back from 03:00 to 02:00',
      },
      {
        at: new Date('2026-10-25T01:00:00Z'),
        local: '2026-10-25T02:00:00',
        offset: '+01:00',
        note: 'the second 02:00 of two: the clocks go back from 03:00 to 02:00',
      },
    ])
  })
})
