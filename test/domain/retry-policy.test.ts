import { expect } from 'chai'
import fc from 'fast-check'
import { backoffMs, DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'

describe('backoffMs', () => {
  it('doubles from the base until the maximum', () => {
    const delays = [1, 2, 3, 12, 13, 60].map((attempt) => backoffMs(attempt, DEFAULT_RETRY_POLICY, 0.5))
    expect(delays).to.deep.equal([1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000])
  })

  it('is spread evenly around the ideal by its jitter', () => {
    const policy = { baseMs: 1_000, maxMs: 60_000, jitter: 0.3 }
    expect(backoffMs(1, policy, 0)).to.equal(700)
    expect(backoffMs(1, policy, 0.999_999)).to.equal(1_300)
    expect(backoffMs(3, { ...policy, jitter: 0 }, 0.9)).to.equal(4_000)
    expect(backoffMs(1, { ...policy, jitter: 1 }, 0)).to.equal(0)
  })

  it('stays within its bounds for every attempt, policy and chance', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const policy = fc.record({
      baseMs: fc.integer({ min: 0, max: 3_600_000 }),
      maxMs: fc.integer({ min: 0, max: 86_400_000 }),
      jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const bounded = fc.property(
      fc.integer({ min: 1, max: 1_000 }),
      policy,
      chance,
      (attempt, each, random) => {
        const delayMs = backoffMs(attempt, each, random)
        const ideal = Math.min(each.maxMs, each.baseMs * 2 ** (attempt - 1))
        expect(Number.isInteger(delayMs)).to.equal(true)
        expect(delayMs).to.be.within(
          Math.floor(ideal * (1 - each.jitter)),
          Math.ceil(ideal * (1 + each.jitter)),
        )
      },
    )
    fc.assert(bounded)
  })
})
