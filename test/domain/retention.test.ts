import { expect } from 'chai'
import { endedBefore, nextBatchSize } from '../../src/domain/retention.js'

describe('retention', () => {
  it('lets a status go that ended before its time, and never one that is kept for ever', () => {
    const now = new Date(10_000)
    const limits = endedBefore({ succeeded: 1_000, cancelled: 0, failed: null }, now)
    expect(limits).to.deep.equal({ succeeded: new Date(9_000), cancelled: now })
  })

  for (const [why, size, tookMs, next] of [
    ['as it is when it took what it should', 100, 20, 100],
    ['smaller when it took longer', 1_000, 200, 100],
    ['larger when it took less', 100, 15, 133],
    ['at most twice as large at once', 100, 0, 200],
    ['never less than a few, where each commit is slow', 100, 5_000, 50],
    ['never more than a thousand', 900, 1, 1_000],
  ] as const)
    it(`takes a next batch ${why}`, () => {
      expect(nextBatchSize(size, tookMs, 20)).to.equal(next)
    })
})
