import { expect } from 'chai'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('a worker whose ends are written slowly', () => {
  it('claims nothing while two thousand ends wait to be written, and goes on when they are', async () => {
    const world = await WorkerWorld.open()
    const away = deferred()
    let claimed = 0
    const store = world.storeWith({
      claim: async (request) => {
        const answer = await world.stores.jobs.claim(request)
        claimed += answer.jobs.length
        return answer
      },
      settle: (...args) => away.promise.then(() => world.stores.jobs.settle(...args)),
    })
    await world.define({})
    const ids = await world.insert(...Array.from({ length: 2_500 }, () => ({})))
    const worker = world.newWorker({ slots: 100 }, { store })
    worker.start()
    await eventually(() => claimed === 2_000)
    await turns()
    expect(await worker.poll()).to.equal(60_000)
    expect(claimed).to.equal(2_000)
    away.resolve()
    await eventually(async () => (await world.statusOf(ids.at(-1))) === 'succeeded')
    await worker.drain()
  })
})
