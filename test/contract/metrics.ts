import { expect } from './expect.js'
import type { TimeFigures } from '../../src/application/ports/metrics-store.js'
import { bucketOf, percentileMs, type Grain, type PeriodFigures } from '../../src/domain/metrics.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import { WORK, type Case, type World } from './world.js'

const HOUR_MS = 3_600_000

export function metricsContract(promise: Case, features: StoreHarness['features']): void {
  promise('have no figures of definitions without jobs', async (world) => {
    await world.publish({})
    expect(await everything(world)).to.deep.equal({ definitions: [], finished: [], times: [0, 0], due: [] })
  })

  promise('count jobs by definition and status, before a fold and after it', async (world) => {
    await oneOfEach(world)
    await world.insert({ definitionKey: 'other', definitionVersion: 2 })
    const counted = await world.stores.metrics.definitions()
    expect(
      counted.map(({ definitionKey, definitionVersion, byStatus }) => [
        definitionKey,
        definitionVersion,
        byStatus,
      ]),
    ).to.deep.equal([
      ['other', 2, { queued: 1, running: 0, succeeded: 0, failed: 0, cancelling: 0, cancelled: 0 }],
      ['work', 1, { queued: 1, running: 1, succeeded: 1, failed: 1, cancelling: 1, cancelled: 1 }],
    ])
    await unchangedByFolds(world)
  })

  promise('measure the last run and the wait before it', async (world) => {
    await world.publish({})
    await world.insert({})
    world.clock.advance(2_000)
    const worker = await world.worker()
    const [first] = await world.claim(worker)
    world.clock.advance(500)
    await world.settle(first!, outcomeOf.requeued(first!, world.clock.in(1_000)))
    world.clock.advance(4_000)
    const [second] = await world.claim(worker)
    world.clock.advance(700)
    await world.succeed(second!)
    const [figures] = await world.stores.metrics.definitions()
    expect(figures).to.deep.include({
      retried: 1,
      runs: { count: 1, totalMs: 700 },
      waits: { count: 1, totalMs: 3_000 },
    })
    const { run, wait } = await world.stores.metrics.times('minute', 60, 'work', world.now)
    expect(percentileMs(run, 0.5)).to.be.within(630, 794)
    expect(percentileMs(wait, 0.5)).to.be.within(2_511, 3_162)
    expect(await world.stores.metrics.times('minute', 60, 'other', world.now)).to.deep.equal(none())
    await unchangedByFolds(world)
  })

  promise('keep what never ran, or was queued again, out of the times', async (world) => {
    const job = await world.running()
    world.clock.advance(10)
    await world.settle(job, outcomeOf.requeued(job, world.clock.in(1_000)))
    await world.stores.jobs.requestCancel([job.id, ...(await world.insert({}))], world.now, world.newId)
    const [figures] = await world.stores.metrics.definitions()
    expect(figures).to.deep.include({ runs: { count: 0, totalMs: 0 }, waits: { count: 0, totalMs: 0 } })
    expect(await world.stores.metrics.times('hour', 1, null, world.now)).to.deep.equal(none())
    await unchangedByFolds(world)
  })

  promise('tell by period what succeeded and failed, and nothing of older ones', async (world) => {
    await world.publish({})
    const finish = async (end: 'succeeded' | 'dead'): Promise<void> => {
      await world.insert({})
      const [job] = await world.claim(await world.worker())
      await world.settle(job!, outcomeOf[end](job!, world.newId()))
    }
    const start = new Date(Math.floor(world.now.getTime() / HOUR_MS) * HOUR_MS + HOUR_MS)
    const at = (minutes: number): void => {
      world.clock.advance(start.getTime() + minutes * 60_000 - world.now.getTime())
    }
    const found = async (grain: Grain, periods: number): Promise<[number, number, number][]> =>
      (await world.stores.metrics.finished(grain, periods, world.now)).map(
        ({ startsAt, succeeded, failed }: PeriodFigures) => [
          (startsAt.getTime() - start.getTime()) / 60_000,
          succeeded,
          failed,
        ],
      )
    at(0)
    await finish('succeeded')
    await finish('dead')
    at(59.99)
    await finish('succeeded')
    at(61)
    await finish('dead')
    await world.stores.jobs.requestCancel(await world.insert({}), world.now, world.newId)
    for (const folded of [false, true]) {
      if (folded) await world.stores.metrics.fold(world.now)
      expect(await found('hour', 168)).to.deep.equal([
        [0, 2, 1],
        [60, 0, 1],
      ])
      expect(await found('hour', 1)).to.deep.equal([[60, 0, 1]])
      expect(await found('minute', 60)).to.deep.equal([
        [59, 1, 0],
        [61, 0, 1],
      ])
      expect(await found('minute', 2)).to.deep.equal([[61, 0, 1]])
    }
    at(60 * 168)
    await finish('succeeded')
    await world.stores.metrics.fold(world.now)
    expect(await found('hour', 168)).to.deep.equal([
      [60, 0, 1],
      [60 * 168, 1, 0],
    ])
    expect((await world.stores.metrics.definitions())[0]?.byStatus).to.include({ succeeded: 3, failed: 2 })
  })

  promise('tell the times of hours alike, whether the days they are of are over or not', async (world) => {
    await world.publish({}, { key: 'other' })
    const runs: { readonly at: number; readonly ms: number; readonly definitionKey: string }[] = []
    const finish = async (ms: number, definitionKey: string): Promise<void> => {
      await world.insert({ definitionKey })
      const [job] = await world.claim(await world.worker(), 1, [{ key: definitionKey, version: 1 }])
      world.clock.advance(ms)
      await world.succeed(job!)
      runs.push({ at: Math.floor(world.now.getTime() / HOUR_MS), ms, definitionKey })
    }
    const expected = (hours: number, only: string | null): Record<number, number> => {
      const since = Math.floor(world.now.getTime() / HOUR_MS) - hours + 1
      const counts: Record<number, number> = {}
      for (const { at, ms, definitionKey } of runs)
        if (at >= since && (only ?? definitionKey) === definitionKey)
          counts[bucketOf(ms)] = (counts[bucketOf(ms)] ?? 0) + 1
      return counts
    }
    const toMidnight = 86_400_000 - (world.now.getTime() % 86_400_000)
    world.clock.advance(toMidnight - 2 * HOUR_MS)
    // Every seven hours for nine days; what is unfolded, folded, and of a day that is over meets in one answer.
    for (let step = 0; step < 31; step += 1) {
      await finish(3 ** (step % 5), step % 3 === 0 ? 'other' : 'work')
      for (const hours of [1, 20, 24, 26, 49, 168])
        for (const only of [null, 'other']) {
          const { run } = await world.stores.metrics.times('hour', hours, only, world.now)
          expect(Object.fromEntries(run), `${hours} h after step ${step}`).to.deep.equal(
            expected(hours, only),
          )
        }
      if (step % 4 !== 0) await world.stores.metrics.fold(world.now)
      world.clock.advance(7 * HOUR_MS)
    }
    // A clock that went back: its day was summed up already.
    world.clock.advance(-50 * HOUR_MS)
    await finish(2_000, 'work')
    world.clock.advance(50 * HOUR_MS)
    for (let fold = 0; fold < 2; fold += 1) {
      const { run } = await world.stores.metrics.times('hour', 168, null, world.now)
      expect(Object.fromEntries(run)).to.deep.equal(expected(168, null))
      await world.stores.metrics.fold(world.now)
    }
  })

  promise('let go of jobs that are removed, but not of what was done in a period', async (world) => {
    const ended = async (): Promise<unknown> => ({
      finished: await world.stores.metrics.finished('hour', 2, world.now),
      times: await world.stores.metrics.times('minute', 60, 'work', world.now),
    })
    await oneOfEach(world)
    const before = await ended()
    const over = world.clock.in(1)
    const endedBefore = { succeeded: over, failed: over, cancelled: over }
    const leadership = await world.leadership()
    expect(await world.stores.history.prune({ leadership, endedBefore, limit: 10 })).to.deep.equal({
      outcome: 'pruned',
      jobs: 3,
    })
    const [figures] = await world.stores.metrics.definitions()
    expect(figures).to.deep.include({
      byStatus: { queued: 1, running: 1, succeeded: 0, failed: 0, cancelling: 1, cancelled: 0 },
      runs: { count: 0, totalMs: 0 },
      waits: { count: 0, totalMs: 0 },
    })
    await unchangedByFolds(world)
    expect(await ended()).to.deep.equal(before)
  })

  promise('count a job that is made of another like any other', async (world) => {
    const { jobId } = await world.failed()
    const [cancelled] = await world.insert({})
    await world.stores.jobs.requestCancel([cancelled!], world.now, world.newId)
    await world.retry(jobId, cancelled!)
    await world.retry(jobId)
    const [figures] = await world.stores.metrics.definitions()
    expect(figures?.byStatus).to.include({ queued: 2, failed: 1, cancelled: 1 })
    await unchangedByFolds(world)
  })

  promise('say since when the oldest job of each definition has been due', async (world) => {
    const due = world.now
    await world.insert({ priority: -3 })
    world.clock.advance(1_000)
    const other = world.now
    await world.insert({ priority: 7 }, { definitionKey: 'other' })
    await world.insert({ definitionKey: 'later', runAt: world.clock.in(60_000) })
    world.clock.advance(1_000)
    expect(await world.stores.metrics.oldestDue(world.now)).to.deep.equal([
      { definitionKey: 'other', definitionVersion: 1, dueAt: other },
      { definitionKey: 'work', definitionVersion: 1, dueAt: due },
    ])
    await unchangedByFolds(world)
  })

  if (features.concurrentClaims)
    promise('lose and double nothing while many write and many fold', async (world) => {
      await world.publish({})
      const workers = await Promise.all(Array.from({ length: 4 }, () => world.worker()))
      let open = true
      const folding = [1, 2, 3].map(async () => {
        while (open) {
          await world.stores.metrics.fold(world.now)
          // A fold in memory waits for nothing, and would leave the others no turn.
          await new Promise((resolve) => setImmediate(resolve))
        }
      })
      await Promise.all(
        workers.map(async (worker) => {
          for (let round = 0; round < 15; round += 1) {
            await world.insert({}, {}, {})
            const jobs = await world.claim(worker, 3)
            await world.succeed(...jobs)
            const [figures] = await world.stores.metrics.definitions()
            const { queued, running, succeeded } = figures!.byStatus
            expect(Math.min(queued, running, succeeded)).to.be.at.least(0)
          }
        }),
      )
      open = false
      await Promise.all(folding)
      for (const worker of workers) await world.succeed(...(await world.claim(worker, 200)))
      const [figures] = await world.stores.metrics.definitions()
      expect(figures!.byStatus).to.include({ queued: 0, running: 0, succeeded: 180 })
      const [hour] = await world.stores.metrics.finished('hour', 1, world.now)
      expect(hour?.succeeded).to.equal(180)
    })
}

