import { expect } from './expect.js'
import type { WorkerRecord } from '../../src/application/ports/worker-registry.js'
import { aWorker } from '../support/factories.js'
import { summarized, TTL_MS, WORK, type Case, type World } from './world.js'

export function workersContract(promise: Case): void {
  promise('are listed with everything they told of themselves', async (world) => {
    const worker = aWorker({ incarnation: world.newId(), name: 'Ďábel 1', slots: 7 })
    expect(await world.stores.workers.register(worker, TTL_MS)).to.equal(true)
    const [record] = await world.stores.workers.list()
    expect(record).to.deep.include({ ...worker, running: 0, draining: false })
    expect(leaseOf(record)).to.equal(TTL_MS)
    expect(record?.startedAt).to.deep.equal(record?.heartbeatAt)
  })

  promise('are listed oldest first', async (world) => {
    const names = ['c', 'a', 'b']
    for (const name of names) {
      await world.worker({ name })
      // Stores may read a clock of their own, to the millisecond.
      await new Promise((resolve) => setTimeout(resolve, 3))
      world.clock.advance(3)
    }
    expect((await world.stores.workers.list()).map(({ name }) => name)).to.deep.equal(names)
  })

  promise('renew their lease and tell how busy they are', async (world) => {
    const incarnation = await world.worker()
    const [before] = await world.stores.workers.list()
    world.expireLeases()
    const beat = { incarnation, running: 3, draining: true }
    expect(await world.stores.workers.renew(beat, TTL_MS)).to.deep.equal({
      alive: true,
      cancelling: [],
      held: [],
      ready: 0,
    })
    const [after] = await world.stores.workers.list()
    expect(after).to.include({ running: 3, draining: true })
    expect(after?.startedAt).to.deep.equal(before?.startedAt)
    expect(after?.heartbeatAt.getTime()).to.be.greaterThan(before?.leaseExpiresAt.getTime() ?? 0)
    expect(leaseOf(after)).to.equal(TTL_MS)
  })

  promise('learn with their beat which of their jobs to abort, and only theirs', async (world) => {
    await world.publish({})
    await world.insert({}, {}, {})
    const [one, two] = [await world.worker(), await world.worker()]
    const [a, b] = await world.claim(one, 2)
    const [c] = await world.claim(two, 1)
    const ids = [a, b, c].map((job) => job?.id ?? '')
    await world.stores.jobs.requestCancel([ids[1] ?? '', ids[2] ?? ''], world.now, world.newId)
    const renewed = await world.stores.workers.renew(
      { incarnation: one, running: 2, draining: false },
      TTL_MS,
    )
    expect(renewed).to.deep.include({ alive: true, cancelling: [ids[1]], ready: 2 })
    expect(await world.stores.workers.cancelling(two)).to.deep.equal([ids[2]])
    expect(await world.stores.workers.cancelling(world.newId())).to.deep.equal([])
    if (b !== undefined) await world.succeed(b)
    expect(await world.stores.workers.cancelling(one)).to.deep.equal([])
  })

  promise('learn with their beat which runs they hold, and only theirs', async (world) => {
    await world.publish({})
    await world.insert({}, {}, {})
    const [one, two] = [await world.worker(), await world.worker()]
    const beat = async (incarnation: string) => {
      const { held } = await world.stores.workers.renew({ incarnation, running: 0, draining: false }, TTL_MS)
      return [...held].sort((a, b) => (a.jobId < b.jobId ? -1 : 1))
    }
    const [a, b] = await world.claim(one, 2)
    await world.claim(two, 1)
    await world.stores.jobs.requestCancel([b?.id ?? ''], world.now, world.newId)
    const runs = [a, b].map((job) => ({ jobId: job?.id, run: 1 }))
    expect(await beat(one)).to.deep.equal(runs.sort((x, y) => ((x.jobId ?? '') < (y.jobId ?? '') ? -1 : 1)))
    if (a !== undefined) await world.succeed(a)
    expect(await beat(one)).to.deep.equal([{ jobId: b?.id, run: 1 }])
    expect(await beat(world.newId())).to.deep.equal([])
  })

  promise('learn with their beat how many like them are ready for more', async (world) => {
    const { workers } = world.stores
    const beat = async (incarnation: string, running = 0, draining = false): Promise<number> =>
      (await workers.renew({ incarnation, running, draining }, TTL_MS)).ready
    const like = { slots: 2, definitions: [WORK, { key: 'other', version: 3 }] }
    const silent = await world.worker(like)
    world.expireLeases()
    const [one, two, three] = [await world.worker(like), await world.worker(like), await world.worker(like)]
    const unlike = await world.worker({ ...like, definitions: [WORK] })
    expect(await beat(one)).to.equal(3)
    expect(await beat(unlike)).to.equal(1)
    expect(await beat(two, 1)).to.equal(3)
    expect(await beat(two, 2)).to.equal(2)
    expect(await beat(three, 0, true)).to.equal(1)
    expect(await beat(one)).to.equal(1)
    expect(await beat(silent)).to.equal(2)
    await workers.resign(silent)
    expect(await beat(silent)).to.equal(0)
    expect(await beat(one, 2)).to.equal(0)
    expect(await beat(one, 1)).to.equal(1)
  })

  promise('are buried only when their lease has run out', async (world) => {
    const expired = await world.worker({ name: 'expired' })
    world.expireLeases()
    const living = await world.worker({ name: 'living' })
    expect(await world.stores.workers.bury(10)).to.equal(1)
    expect((await world.stores.workers.list()).map(({ name }) => name)).to.deep.equal(['living'])
    expect(await alive(world, expired)).to.equal(false)
    expect(await alive(world, living)).to.equal(true)
    expect(await world.stores.workers.bury(10)).to.equal(0)
  })

  promise('are buried no more at once than asked', async (world) => {
    for (let n = 0; n < 5; n++) await world.worker()
    world.expireLeases()
    expect(await world.stores.workers.bury(2)).to.equal(2)
    expect(await world.stores.workers.list()).to.have.length(3)
    expect(await world.stores.workers.bury(10)).to.equal(3)
  })

  promise('once buried never renew and never register again while a job names them', async (world) => {
    const job = await world.running()
    const { incarnation } = job.lease
    world.expireLeases()
    await world.stores.workers.bury(10)
    await world.stores.workers.bury(10)
    expect(await alive(world, incarnation)).to.equal(false)
    expect(await world.stores.workers.register(aWorker({ incarnation }), TTL_MS)).to.equal(false)
    expect(await alive(world, incarnation)).to.equal(false)
    expect(await world.stores.workers.list()).to.deep.equal([])
    expect(await world.claim(incarnation)).to.deep.equal([])
  })

  promise('that expired but were not buried may renew, and are then spared', async (world) => {
    const job = await world.running()
    world.expireLeases()
    expect(await alive(world, job.lease.incarnation)).to.equal(true)
    expect(await world.stores.workers.bury(10)).to.equal(0)
    expect(await world.stores.jobs.orphans(10, new Date(0))).to.deep.equal([])
    expect(await world.succeed(job)).to.deep.equal(['applied'])
  })

  promise('that nobody knows are not alive', async (world) => {
    expect(await alive(world, world.newId())).to.equal(false)
  })

  promise('that resign are dead at once; resigning twice or from nowhere is harmless', async (world) => {
    const incarnation = await world.worker()
    await world.stores.workers.resign(incarnation)
    expect(await world.stores.workers.list()).to.deep.equal([])
    expect(await alive(world, incarnation)).to.equal(false)
    await world.stores.workers.resign(incarnation)
    await world.stores.workers.resign(world.newId())
  })

  promise('lend their beat and lease to the view of their jobs', async (world) => {
    const job = await world.running()
    const [worker] = await world.stores.workers.list()
    const [queued = ''] = await world.insert({})
    const { heartbeatAt, leaseExpiresAt } = worker ?? {}
    const lent = { job, retriedFrom: null, heartbeatAt, leaseExpiresAt }
    expect(await world.stores.queries.get(job.id)).to.deep.equal(lent)
    expect(await world.stores.queries.get(queued)).to.include({ heartbeatAt: null, leaseExpiresAt: null })
    await world.succeed(job)
    expect(await world.stores.queries.get(job.id)).to.include({ heartbeatAt: null, leaseExpiresAt: null })
  })

  promise('lend nothing any more when they are dead', async (world) => {
    const job = await world.running()
    await world.stores.workers.resign(job.lease.incarnation)
    const nothing = { job, retriedFrom: null, heartbeatAt: null, leaseExpiresAt: null }
    expect(await world.stores.queries.get(job.id)).to.deep.equal(nothing)
    const { jobs } = await world.stores.queries.list({ statuses: ['running'] }, { limit: 10, offset: 0 })
    expect(jobs.map(summarized)).to.deep.equal([summarized(nothing)])
  })
}

function leaseOf(worker: WorkerRecord | undefined): number {
  if (worker === undefined) throw new Error('there is no such worker')
  return worker.leaseExpiresAt.getTime() - worker.heartbeatAt.getTime()
}

async function alive(world: World, incarnation: string): Promise<boolean> {
  return (await world.stores.workers.renew({ incarnation, running: 0, draining: false }, TTL_MS)).alive
}
