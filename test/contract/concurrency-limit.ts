import { expect } from './expect.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import { WORK, type Case, type World } from './world.js'

export function concurrencyLimitContract(
  promise: Case,
  { concurrentClaims }: StoreHarness['features'],
): void {
  promise('lets no more jobs of a definition run than its limit, whoever claims', async (world) => {
    await world.publish({ concurrencyLimit: 3 })
    await world.insert(...many(10))
    const [one, two] = [await world.worker(), await world.worker()]
    expect(await world.claim(one, 2)).to.have.length(2)
    expect(await world.claim(two, 10)).to.have.length(1)
    expect(await world.claim(one, 10)).to.have.length(0)
  })

  promise('leaves to others what it has no place for, however many queues there are', async (world) => {
    const limited = { key: 'limited', version: 1, concurrencyLimit: 6 }
    const others = many(80).map((_, n) => ({ key: `other.${n}`, version: 1 }))
    const definitions = [...others, limited]
    await world.publish(...definitions)
    await world.insert(...[0, 1, 2, 3].map((n) => ({ definitionKey: `other.${n}`, priority: 9 })))
    await world.insert(...many(20).map(() => ({ definitionKey: limited.key, priority: 8 })))
    await world.insert(...many(1_600).map((_, n) => ({ definitionKey: `other.${n % 80}`, priority: 7 })))
    const incarnation = await world.worker()
    // The first claim learns that there are many.
    for (const count of [1, 12]) {
      const { jobs, contended } = await world.ask(incarnation, count, definitions)
      expect(jobs).to.have.length(count)
      expect(contended).to.equal(false)
    }
  })

  promise('fills a place with the best job that waits', async (world) => {
    await world.publish({ concurrencyLimit: 1 })
    const [, best] = await world.insert({}, { priority: 1 }, {})
    expect((await world.claim(await world.worker())).map(({ id }) => id)).to.deep.equal([best])
  })

  promise('frees a place by every kind of settle', async (world) => {
    await world.publish({ concurrencyLimit: 4 })
    await world.insert(...many(8))
    const incarnation = await world.worker()
    const [a, b, c, d] = (await world.claim(incarnation)) as [ActiveJob, ActiveJob, ActiveJob, ActiveJob]
    await world.settle(a, outcomeOf.succeeded(a))
    await world.settle(b, outcomeOf.cancelled(b))
    await world.settle(c, outcomeOf.requeued(c, world.clock.in(60_000)))
    await world.settle(d, outcomeOf.dead(d, world.newId()))
    expect(await world.claim(incarnation)).to.have.length(4)
  })

  promise('keeps the place of a job whose cancellation is only asked for', async (world) => {
    await world.publish({ concurrencyLimit: 1 })
    await world.insert(...many(2))
    const incarnation = await world.worker()
    const [job] = await world.claim(incarnation)
    await world.stores.jobs.requestCancel([job?.id ?? ''], world.now, world.newId)
    expect(await world.claim(incarnation)).to.have.length(0)
  })

  promise('keeps the place of an orphan until it is recovered', async (world) => {
    await world.publish({ concurrencyLimit: 1 })
    await world.insert(...many(2))
    await world.claim(await world.worker())
    world.expireLeases()
    await world.stores.workers.bury(10)
    const heir = await world.worker()
    expect(await world.claim(heir)).to.have.length(0)
    const [orphan] = await world.stores.jobs.orphans(10, new Date(0))
    if (orphan === undefined) throw new Error('there is no orphan')
    await world.settle(orphan.job, outcomeOf.cancelled(orphan.job))
    expect(await world.claim(heir)).to.have.length(1)
  })

  promise('counts each version by itself', async (world) => {
    await world.publish({ concurrencyLimit: 1 }, { version: 2, concurrencyLimit: 2 })
    await world.insert(...many(3), ...many(3).map(() => ({ definitionVersion: 2 })))
    const jobs = await world.claim(await world.worker(), 10, [WORK, { key: 'work', version: 2 }])
    expect(jobs.map((job) => job.definitionVersion).sort()).to.deep.equal([1, 2, 2])
  })

  promise('holds a lowered limit for new claims and a raised one at once', async (world) => {
    await world.publish({ concurrencyLimit: 4 })
    await world.insert(...many(20))
    const incarnation = await world.worker()
    const running = [...(await world.claim(incarnation))]
    expect(running).to.have.length(4)
    await world.publish({ concurrencyLimit: 2 })
    await world.succeed(...running.splice(0, 2))
    expect(await world.claim(incarnation)).to.have.length(0)
    await world.succeed(...running.splice(0, 1))
    expect(await world.claim(incarnation)).to.have.length(1)
    await world.publish({ concurrencyLimit: 5 })
    expect(await world.claim(incarnation)).to.have.length(3)
    await world.publish({ concurrencyLimit: 0 })
    expect(await world.claim(incarnation, 50)).to.have.length(12)
  })

  promise('does not let a saturated definition stand in the way of others', async (world) => {
    await world.publish({ key: 'full', concurrencyLimit: 1 }, {})
    const ids = await world.insert(
      ...many(50).map(() => ({ definitionKey: 'full', priority: 9 })),
      ...many(5).map(() => ({})),
    )
    const definitions = [{ key: 'full', version: 1 }, WORK]
    const jobs = await world.claim(await world.worker(), 4, definitions)
    expect(jobs.map(({ id }) => ids.indexOf(id))).to.deep.equal([0, 50, 51, 52])
  })

  if (!concurrentClaims) return

  promise('is never exceeded by eight claimers at once', async (world) => {
    await world.publish({ concurrencyLimit: 3 })
    await world.insert(...many(60))
    const claimers = await Promise.all(many(8).map(() => world.worker()))
    let done = 0
    for (let round = 0; done < 60; round++) {
      const answers = await Promise.all(
        claimers.map((incarnation) => world.claim(incarnation, 1 + (round % 4))),
      )
      const jobs = answers.flat()
      const active = await activeJobs(world)
      expect(active).to.be.at.most(3)
      expect(jobs.length).to.equal(active)
      expect(jobs.length).to.be.greaterThan(0)
      // Settles and claims race: a place may be taken the moment it is free, never before.
      const [, racing] = await Promise.all([
        world.succeed(...jobs),
        Promise.all(claimers.map((incarnation) => world.claim(incarnation, 2))),
      ])
      expect(await activeJobs(world)).to.be.at.most(3)
      await world.succeed(...racing.flat())
      done += jobs.length + racing.flat().length
    }
    expect(done).to.equal(60)
  })

  promise('is never exceeded for any of many definitions that are claimed together', async (world) => {
    const definitions = [1, 2, 3, 1, 2, 3].map((concurrencyLimit, n) => ({
      key: `limited.${n}`,
      version: 1,
      concurrencyLimit,
    }))
    await world.publish(...definitions)
    const total = 180
    await world.insert(...many(total).map((_, n) => ({ definitionKey: `limited.${n % 6}`, priority: n % 4 })))
    const claimers = await Promise.all(many(8).map(() => world.worker()))
    const claimAll = async (limit: number): Promise<readonly ActiveJob[]> =>
      (await Promise.all(claimers.map((incarnation) => world.claim(incarnation, limit, definitions)))).flat()
    for (let done = 0; done < total;) {
      const jobs = await claimAll(5)
      // While they are settled others are claimed: of each definition no more than have ended.
      const [, racing] = await Promise.all([world.succeed(...jobs), claimAll(3)])
      for (const { key, concurrencyLimit } of definitions) {
        const of = (claimed: readonly ActiveJob[]): number =>
          claimed.filter(({ definitionKey }) => definitionKey === key).length
        expect(of(jobs), key).to.be.at.most(concurrencyLimit)
        expect(of(racing), key).to.be.at.most(concurrencyLimit)
      }
      await world.succeed(...racing)
      done += jobs.length + racing.length
      expect(jobs.length + racing.length).to.be.greaterThan(0)
    }
  })
}

function many(n: number): readonly Record<string, never>[] {
  return Array.from({ length: n }, () => ({}))
}

async function activeJobs(world: World): Promise<number> {
  return (await world.stores.queries.list({ statuses: ['running', 'cancelling'] }, { limit: 1, offset: 0 }))
    .total
}
