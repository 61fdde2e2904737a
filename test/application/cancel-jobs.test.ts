import { expect } from 'chai'
import { CancelJobs } from '../../src/application/cancel-jobs.js'
import { CANCEL_HINT } from '../../src/application/ports/notifier.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import { World } from '../contract/world.js'
import { memoryHarness } from '../support/memory-harness.js'
import { hintsOf } from '../support/recording.js'

describe('CancelJobs', () => {
  let world: World
  let hints: string[][]
  let cancel: CancelJobs

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    hints = hintsOf(world.stores.notifier)
    cancel = new CancelJobs(world.stores.jobs, world.stores.notifier, world.newId)
  })

  it('hints workers of running jobs that have to stop, and of nothing when there is nothing to do', async () => {
    const running = await world.running()
    const [queued = ''] = await world.insert({})
    await cancel.execute([queued, world.newId()], world.now)
    expect(hints).to.deep.equal([])
    await cancel.execute([running.id], world.now)
    expect(hints).to.deep.equal([[CANCEL_HINT]])
  })

  it('hints the delivery of a job that is cancelled at once, if its callback asks for it', async () => {
    const url = 'https://receiver.example/'
    const [told = '', silent = ''] = await world.insert(
      { callback: { url, events: ['cancelled'] } },
      { callback: { url, events: ['failed'] } },
    )
    await cancel.execute([silent], world.now)
    expect(hints).to.deep.equal([])
    await cancel.execute([told], world.now)
    await cancel.execute([told], world.now)
    expect(hints).to.deep.equal([[DELIVERY.key]])
    expect(await world.stores.queries.deliveries(told)).to.have.length(1)
  })
})
