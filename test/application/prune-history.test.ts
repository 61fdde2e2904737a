import { expect } from 'chai'
import type { PruneAnswer, PruneRequest } from '../../src/application/ports/history-store.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { PruneHistory } from '../../src/application/prune-history.js'
import { World } from '../contract/world.js'
import { FakeClock } from '../support/fake-clock.js'
import { memoryHarness } from '../support/memory-harness.js'

const POLICY = { succeeded: 1_000, cancelled: 2_000, failed: null }
const LEADERSHIP = { name: 'scheduler', holder: 'me', term: 3 }

/** A history of so many jobs that are over; each of them takes its time. */
function historyOf(jobs: number, msEach: number, clock: FakeClock) {
  const asked: PruneRequest[] = []
  const prune = (request: PruneRequest): Promise<PruneAnswer> => {
    asked.push(request)
    const going = Math.min(jobs, request.limit)
    jobs -= going
    clock.advance(going * msEach)
    return Promise.resolve({ outcome: 'pruned', jobs: going })
  }
  return { asked, left: () => jobs, prune, namedFiles: () => Promise.resolve(new Set<string>()) }
}

describe('PruneHistory', () => {
  it('removes what has been over for long enough, and rests when nothing is left', async () => {
    const world = new World()
    await world.open(memoryHarness())
    const job = await world.running()
    await world.succeed(job)
    const { history, clock } = world.stores
    const retention = new PruneHistory(history, clock, POLICY, silentLogger)
    const leadership = await world.leadership()
    world.clock.advance(1_000)
    expect(await retention.round(leadership)).to.equal(60_000)
    expect(await world.statuses([job.id])).to.deep.equal(['succeeded'])
    world.clock.advance(1)
    expect(await retention.round(leadership)).to.equal(60_000)
    expect(await world.stores.queries.get(job.id)).to.equal(null)
  })

  it('asks under its term, for the statuses that are not kept for ever', async () => {
    const clock = new FakeClock()
    const history = historyOf(0, 0, clock)
    await new PruneHistory(history, clock, POLICY, silentLogger).round(LEADERSHIP)
    const endedBefore = { succeeded: clock.in(-1_000), cancelled: clock.in(-2_000) }
    expect(history.asked).to.deep.equal([{ leadership: LEADERSHIP, endedBefore, limit: 50 }])
  })

  it('stops after a fifth of a second, and goes on with the next tick', async () => {
    const clock = new FakeClock()
    const history = historyOf(10_000, 1, clock)
    const startedAt = clock.monotonicMs()
    expect(await new PruneHistory(history, clock, POLICY, silentLogger).round(LEADERSHIP)).to.equal(0)
    expect(clock.monotonicMs() - startedAt).to.be.within(200, 220)
  })

  it('finds out how many jobs it can remove in 20 ms', async () => {
    const clock = new FakeClock()
    const history = historyOf(100_000, 0.05, clock)
    const retention = new PruneHistory(history, clock, POLICY, silentLogger)
    for (let round = 0; round < 3; round += 1) await retention.round(LEADERSHIP)
    expect(history.asked.at(-1)?.limit).to.be.within(380, 420)
    expect(history.left()).to.be.lessThan(100_000 - 3 * 4_000)
  })

  it('takes less after a batch that failed, down to one job, and slowly more when that went well', async () => {
    const clock = new FakeClock()
    const limits: number[] = []
    const history = {
      ...historyOf(0, 0, clock),
      prune: ({ limit }: PruneRequest): Promise<PruneAnswer> => {
        limits.push(limit)
        if (limits.length <= 4) return Promise.reject(new Error('statement timeout'))
        clock.advance(100)
        return Promise.resolve({ outcome: 'pruned', jobs: limit })
      },
    }
    const retention = new PruneHistory(history, clock, POLICY, silentLogger)
    for (let round = 0; round < 4; round += 1)
      expect(await retention.round(LEADERSHIP).catch((error: unknown) => (error as Error).message)).to.equal(
        'statement timeout',
      )
    await retention.round(LEADERSHIP)
    await retention.round(LEADERSHIP)
    expect(limits).to.deep.equal([50, 12, 3, 1, 1, 2, 4, 8])
  })

  it('rests when another term has begun', async () => {
    const clock = new FakeClock()
    const history = {
      ...historyOf(10_000, 1, clock),
      prune: () => Promise.resolve({ outcome: 'superseded' as const }),
    }
    expect(await new PruneHistory(history, clock, POLICY, silentLogger).round(LEADERSHIP)).to.equal(60_000)
  })
})
