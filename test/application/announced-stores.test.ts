import { expect } from 'chai'
import { announcedStores } from '../../src/application/announced-stores.js'
import { NO_CHANGES, UNNAMED_CHANGES } from '../../src/application/followers.js'
import type { Changes } from '../../src/application/ports/change-channel.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { newJob } from '../../src/domain/job.js'
import { World } from '../contract/world.js'
import { aRequest, aSchedule } from '../support/factories.js'
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
    expect(heard).to.deep.equal([{ ...NO_CHANGES, jobs }])
  })

  it('tell of new jobs before others let them begin, once', async () => {
    const insert: Stores['jobs']['insert'] = async (jobs, onClaimable) => {
      const answers = await world.stores.jobs.insert(jobs)
      onClaimable?.(answers)
      return answers
    }
    const jobs = Object.assign(Object.create(world.stores.jobs) as Stores['jobs'], { insert })
    const [early, late] = [world.newJob(), world.newJob()]
    const heardBefore: number[] = []
    await announcedStores({ ...world.stores, jobs }).jobs.insert([early], () =>
      heardBefore.push(heard.length),
    )
    expect(heardBefore).to.deep.equal([1])
    await stores.jobs.insert([late])
    const expected = [early, late].map(({ id }) => ({
      ...NO_CHANGES,
      jobs: [{ jobId: id, status: 'queued' }],
    }))
    expect(heard).to.deep.equal(expected)
  })

  it('tell of the new jobs of a batch, and of one that is refused nothing', async () => {
    const idempotency = { version: 0, key: 'a', bodyHash: 'one', ttlSeconds: null }
    const [held, plain, clash] = [
      world.newJob({ idempotency }),
      world.newJob(),
      world.newJob({ idempotency: { ...idempotency, bodyHash: 'another' } }),
    ]
    expect(await stores.jobs.insertAll([held, plain])).to.include({ outcome: 'kept' })
    expect(await stores.jobs.insertAll([clash, world.newJob()])).to.include({ outcome: 'refused' })
    const jobs = [held, plain].map(({ id }) => ({ jobId: id, status: 'queued' }))
    expect(heard).to.deep.equal([{ ...NO_CHANGES, jobs }])
  })

  it('tell that something changed when dead letters are put aside', async () => {
    const { letterId } = await world.failed()
    await stores.jobs.discard([letterId], world.now)
    await stores.jobs.discard([letterId, world.newId()], world.now)
    expect(heard).to.deep.equal([UNNAMED_CHANGES])
  })

  it('tell which schedule was made, changed or removed', async () => {
    const schedule = aSchedule()
    const change = { schedule, ticks: [] }
    for (let times = 0; times < 2; times += 1) {
      await stores.schedules.create([schedule])
      await stores.schedules.change([change])
    }
    await stores.schedules.remove([schedule.id])
    await stores.schedules.remove([schedule.id])
    expect(heard).to.deep.equal(Array(3).fill({ ...NO_CHANGES, schedules: [schedule.id] }))
  })

  it('tell which schedules had slots decided, with the jobs of these, and of those that changed meanwhile nothing', async () => {
    const [a, b] = [aSchedule({ id: world.newId(), name: 'a' }), aSchedule({ id: world.newId(), name: 'b' })]
    await stores.schedules.create([a, b])
    heard.length = 0
    const skipped = {
      scheduleId: a.id,
      decidedUntil: world.now,
      nextRunAt: null,
      lastRunAt: null,
      waitingSlot: null,
      revision: a.revision,
      ticks: [],
      jobs: [],
    }
    const job = newJob(aRequest({}), world.newId(), world.now)
    const firings = [skipped, { ...skipped, scheduleId: b.id, jobs: [job] }, { ...skipped, revision: 9 }]
    await stores.schedules.fire(await world.leadership(), firings)
    const jobs = [{ jobId: job.id, status: 'queued' }]
    expect(heard).to.deep.equal([{ ...NO_CHANGES, schedules: [a.id, b.id], jobs }])
  })

  it('tell which definition was paused or resumed', async () => {
    await world.publish({})
    await stores.definitions.setPaused('work', true)
    await stores.definitions.setPaused('nobody', true)
    expect(heard).to.deep.equal([{ ...NO_CHANGES, definitions: ['work'] }])
  })
})
