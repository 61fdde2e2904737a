import { expect } from 'chai'
import { bucketOf, percentileMs, performanceOf, TIME_BOUNDS_MS, traitsOf } from '../../src/domain/metrics.js'

const at = (ms: number): Date => new Date(Date.UTC(2026, 0) + ms)

describe('figures of jobs', () => {
  it('put a time into the bucket whose bounds it lies between', () => {
    expect([0, 1, 2, 9, 10, 1e9, 1e12].map(bucketOf)).to.deep.equal([0, 1, 2, 7, 8, 88, 88])
    for (const [index, bound] of TIME_BOUNDS_MS.entries()) {
      expect(bucketOf(bound)).to.equal(index + 1)
      expect(bucketOf(bound - 1)).to.equal(index === 0 ? 0 : bucketOf(bound) - 1)
    }
  })

  it('tell percentiles that are at most a quarter off', () => {
    const histogram = new Map<number, number>()
    for (let ms = 1; ms <= 10_000; ms += 1)
      histogram.set(bucketOf(ms), (histogram.get(bucketOf(ms)) ?? 0) + 1)
    for (const share of [0.01, 0.5, 0.95, 0.99])
      expect(percentileMs(histogram, share)).to.be.within(share * 7_500, share * 12_500)
    expect(percentileMs(new Map(), 0.5)).to.equal(null)
    expect(percentileMs(new Map([[0, 3]]), 0.99)).to.equal(0)
    expect(percentileMs(new Map([[88, 1]]), 0.99)).to.equal(1e9)
  })

  it('measure the run of what succeeded or failed, and the wait of what was not queued again', () => {
    const job = { attempts: 1, runAt: at(0), startedAt: at(5), finishedAt: at(25) }
    expect(traitsOf({ ...job, status: 'succeeded' })).to.deep.equal({ retried: false, runMs: 20, waitMs: 5 })
    expect(traitsOf({ ...job, status: 'failed', attempts: 2 })).to.deep.include({ retried: true, runMs: 20 })
    expect(traitsOf({ ...job, status: 'cancelled' })).to.deep.include({ runMs: null, waitMs: 5 })
    expect(traitsOf({ ...job, status: 'cancelled', runAt: at(6) })).to.deep.include({ waitMs: null })
    expect(traitsOf({ ...job, status: 'cancelled', startedAt: null })).to.deep.include({ waitMs: null })
  })

  it('are null over no jobs', () => {
    const nothing = { successRate: null, avgProcessingTime: null, avgQueueTime: null, retryRate: null }
    expect(performanceOf([])).to.deep.equal(nothing)
  })

  it('add up over definitions', () => {
    const none = { queued: 9, running: 0, succeeded: 0, failed: 0, cancelling: 0, cancelled: 0 }
    const figures = [
      { ...none, succeeded: 3, cancelled: 1 },
      { ...none, failed: 1 },
    ].map((byStatus, index) => ({
      definitionKey: 'work',
      definitionVersion: index,
      byStatus,
      retried: 1,
      runs: { count: 2, totalMs: 1_000 },
      waits: { count: 3, totalMs: 300 },
    }))
    expect(performanceOf(figures)).to.deep.equal({
      successRate: 0.75,
      avgProcessingTime: 0.5,
      avgQueueTime: 0.1,
      retryRate: 0.4,
    })
  })
})
