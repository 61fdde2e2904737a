import { expect } from 'chai'
import { InlineExecutor } from '../../../src/adapters/isolation/inline-executor.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('a worker whose programs were replaced', () => {
  it('claims nothing while its jobs could not be started, and says that it is on its way out', async () => {
    const world = await WorkerWorld.open()
    await world.define({})
    const [id] = await world.insert({})
    const executor = new InlineExecutor(world.registry, world.log, { graceMs: 20, hookMs: 100 })
    const worker = world.newWorker({}, { executor: Object.assign(executor, { isReplaced: true }) })
    await worker.heartbeat()
    expect(await worker.poll()).to.equal(60_000)
    expect(await world.statusOf(id)).to.equal('queued')
    await worker.heartbeat()
    expect(await world.stores.workers.list()).to.have.nested.property('0.draining', true)
    Object.assign(executor, { isReplaced: false })
    await worker.poll()
    expect(await world.statusOf(id)).not.to.equal('queued')
  })
})
