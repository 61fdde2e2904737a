import { expect } from 'chai'
import type { Notifier, OnHint } from '../../../src/application/ports/notifier.js'
import type { Worker } from '../../../src/adapters/worker/worker.js'
import { eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

const WORKERS = 40

describe('Many idle workers that are hinted', () => {
  let world: WorkerWorld
  let workers: Worker[]
  let listeners: OnHint[]
  /** Which of them have looked for work since. */
  let looked: number[]

  /** As another process does. */
  const hint: OnHint = (...args) => {
    for (const listener of listeners) listener(...args)
  }

  beforeEach(async () => {
    world = await WorkerWorld.open()
    await world.define({})
    listeners = []
    looked = []
    const notifier: Notifier = {
      hint: () => undefined,
      subscribe: (onHint) => {
        listeners.push(onHint)
        return () => undefined
      },
      isProven: () => true,
    }
    workers = Array.from({ length: WORKERS }, (_, index) => {
      const store = world.storeWith({
        claim: (request) => {
          looked.push(index)
          return world.stores.jobs.claim(request)
        },
      })
      // What each draws is as evenly spread as chance would have it.
      return world.newWorker({ name: `worker-${index}` }, { notifier, store, random: () => index / WORKERS })
    })
    for (const worker of workers) await worker.heartbeat()
    for (const worker of workers) worker.start()
    await eventually(() => looked.length === WORKERS)
    looked = []
  })
  afterEach(() => Promise.all(workers.map((worker) => worker.drain())))

  it('look at once only few of them for one job, and all of them a little later', async () => {
    hint(['work'], undefined, 1)
    await turns()
    expect(looked).to.deep.equal([0, 1, 2, 3])
    await eventually(() => looked.length === WORKERS, 5_000)
    expect([...looked].sort((a, b) => a - b)).to.deep.equal(workers.map((_, index) => index))
  })

  it('look at once one more of them for each further job', async () => {
    hint(['work'], undefined, 7)
    await turns()
    expect(looked).to.have.length(10)
    looked = []
    hint(['work'], undefined, WORKERS)
    await turns()
    expect(new Set(looked).size).to.equal(WORKERS)
  })

  it('look at once all of them when nobody has said how many jobs there are', async () => {
    hint(['work'])
    await turns()
    expect(looked).to.have.length(WORKERS)
  })

  it('look together once for many hints that come meanwhile', async () => {
    for (let n = 0; n < 50; n += 1) hint(['work'], undefined, 1)
    await eventually(() => new Set(looked).size === WORKERS, 5_000)
    // The four that look at once do so again for what was hinted while they did.
    expect(looked.length).to.be.at.most(WORKERS + 4)
  })

  it('look for a job of the future not before it is due, few of them then', async () => {
    const dueAt = new Date(world.clock.now().getTime() + 100)
    hint(['work'], dueAt, 1)
    await turns()
    expect(looked).to.deep.equal([])
    await eventually(() => looked.length >= 4, 5_000)
    expect(looked.slice(0, 4).sort((a, b) => a - b)).to.deep.equal([0, 1, 2, 3])
    await eventually(() => looked.length === WORKERS, 5_000)
  })

  it('look at once all of them as long as they are few', async () => {
    await Promise.all(workers.splice(4).map((worker) => worker.drain()))
    for (const worker of workers) await worker.heartbeat()
    looked = []
    hint(['work'], undefined, 1)
    await turns()
    expect(looked).to.include.members([0, 1, 2, 3])
  })
})
