import { expect } from 'chai'
import type { JobStore } from '../../../src/application/ports/job-store.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('Worker.poll', () => {
  let world: WorkerWorld

  beforeEach(async () => {
    world = await WorkerWorld.open()
  })

  it('claims nothing before its first beat is acknowledged', async () => {
    await world.define({})
    const [id] = await world.insert({})
    const worker = world.newWorker()
    expect(await worker.poll()).to.be.at.most(50)
    expect(await world.statusOf(id)).to.equal('queued')
    await worker.heartbeat()
    await worker.poll()
    await eventually(async () => (await world.statusOf(id)) === 'succeeded')
  })

  it('claims as many jobs as it has free slots, and again when one ends', async () => {
    const gates = Array.from({ length: 3 }, () => deferred())
    let started = 0
    await world.define({ run: () => gates[started++]?.promise })
    await world.insert({}, {}, {})
    const worker = world.newWorker({ slots: 2 })
    await worker.heartbeat()
    expect(await worker.poll()).to.equal(60_000)
    expect(started).to.equal(2)
    expect(await worker.poll()).to.equal(60_000)
    expect(started).to.equal(2)
    gates[0]?.resolve()
    await turns()
    await worker.poll()
    expect(started).to.equal(3)
    gates.forEach(({ resolve }) => {
      resolve()
    })
  })

  it('claims for freed slots at once, and lets them gather while jobs that it has claimed wait to begin', async () => {
    const ends = new Map<string, () => void>()
    const limits: number[] = []
    let waiting = 0
    const executor = {
      heldAfterEnd: 0,
      isReplaced: false,
      get waiting() {
        return waiting
      },
      warmUp: () => undefined,
      keepFor: () => undefined,
      close: () => Promise.resolve(),
      start: ({ id }: { readonly id: string }) => {
        const { promise: released, resolve: release } = deferred()
        ends.set(id, release)
        return {
          result: released.then(() => ({ kind: 'succeeded', result: null }) as const),
          released,
          abort: () => undefined,
          settled: () => undefined,
        }
      },
    }
    const due: (() => void)[] = []
    const timers = {
      after: (ms: number, act: () => void) => {
        if (ms === 20) due.push(act)
        return () => undefined
      },
    }
    const claim: JobStore['claim'] = (request) => {
      limits.push(request.limit)
      return world.stores.jobs.claim(request)
    }
    await world.define({})
    const ids = await world.insert(...Array.from({ length: 12 }, () => ({})))
    const worker = world.newWorker({ slots: 6 }, { store: world.storeWith({ claim }), executor, timers })
    const end = async (from: number, to: number): Promise<void> => {
      for (const id of ids.slice(from, to)) ends.get(id)?.()
      await turns()
    }
    worker.start()
    await eventually(() => ends.size === 6)
    await end(0, 1)
    expect(limits).to.deep.equal([6, 1])
    waiting = 4
    await end(1, 3)
    expect(limits, 'less than half of the slots are free').to.deep.equal([6, 1])
    due.forEach((act) => {
      act()
    })
    await turns()
    expect(limits, 'after a moment').to.deep.equal([6, 1, 2])
    await end(3, 6)
    expect(limits, 'half of the slots are free').to.deep.equal([6, 1, 2, 3])
    await end(0, 12)
    await worker.drain()
  })

  it('keeps the slot of a handler that does not end, although its job is settled', async () => {
    const gate = deferred()
    await world.define({ timeoutSeconds: 0.005, run: () => gate.promise })
    const [stuck, next] = await world.insert({ maxAttempts: 1 }, {})
    const worker = world.newWorker({ slots: 1 })
    await worker.heartbeat()
    await worker.poll()
    await eventually(async () => (await world.statusOf(stuck)) === 'failed')
    await worker.poll()
    expect(await world.statusOf(next)).to.equal('queued')
    await worker.heartbeat()
    expect((await world.stores.workers.list())[0]).to.include({ running: 1, slots: 1 })
    gate.resolve()
    await turns()
    await worker.poll()
    await eventually(async () => (await world.statusOf(next)) !== 'queued')
  })

  it('sleeps until the next job is due, at most as long as hints can be trusted', async () => {
    await world.define({})
    let proven = true
    const notifier = { ...quiet, isProven: () => proven }
    const worker = world.newWorker({}, { notifier })
    await worker.heartbeat()
    expect(await worker.poll()).to.equal(60_000)
    proven = false
    expect(await worker.poll()).to.equal(1_000)
    await world.insert({ runAt: world.clock.in(700) })
    expect(await worker.poll()).to.equal(700)
    proven = true
    world.clock.advance(690)
    expect(await worker.poll()).to.equal(10)
  })

  it('asks again in a moment when others were in the way', async () => {
    await world.define({})
    const claim = () => Promise.resolve({ jobs: [], contended: true, nextDueAt: null })
    const worker = world.newWorker({}, { store: world.storeWith({ claim }) })
    await worker.heartbeat()
    expect(await worker.poll()).to.be.within(5, 20)
  })

  it('asks more seldom when others are in the way again and again, and forgets it when it gets something', async () => {
    await world.define({ run: () => new Promise(() => undefined) })
    let contended = true
    const claim: JobStore['claim'] = (request) =>
      contended ? Promise.resolve({ jobs: [], contended, nextDueAt: null }) : world.stores.jobs.claim(request)
    const worker = world.newWorker({}, { store: world.storeWith({ claim }) })
    await worker.heartbeat()
    const delays: number[] = []
    for (let attempt = 0; attempt < 4; attempt += 1) delays.push(await worker.poll())
    expect(delays).to.deep.equal([12.5, 25, 50, 50])
    await world.insert({})
    contended = false
    await worker.poll()
    contended = true
    expect(await worker.poll()).to.equal(12.5)
  })

  it('asks again in a moment after a claim that left it free slots: what comes later is told then', async () => {
    await world.define({ run: () => new Promise(() => undefined) })
    await world.insert({}, { runAt: world.clock.in(700) })
    const worker = world.newWorker()
    await worker.heartbeat()
    expect(await worker.poll()).to.be.within(5, 20)
    expect(await worker.poll()).to.equal(700)
  })

  it('backs off while the database is away, and forgets it afterwards', async () => {
    await world.define({})
    let away = true
    const store = world.storeWith({
      claim: (request) =>
        away
          ? Promise.reject(new StorageUnavailableError(new Error('no route')))
          : world.stores.jobs.claim(request),
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    const delays: number[] = []
    for (let attempt = 0; attempt < 7; attempt++) delays.push(await worker.poll())
    expect(delays).to.deep.equal([37.5, 75, 150, 300, 600, 750, 750])
    away = false
    // What was asked for without an answer may come to light for some seconds.
    expect(await worker.poll()).to.equal(1_000)
    world.clock.advance(20_000)
    await worker.heartbeat()
    expect(await worker.poll()).to.equal(60_000)
    away = true
    expect(await worker.poll()).to.equal(37.5)
  })

  it('wakes up for a job that comes while it sleeps, whatever the poll interval', async () => {
    await world.define({})
    const worker = world.newWorker()
    worker.start()
    await turns(20)
    const [id] = await world.insert({})
    world.stores.notifier.hint(['work'])
    await eventually(async () => (await world.statusOf(id)) === 'succeeded', 1_000)
    await worker.drain()
  })

  it('claims for a job of the future when it is due, not when it comes', async () => {
    await world.define({})
    let claims = 0
    const store = world.storeWith({
      claim: (request) => {
        claims += 1
        return world.stores.jobs.claim(request)
      },
    })
    const worker = world.newWorker({}, { store })
    worker.start()
    await eventually(() => claims === 1)
    const hint = (inMs: number): void => {
      world.stores.notifier.hint(['work'], new Date(world.clock.now().getTime() + inMs))
    }
    hint(3_600_000)
    hint(50_000)
    await turns(20)
    expect(claims).to.equal(1)
    hint(5)
    await eventually(() => claims === 2, 1_000)
    hint(-5)
    await eventually(() => claims === 3)
    await worker.drain()
  })

  it('does not lose a hint that comes while a claim is in flight', async () => {
    await world.define({})
    const [asked, answer] = [deferred(), deferred()]
    let claims = 0
    const store = world.storeWith({
      claim: async (request) => {
        const answered = await world.stores.jobs.claim(request)
        if (claims++ === 0) {
          asked.resolve()
          await answer.promise
        }
        return answered
      },
    })
    const worker = world.newWorker({}, { store })
    worker.start()
    await asked.promise
    const [id] = await world.insert({})
    world.stores.notifier.hint(['work'])
    answer.resolve()
    await eventually(async () => (await world.statusOf(id)) === 'succeeded', 1_000)
    await worker.drain()
  })

  it('starts a job of a saturated definition as soon as another worker frees the place', async () => {
    const gates = [deferred(), deferred()]
    let started = 0
    await world.define({ concurrencyLimit: 1, run: () => gates[started++]?.promise })
    const workers = [world.newWorker(), world.newWorker()]
    workers.forEach((worker) => {
      worker.start()
    })
    await turns(20)
    await world.insert({}, {})
    world.stores.notifier.hint(['work'])
    await eventually(() => started === 1)
    await turns(20)
    expect(started).to.equal(1)
    gates[0]?.resolve()
    await eventually(() => started === 2, 1_000)
    gates[1]?.resolve()
    await Promise.all(workers.map((worker) => worker.drain()))
  })

  it('gives back what it got from a claim that outlasted its lease', async () => {
    let ran = 0
    await world.define({ run: () => (ran += 1) })
    const [id] = await world.insert({})
    const store = world.storeWith({
      claim: async (request) => {
        const answer = await world.stores.jobs.claim(request)
        world.clock.advance(29_500)
        return answer
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await worker.poll()
    await turns()
    expect(ran).to.equal(0)
    expect(await world.job(id)).to.include({ status: 'queued', attempts: 0, run: 1, interruptions: 1 })
    expect(await worker.poll()).to.be.at.most(50)
    await worker.heartbeat()
    await worker.poll()
    expect(await world.job(id)).to.include({ run: 2 })
  })

  it('runs the jobs of a claim whose answer was lost on the way, once each', async () => {
    const runs: string[] = []
    await world.define({ run: (_params, { jobId }) => void runs.push(jobId) })
    const ids = await world.insert({}, {})
    let lost = false
    const store = world.storeWith({
      claim: async (request) => {
        const answer = await world.stores.jobs.claim(request)
        if (lost || answer.jobs.length === 0) return answer
        lost = true
        throw new StorageUnavailableError(new Error('connection reset'))
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await worker.poll()
    expect(runs).to.deep.equal([])
    await worker.poll()
    await worker.poll()
    await eventually(async () => (await world.statusOf(ids[1])) === 'succeeded')
    expect(runs.sort()).to.deep.equal(ids.sort())
  })

  it('looks for what a claim of which only a part was answered handed out besides', async () => {
    const runs: string[] = []
    await world.define({ run: (_params, { jobId }) => void runs.push(jobId) })
    const ids = await world.insert({}, {})
    let claims = 0
    const store = world.storeWith({
      claim: async (request) => {
        const answer = await world.stores.jobs.claim(request)
        if (claims++ > 0) return answer
        return { ...answer, jobs: answer.jobs.slice(0, 1), contended: true, unsure: true }
      },
    })
    const worker = world.newWorker({ slots: 3 }, { store })
    await worker.heartbeat()
    await worker.poll()
    await worker.poll()
    await eventually(() => runs.length === 2)
    expect(runs.sort()).to.deep.equal(ids.sort())
  })

  it('never begins a run again that ends while it looks for what it holds', async () => {
    const gate = deferred()
    let runs = 0
    await world.define({ run: () => (++runs, gate.promise) })
    const [id] = await world.insert({})
    const [asked, answer] = [deferred(), deferred()]
    let claims = 0
    const store = world.storeWith({
      claim: (request) =>
        claims++ === 1
          ? Promise.reject(new StorageUnavailableError(new Error('connection reset')))
          : world.stores.jobs.claim(request),
      held: async (incarnation) => {
        const held = await world.stores.jobs.held(incarnation)
        asked.resolve()
        await answer.promise
        return held
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await worker.poll()
    await worker.poll()
    const polled = worker.poll()
    await asked.promise
    gate.resolve()
    await eventually(async () => (await world.statusOf(id)) === 'succeeded' && worker.runningJobs === 0)
    answer.resolve()
    await polled
    await turns()
    expect(runs).to.equal(1)
  })

  it('looks for what it holds once it may trust its lease again', async () => {
    await world.define({})
    let looks = 0
    const store = world.storeWith({
      held: (incarnation) => {
        looks += 1
        return world.stores.jobs.held(incarnation)
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await worker.poll()
    expect(looks).to.equal(0)
    world.clock.advance(29_500)
    await worker.heartbeat()
    await worker.poll()
    expect(looks).to.equal(1)
  })
})

const quiet = { hint: () => undefined, subscribe: () => () => undefined }
