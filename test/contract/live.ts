import { expect } from './expect.js'
import type { Changes } from '../../src/application/ports/change-channel.js'
import { outcomeOf } from '../support/factories.js'
import type { Case } from './world.js'

const UNKNOWN = '00000000-0000-7000-8000-00000000dead'

export function liveContract(promise: Case): void {
  promise('tell the newest event of every job that is not final, and of no other', async (world) => {
    const running = await world.running()
    const event = { lease: running.lease, type: 'note', payload: {} }
    await world.stores.jobs.appendEvents([event, event], world.now)
    const [queued = '', cancelled = ''] = await world.insert({}, {})
    await world.stores.jobs.requestCancel([cancelled, running.id], world.now, world.newId)
    const ids = [running.id, queued, cancelled, UNKNOWN]
    const heads = await world.stores.live.heads(ids)
    expect([...heads].sort()).to.deep.equal(
      [
        [running.id, 5],
        [queued, 1],
      ].sort(),
    )
    expect(await world.stores.live.heads([])).to.deep.equal(new Map())
  })

  promise('follow the count of events through a whole life', async (world) => {
    const job = await world.running()
    await world.settle(job, outcomeOf.requeued(job, world.now))
    const agree = async (): Promise<void> => {
      const heads = await world.stores.live.heads([job.id])
      expect(heads.get(job.id)).to.equal((await world.events(job.id)).length)
    }
    await agree()
    const [again] = await world.claim(await world.worker())
    if (again === undefined) throw new Error('it was not claimed again')
    await agree()
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    await agree()
    await world.settle(again, outcomeOf.cancelled(again))
    expect((await world.stores.live.heads([job.id])).size).to.equal(0)
  })

  promise('give each reader the events after its own place, as the list gives them', async (world) => {
    const job = await world.running()
    const [other = ''] = await world.insert({})
    const notes = Array.from({ length: 20 }, (_, n) => ({ lease: job.lease, type: 'note', payload: { n } }))
    await world.stores.jobs.appendEvents(notes, world.now)
    await world.succeed(job)
    const all = await world.events(job.id)
    const places = [
      { jobId: job.id, after: 0 },
      { jobId: other, after: 0 },
      { jobId: job.id, after: 20 },
      { jobId: job.id, after: 23 },
      { jobId: UNKNOWN, after: 0 },
      { jobId: job.id, after: 2_147_483_647 },
      { jobId: job.id, after: 3, most: 2 },
      { jobId: job.id, after: 0, most: 11 },
    ]
    const found = await world.stores.live.eventsAfter(places, 10)
    const few = [all.slice(3, 5), all.slice(0, 10)]
    const asIs = [all.slice(0, 10), await world.events(other), all.slice(20), [], [], []]
    expect(found).to.deep.equal([...asIs, ...few])
    expect(await world.stores.live.eventsAfter([], 10)).to.deep.equal([])
  })

  promise('serve more readers at once than anyone has patience for, in one answer', async (world) => {
    await world.publish({})
    const ids = await world.insert(...Array.from({ length: 600 }, () => ({})))
    const heads = await world.stores.live.heads(ids)
    expect(ids.map((id) => heads.get(id))).to.deep.equal(ids.map(() => 1))
    const found = await world.stores.live.eventsAfter(
      ids.map((jobId) => ({ jobId, after: 0 })),
      5,
    )
    expect(found.map((events) => events.map(({ type }) => type))).to.deep.equal(ids.map(() => ['queued']))
  })

  promise('tell those who follow what is announced, until they leave', async (world) => {
    const heard: Changes[] = []
    const leave = world.stores.changes.follow((changes) => heard.push(changes))
    const changes: Changes = {
      jobs: [{ jobId: UNKNOWN, status: 'running' }],
      definitions: ['work'],
      schedules: [UNKNOWN],
      more: false,
    }
    world.stores.changes.announce(changes)
    leave()
    leave()
    world.stores.changes.announce(changes)
    expect(heard).to.deep.equal([changes])
  })
}
