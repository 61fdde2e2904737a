import { expect } from 'chai'
import { announcedStores } from '../../src/application/announced-stores.js'
import type { Changes } from '../../src/application/ports/change-channel.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { World } from '../contract/world.js'
import { aSchedule } from '../support/factories.js'
import { memoryHarness } from '../support/memory-harness.js'

describe('stores that announce what they commit', () => {
  let world: World
  let stores: Stores
  let heard: Changes[]

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    stores = announcedStores(world.stores)
    heard = []
    stores.changes.follow((changes) => heard.push(changes))
  })

  it('tell of the new job of a retry and of the old one, once', async () => {
    const { jobId } = await world.failed()
    const newJobId = world.newId()
    await stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)
    await stores.jobs.retry([{ jobId, newJobId: world.newId(), maxAttempts: null }], world.now)
    const jobs = [
      { jobId, status: null },
      { jobId: newJobId, status: 'queued' },
    ]
    expect(heard).to.deep.equal([{ jobs, definitions: [], more: false }])
  })

  it('tell that something changed when dead letters are put aside', async () => {
    const { letterId } = await world.failed()
    await stores.jobs.discard([letterId], world.now)
    await stores.jobs.discard([letterId, world.newId()], world.now)
    expect(heard).to.deep.equal([{ jobs: [], definitions: [], more: true }])
  })

  it('tell that something changed when a schedule is made, changed or removed', async () => {
    const schedule = aSchedule()
    const change = { schedule, ticks: [] }
    for (let times = 0; times < 2; times += 1) {
      await stores.schedules.create([schedule])
      await stores.schedules.change([change])
    }
    await stores.schedules.remove([schedule.id])
    await stores.schedules.remove([schedule.id])
    expect(heard).to.deep.equal(Array(3).fill({ jobs: [], definitions: [], more: true }))
  })

  it('tell which definition was paused or resumed', async () => {
    await world.publish({})
    await stores.definitions.setPaused('work', true)
    await stores.definitions.setPaused('nobody', true)
    expect(heard).to.deep.equal([{ jobs: [], definitions: ['work'], more: false }])
  })
})
