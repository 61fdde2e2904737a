import { expect } from 'chai'
import { InlineExecutor } from '../../../src/adapters/isolation/inline-executor.js'
import type { Execution, Executor } from '../../../src/application/ports/executor.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import type { JobContext } from '../../../src/domain/job-definition.js'
import { trustMs } from '../../../src/domain/lease.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { outcomeOf } from '../../support/factories.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('Worker and its lease', () => {
  let world: WorkerWorld
  let ended: ReturnType<typeof deferred<string>>

  beforeEach(async () => {
    world = await WorkerWorld.open()
    ended = deferred<string>()
    await world.define({ run: (_params, ctx: JobContext) => untilAborted(ctx) })
  })

  function untilAborted({ abortSignal }: JobContext): Promise<never> {
    return new Promise((_, reject) => {
      abortSignal.addEventListener('abort', () => {
        const reason = abortSignal.reason as Error
        ended.resolve(reason.message)
        reject(reason)
      })
    })
  }

  it('renews one lease for everything that it runs', async () => {
    const worker = world.newWorker()
    expect(await worker.heartbeat()).to.equal(10_000)
    const [before] = await world.stores.workers.list()
    await world.insert({})
    await worker.poll()
    world.clock.advance(10_000)
    await worker.heartbeat()
    const [after] = await world.stores.workers.list()
    expect(after).to.include({ incarnation: before?.incarnation, name: 'worker-1', running: 1 })
    expect(after?.leaseExpiresAt).to.deep.equal(world.clock.in(30_000))
    await worker.drain()
  })

  it('has what runs outside of this process die with its lease, of which each beat that is acknowledged tells', async () => {
    const kept: number[] = []
    const inline = new InlineExecutor(world.registry, world.log, { graceMs: 20, hookMs: 100 })
    const keepFor = (ms: number) => void kept.push(ms)
    const executor = Object.assign(Object.create(inline) as Executor, { keepFor })
    let answer = (): Promise<void> => Promise.resolve()
    const { workers } = world.stores
    const slow = Object.assign(Object.create(workers) as typeof workers, {
      renew: (...args: Parameters<typeof workers.renew>) => answer().then(() => workers.renew(...args)),
    })
    const worker = world.newWorker({}, { executor, workers: slow })
    await worker.heartbeat()
    answer = () => Promise.resolve(void world.clock.advance(7_000))
    await worker.heartbeat()
    answer = () => Promise.reject(new StorageUnavailableError(null))
    await worker.heartbeat()
    expect(kept).to.deep.equal([trustMs(30_000), trustMs(30_000) - 7_000])
    await worker.drain()
  })

  it('asks again within a second when its lease has ended by a clock that it does not share', async () => {
    const worker = world.newWorker()
    await worker.heartbeat()
    world.expireLeases()
    await world.insert({})
    expect(await worker.poll()).to.equal(1_000)
    expect(worker.runningJobs).to.equal(0)
    await worker.drain()
  })

  for (const [step, how] of [
    ['checkCancels', 'between two beats'],
    ['heartbeat', 'with its beat'],
  ] as const) {
    it(`aborts a job whose cancellation was asked for, ${how}`, async () => {
      const worker = world.newWorker()
      await worker.heartbeat()
      const [id = ''] = await world.insert({})
      await worker.poll()
      await world.stores.jobs.requestCancel([id], world.now, world.newId)
      await worker[step]()
      expect(await ended.promise).to.equal('the job was cancelled')
      await eventually(async () => (await world.statusOf(id)) === 'cancelled')
      expect((await world.eventTypes(id)).slice(-2)).to.deep.equal(['cancel_requested', 'cancelled'])
    })
  }

  it('aborts its jobs when it was buried, drops their results and starts again under a new name', async () => {
    const worker = world.newWorker()
    await worker.heartbeat()
    const [id] = await world.insert({})
    await worker.poll()
    const [before] = await world.stores.workers.list()
    world.expireLeases()
    await world.stores.workers.bury(10)
    const [orphan] = await world.stores.jobs.orphans(10, new Date(0))
    if (orphan === undefined) throw new Error('there is no orphan')
    await world.settle(orphan.job, outcomeOf.requeued(orphan.job, world.clock.in(60_000)))
    const taken = await world.everythingOf(id ?? '')

    await worker.heartbeat()
    expect(await ended.promise).to.equal('the worker lost its lease')
    await eventually(() => world.log.lines.some((line) => line.includes('its result was dropped')))
    expect(await world.everythingOf(id ?? '')).to.deep.equal(taken)
    const [after] = await world.stores.workers.list()
    expect(after?.incarnation).to.be.a('string').and.not.equal(before?.incarnation)
    expect(worker.runningJobs).to.equal(0)
  })

  it('aborts its jobs before its lease ends when no beat is acknowledged, and gives them back', async () => {
    const workers = {
      register: world.stores.workers.register.bind(world.stores.workers),
      renew: () => Promise.reject(new StorageUnavailableError(new Error('no route'))),
      cancelling: () => Promise.resolve([]),
      bury: () => Promise.resolve(0),
      resign: () => Promise.resolve(),
      list: () => Promise.resolve([]),
    }
    // No claim and no beat goes on meanwhile: the end of trust has a timer of its own.
    const worker = world.newWorker({ leaseMs: 40 }, { workers })
    await worker.heartbeat()
    const [id] = await world.insert({})
    await worker.poll()
    expect(await worker.heartbeat()).to.equal(500)
    expect(await ended.promise).to.equal('the worker lost its lease')
    await eventually(async () => (await world.statusOf(id)) === 'queued')
    expect(await world.job(id)).to.include({ attempts: 0, interruptions: 1 })
  })

  it('tells whatever ran a job whether its end was written, so that hooks of a process that is gone can follow', async () => {
    const told: string[] = []
    const inline = new InlineExecutor(world.registry, world.log, { graceMs: 20, hookMs: 100 })
    const executor = Object.assign(Object.create(inline) as Executor, {
      start: (...args: Parameters<Executor['start']>): Execution => {
        const execution = inline.start(...args)
        return Object.assign(Object.create(execution) as Execution, {
          settled: (answer: string) => void told.push(answer),
        })
      },
    })
    await world.define({ key: 'short' })
    const worker = world.newWorker({}, { executor })
    await worker.heartbeat()
    const [short, long] = await world.insert({ definitionKey: 'short' }, {})
    await worker.poll()
    await eventually(async () => (await world.statusOf(short)) === 'succeeded')
    await eventually(() => told.length === 1)
    world.expireLeases()
    await world.stores.workers.bury(10)
    const [orphan] = await world.stores.jobs.orphans(10, new Date(0))
    await world.settle(orphan!.job, outcomeOf.requeued(orphan!.job, world.clock.in(60_000)))
    await worker.heartbeat()
    await eventually(() => told.length === 2)
    expect(told).to.deep.equal(['applied', 'lease_lost'])
    expect(await world.statusOf(long)).to.equal('queued')
  })

  it('reports a beat that fails and tries again soon', async () => {
    const renew = (): Promise<never> => Promise.reject(new StorageUnavailableError(new Error('no route')))
    const workers = Object.assign(Object.create(world.stores.workers) as typeof world.stores.workers, {
      renew,
    })
    const worker = world.newWorker({ heartbeatMs: 200 }, { workers })
    await worker.heartbeat()
    expect(await worker.heartbeat()).to.equal(200)
    expect(world.log.lines.at(-1)).to.equal('warn could not renew the lease')
  })

  describe('at a drain', () => {
    it('gives unfinished jobs back with their attempt, resigns, and claims no more', async () => {
      const worker = world.newWorker()
      worker.start()
      await turns(20)
      const [id] = await world.insert({ maxAttempts: 1 })
      world.stores.notifier.hint(['work'])
      await eventually(async () => (await world.statusOf(id)) === 'running')
      await worker.drain()
      expect(await ended.promise).to.equal('the worker is stopping')
      expect(await world.job(id)).to.include({ status: 'queued', attempts: 0, interruptions: 1 })
      expect(await world.stores.workers.list()).to.deep.equal([])
      expect(await world.stores.jobs.orphans(10, new Date(0))).to.deep.equal([])
      await worker.poll()
      expect(await world.statusOf(id)).to.equal('queued')
    })

    it('lets jobs go on for a while first, and leaves early when they have ended', async () => {
      const gate = deferred()
      await world.define({ key: 'short', run: () => gate.promise.then(() => 'done') })
      const worker = world.newWorker({ drainMs: 60_000 })
      await worker.heartbeat()
      const [id] = await world.insert({ definitionKey: 'short' })
      await worker.poll()
      const drained = worker.drain()
      await turns()
      gate.resolve()
      await drained
      expect(await world.job(id)).to.include({ status: 'succeeded', result: 'done' })
    })

    it('interrupts at once when it has to hurry', async () => {
      const worker = world.newWorker({ drainMs: 60_000 })
      await worker.heartbeat()
      const [id] = await world.insert({})
      await worker.poll()
      const hurry = deferred()
      const drained = worker.drain(hurry.promise)
      hurry.resolve()
      await drained
      expect(await world.statusOf(id)).to.equal('queued')
    })

    it('gives back what a claim handed out whose answer was lost', async () => {
      const claimed = deferred()
      const store = world.storeWith({
        claim: async (request) => {
          await world.stores.jobs.claim(request)
          claimed.resolve()
          throw new StorageUnavailableError(new Error('connection reset'))
        },
      })
      const worker = world.newWorker({}, { store })
      const [id = ''] = await world.insert({})
      worker.start()
      await claimed.promise
      await worker.drain()
      expect(await world.job(id)).to.include({ status: 'queued', attempts: 0 })
    })

    it('does not start what a claim in flight brings, and gives it back', async () => {
      let ran = 0
      await world.define({ key: 'short', run: () => (ran += 1) })
      const [asked, answer] = [deferred(), deferred()]
      const store = world.storeWith({
        claim: async (request) => {
          asked.resolve()
          await answer.promise
          return world.stores.jobs.claim(request)
        },
      })
      const worker = world.newWorker({ drainMs: 60_000 }, { store })
      const [id = ''] = await world.insert({ definitionKey: 'short' })
      worker.start()
      await asked.promise
      const drained = worker.drain()
      answer.resolve()
      await drained
      expect(ran).to.equal(0)
      expect(await world.job(id)).to.include({ status: 'queued', attempts: 0 })
      expect(await world.eventTypes(id)).to.deep.equal(['queued', 'started', 'interrupted'])
    })
  })
})
