import { expect } from 'chai'
import {
  formatBytes,
  formatInstant,
  formatMinute,
  formatRelative,
  formatShare,
  formatSpan,
  formatTotal,
} from '../../dashboard/src/lib/format.js'
import { localText } from '../../dashboard/src/lib/local-time.js'

describe('the page writes', () => {
  it('spans in at most two units', () => {
    const spans = [0, 850, 4_250, 59_999, 200_000, 7_500_000, 540_000_000].map(formatSpan)
    expect(spans).to.deep.equal(['0 ms', '850 ms', '4.2 s', '59 s', '3 min 20 s', '2 h 5 min', '6 d 6 h'])
  })

  it('how long ago something was, and in what time it will be', () => {
    const now = Date.parse('2026-03-01T12:00:00Z')
    const told = [-1_000, -42_000, 300_000, -90_000_000, -400_000_000].map((ms) =>
      formatRelative(now + ms, now),
    )
    expect(told).to.deep.equal(['just now', '42 s ago', 'in 5 min', '25 h ago', '4 d ago'])
  })

  it('a share as a whole only when it is one', () => {
    expect([0, 0.00001, 0.5, 0.99999, 1, null].map(formatShare)).to.deep.equal([
      '0 %',
      '0.1 %',
      '50.0 %',
      '99.9 %',
      '100 %',
      '–',
    ])
  })

  it('counts that were cut off as such', () => {
    expect([formatTotal(10_000, true), formatTotal(42, false)]).to.deep.equal(['10,000+', '42'])
  })

  it('instants in the zone that is asked for, through a change of the clocks', () => {
    const at = (text: string) => formatInstant(new Date(text), 'Europe/Berlin')
    expect(at('2026-03-29T00:59:59.999Z')).to.match(/^2026-03-29 01:59:59\.999 /)
    expect(at('2026-03-29T01:00:00.000Z')).to.match(/^2026-03-29 03:00:00\.000 /)
    expect(formatMinute(new Date('2026-03-01T23:30:00Z'), 'Europe/Berlin')).to.equal('Mon 2026-03-02 00:30')
  })

  it('an instant as a field takes it, in the first centuries, too', () => {
    expect(localText(new Date('0025-06-07T08:09:00').toISOString())).to.equal('0025-06-07T08:09')
    expect(localText('')).to.equal('')
  })

  it('sizes in powers of a thousand', () => {
    expect([0, 999, 1_500, 123_456_789].map(formatBytes)).to.deep.equal(['0 B', '999 B', '1.5 kB', '123 MB'])
  })
})
