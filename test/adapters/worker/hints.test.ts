import { expect } from 'chai'
import { CANCEL_HINT, type OnHint } from '../../../src/application/ports/notifier.js'
import type { Worker } from '../../../src/adapters/worker/worker.js'
import { eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('A hint to a worker', () => {
  let world: WorkerWorld
  let worker: Worker
  const listeners = new Set<OnHint>()
  /** What it has looked for since. */
  let looked: string[]

  const hint = async (...keys: string[]): Promise<string[]> => {
    looked = []
    for (const listener of listeners) listener(keys)
    await turns(20)
    return looked.sort()
  }

  beforeEach(async () => {
    world = await WorkerWorld.open()
    await world.define({ run: (_params, { abortSignal }) => untilAborted(abortSignal) })
    const store = world.storeWith({
      claim: (request) => {
        looked.push('jobs')
        return world.stores.jobs.claim(request)
      },
    })
    const { workers } = world.stores
    const watched = Object.assign(Object.create(workers) as typeof workers, {
      cancelling: (incarnation: string) => {
        looked.push('cancellations')
        return workers.cancelling(incarnation)
      },
    })
    const notifier = {
      hint: () => undefined,
      subscribe: (onHint: OnHint) => {
        listeners.add(onHint)
        return () => listeners.delete(onHint)
      },
      isProven: () => true,
    }
    looked = []
    const intervals = { cancelCheckMs: 60_000, pollIntervalMs: 60_000 }
    worker = world.newWorker(intervals, { store, workers: watched, notifier })
    const [id] = await world.insert({})
    worker.start()
    await eventually(async () => (await world.statusOf(id)) === 'running')
    await turns(20)
  })
  afterEach(() => worker.drain())

  it('has it look at once for what it may be about, and for nothing else', async () => {
    expect(await hint('work')).to.deep.equal(['jobs'])
    expect(await hint('other', 'work')).to.deep.equal(['jobs'])
    expect(await hint('other')).to.deep.equal([])
    expect(await hint(CANCEL_HINT)).to.deep.equal(['cancellations'])
  })

  it('that does not say what it is about, as after a lost connection, has it look for everything', async () => {
    expect(await hint()).to.deep.equal(['cancellations', 'jobs'])
  })

  it('finds nobody any more once the worker has stopped', async () => {
    await worker.drain()
    expect(listeners).to.have.property('size', 0)
  })
})

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error)
    })
  })
}
