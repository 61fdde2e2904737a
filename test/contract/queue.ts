import { expect } from './expect.js'
import type { QueuedJob } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import { WORK, type Case, type World } from './world.js'

const OTHER = { key: 'other', version: 1 }

export function queueContract(promise: Case): void {
  promise('count active jobs by definition and worker', async (world) => {
    await world.publish({}, OTHER)
    await world.insert({}, {}, {}, { definitionKey: 'other' }, { definitionKey: 'other' })
    const [one, two] = [await world.worker(), await world.worker()]
    const [first] = await world.claim(one, 2)
    await world.claim(two, 2, [WORK, OTHER])
    await world.stores.jobs.requestCancel([first?.id ?? ''], world.now, world.newId)
    const activity = [...(await world.stores.queue.activity())].sort((a, b) =>
      a.incarnation + a.key < b.incarnation + b.key ? -1 : 1,
    )
    expect(activity).to.deep.equal([
      { ...WORK, incarnation: one, jobs: 2 },
      { ...OTHER, incarnation: two, jobs: 1 },
      { ...WORK, incarnation: two, jobs: 1 },
    ])
  })

  promise('name the active jobs of a definition, lowest first', async (world) => {
    await world.publish({}, OTHER)
    await world.insert({ definitionKey: 'other' }, {}, {}, {})
    const jobs = await world.claim(await world.worker(), 3, [WORK, OTHER])
    const ids = jobs.flatMap(({ id, definitionKey }) => (definitionKey === 'work' ? [id] : []))
    expect(await world.stores.queue.holders(WORK, 10)).to.deep.equal(ids.sort())
    expect(await world.stores.queue.holders(WORK, 1)).to.deep.equal(ids.slice(0, 1))
    expect(await world.stores.queue.holders({ key: 'work', version: 2 }, 10)).to.deep.equal([])
  })

  promise(
    'count what comes before a job: by priority, due time and id, and only what is due',
    async (world) => {
      await world.publish({}, OTHER)
      const late = world.clock.in(60_000)
      const [, , , , id] = await world.insert(
        { priority: 9 },
        { priority: 9, runAt: late },
        { priority: 5, definitionKey: 'other' },
        {},
        {},
        {},
        { priority: -1 },
        { priority: 3 },
      )
      world.clock.advance(10)
      await world.insert({ priority: 7 }, {})
      const job = (await world.job(id)) as QueuedJob
      const { queue } = world.stores
      const refs = [WORK, OTHER, { key: 'none', version: 1 }]
      expect(await queue.ahead(job, refs, world.now, 100)).to.deep.equal([4, 1, 0])
      expect(await queue.ahead(job, refs, late, 100)).to.deep.equal([5, 1, 0])
      expect(await queue.ahead(job, refs, world.now, 2)).to.deep.equal([2, 1, 0])
      expect(await queue.ahead(job, [], world.now, 2)).to.deep.equal([])
    },
  )

  promise('tell how long recent runs took, of those that ended by themselves', async (world) => {
    await world.publish({})
    for (const ms of [100, 200, 300]) {
      const job = await started(world)
      world.clock.advance(ms)
      await world.succeed(job)
    }
    const failed = await started(world)
    world.clock.advance(400)
    await world.settle(failed, outcomeOf.dead(failed, world.newId()))
    const cancelled = await started(world)
    world.clock.advance(500)
    await world.stores.jobs.requestCancel([cancelled.id], world.now, world.newId)
    await world.settle(cancelled, outcomeOf.cancelled(cancelled))
    expect(await world.stores.queue.recentRunMs(WORK, 10)).to.deep.equal([400, 300, 200, 100])
    expect(await world.stores.queue.recentRunMs({ key: 'work', version: 2 }, 10)).to.deep.equal([])
  })
}

async function started(world: World) {
  await world.insert({})
  const [job] = await world.claim(await world.worker(), 1)
  if (job === undefined) throw new Error('nothing was claimed')
  return job
}
