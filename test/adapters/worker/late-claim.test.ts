import { expect } from 'chai'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import type { ClaimRequest } from '../../../src/application/ports/job-store.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('a claim that is committed long after its answer was given up', () => {
  it('has its jobs run as soon as there is a free slot, however late that is', async () => {
    const world = await WorkerWorld.open()
    const gates = [deferred(), deferred()]
    const began: string[] = []
    await world.define({
      run: (_params, { jobId }) => {
        began.push(jobId)
        return gates[began.length - 1]?.promise
      },
    })
    let lost: ClaimRequest | undefined
    const store = world.storeWith({
      claim: (request) => {
        if (lost !== undefined) return world.stores.jobs.claim(request)
        lost = request
        return Promise.reject(new StorageUnavailableError(new Error('no answer in time')))
      },
    })
    const [first] = await world.insert({})
    const worker = world.newWorker({ slots: 1 }, { store })
    await worker.heartbeat()
    await worker.poll()
    await worker.poll()
    expect(began).to.deep.equal([first])
    const [second] = await world.insert({})
    await world.stores.jobs.claim(lost as ClaimRequest)
    world.clock.advance(25_000)
    await worker.heartbeat()
    await worker.poll()
    expect(began).to.deep.equal([first])
    gates[0]?.resolve()
    await eventually(async () => (await world.statusOf(first)) === 'succeeded')
    await worker.poll()
    await turns()
    expect(began).to.deep.equal([first, second])
    gates[1]?.resolve()
    await eventually(async () => (await world.statusOf(second)) === 'succeeded')
  })

  it('has its jobs looked for each second until it can have none any more', async () => {
    const world = await WorkerWorld.open()
    await world.define({})
    let isLost = true
    const store = world.storeWith({
      claim: (request) => {
        if (!isLost) return world.stores.jobs.claim(request)
        isLost = false
        return Promise.reject(new StorageUnavailableError(new Error('no answer in time')))
      },
    })
    const worker = world.newWorker({}, { store })
    await worker.heartbeat()
    await worker.poll()
    expect(await worker.poll()).to.equal(1_000)
    world.clock.advance(19_000)
    expect(await worker.poll()).to.equal(1_000)
    world.clock.advance(1_000)
    expect(await worker.poll()).to.equal(60_000)
  })
})