function none(): TimeFigures {
  return { run: new Map(), wait: new Map() }
}

async function everything({ stores: { metrics }, now }: World): Promise<unknown> {
  const { run, wait } = await metrics.times('minute', 60, null, now)
  return {
    definitions: await metrics.definitions(),
    finished: await metrics.finished('hour', 168, now),
    times: [run.size, wait.size],
    due: await metrics.oldestDue(now),
  }
}

async function unchangedByFolds(world: World): Promise<void> {
  const before = await everything(world)
  for (let fold = 0; fold < 2; fold += 1) {
    await world.stores.metrics.fold(world.now)
    expect(await everything(world)).to.deep.equal(before)
  }
}

async function oneOfEach(world: World): Promise<void> {
  await world.publish({})
  await world.insert({}, {}, {}, {}, {}, {})
  const [succeeding, failing, cancelling] = await world.claim(await world.worker(), 4, [WORK])
  await world.settle(succeeding!, outcomeOf.succeeded(succeeding!))
  await world.settle(failing!, outcomeOf.dead(failing!, world.newId()))
  const { jobs } = await world.stores.queries.list({ statuses: ['queued'] }, { limit: 1, offset: 0 })
  await world.stores.jobs.requestCancel([cancelling!.id, jobs[0]!.job.id], world.now, world.newId)
}
