import { expect } from 'chai'
import { hintJobs, type WaitingJob } from '../../src/application/hint-jobs.js'

describe('hintJobs', () => {
  const now = new Date(10_000)
  const hinted = (...jobs: readonly WaitingJob[]): unknown[][] => {
    const hints: unknown[][] = []
    hintJobs({ hint: (...args) => hints.push(args) }, jobs, now)
    return hints
  }
  const job = (definitionKey: string, runAtMs: number): WaitingJob => ({
    definitionKey,
    runAt: new Date(runAtMs),
  })

  it('says how many jobs are due, and when the first of the others will be and how many they are', () => {
    expect(
      hinted(job('a', 9_000), job('b', 10_000), job('a', 0), job('b', 12_000), job('c', 11_000)),
    ).to.deep.equal([
      [['a', 'b'], undefined, 3],
      [['b', 'c'], new Date(11_000), 2],
    ])
  })

  it('says nothing of nothing', () => {
    expect(hinted()).to.deep.equal([])
    expect(hinted(job('a', 9_000))).to.deep.equal([[['a'], undefined, 1]])
    expect(hinted(job('a', 11_000))).to.deep.equal([[['a'], new Date(11_000), 1]])
  })
})
