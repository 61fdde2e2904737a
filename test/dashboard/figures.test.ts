import { expect } from 'chai'
import { isPassing } from '../../dashboard/src/lib/backoff.js'
import { unseen } from '../../dashboard/src/lib/in-pieces.js'
import { filterOf, spanIn } from '../../dashboard/src/lib/job-filter.js'
import { periodAt } from '../../dashboard/src/lib/throughput.js'
import { trailTo } from '../../dashboard/src/lib/trail.js'

describe('the page', () => {
  it('finds no span in an address by a name that every object knows', () => {
    const spans = ['1h', 'constructor', 'toString', ''].map((span) => new URLSearchParams({ span }))
    expect(spans.map(spanIn)).to.deep.equal(['1h', '', '', ''])
    expect(spans.map((query) => filterOf(query).span)).to.deep.equal(['1h', '', '', ''])
  })

  it('takes an instant for part of the period that it lies in, up to the next one', () => {
    const starts = [60, 120, 180]
    expect([59, 60, 119.9, 120, 500].map((at) => periodAt(starts, at))).to.deep.equal([null, 0, 0, 1, 2])
  })

  it('asks again for what was refused for the moment only', () => {
    expect([0, 400, 401, 404, 429, 500, 503].filter(isPassing)).to.deep.equal([0, 429, 503])
  })

  it('knows the way to a page of a list, whichever page it began with', () => {
    const walk = (...cursors: readonly string[]) => cursors.reduce<readonly string[]>(trailTo, [])
    expect(walk('', 'a', 'b')).to.deep.equal(['', 'a', 'b'])
    expect(walk('', 'a', 'b', 'a')).to.deep.equal(['', 'a'])
    expect(walk('b')).to.deep.equal(['b'])
    expect(walk('b', 'c', '')).to.deep.equal([''])
  })

  it('goes through a list that shrinks, and past what stays in it all the same', async () => {
    let list = ['a', 'stays', 'b', 'stays as well', 'c']
    const next = unseen((offset) => Promise.resolve(list.slice(offset, offset + 2)))
    const acted: string[] = []
    for (let ids = await next(); ids.length > 0; ids = await next()) {
      acted.push(...ids)
      const gone = ids.filter((id) => !id.startsWith('stays'))
      list = list.filter((id) => !gone.includes(id))
    }
    expect(acted).to.have.members(['a', 'stays', 'b', 'stays as well', 'c'])
    expect(list).to.deep.equal(['stays', 'stays as well'])
  })
})
