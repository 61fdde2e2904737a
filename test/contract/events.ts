import { expect } from './expect.js'
import type { HandlerEvent } from '../../src/application/ports/job-store.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { MAX_HANDLER_EVENTS } from '../../src/domain/job-event.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import type { Case } from './world.js'

export function eventsContract(promise: Case, { concurrentClaims }: StoreHarness['features']): void {
  promise('number the life of a job from 1 without a gap', async (world) => {
    const job = await world.running()
    await world.stores.jobs.appendEvents([event(job, 'a'), event(job, 'b')], world.now)
    await world.settle(job, outcomeOf.requeued(job, world.now))
    const [again] = await world.claim(await world.worker())
    if (again === undefined) throw new Error('the job was not claimed again')
    await world.stores.jobs.appendEvents([event(again, 'c')], world.now)
    await world.settle(again, outcomeOf.dead(again, world.newId()))
    const events = await world.events(job.id)
    expect(events.map(({ type }) => type)).to.deep.equal([
      'queued',
      'started',
      'a',
      'b',
      'retry_scheduled',
      'started',
      'c',
      'moved_to_dlq',
      'failed',
    ])
    expect(events.map(({ id }) => id)).to.deep.equal(events.map((_, index) => index + 1))
  })

  promise('of several jobs in one batch keep their order within each job', async (world) => {
    await world.publish({})
    await world.insert({}, {})
    const [a, b] = (await world.claim(await world.worker())) as [ActiveJob, ActiveJob]
    const batch = [event(b, 'b1'), event(a, 'a1'), event(b, 'b2'), event(b, 'b3'), event(a, 'a2')]
    world.clock.advance(123)
    expect(await world.stores.jobs.appendEvents(batch, world.now)).to.deep.equal(Array(5).fill('applied'))
    expect((await world.eventTypes(a.id)).slice(2)).to.deep.equal(['a1', 'a2'])
    expect((await world.eventTypes(b.id)).slice(2)).to.deep.equal(['b1', 'b2', 'b3'])
    expect((await world.events(a.id))[2]?.at).to.deep.equal(world.now)
    expect(await world.stores.jobs.appendEvents([], world.now)).to.deep.equal([])
  })

  promise('give payloads back unchanged', async (world) => {
    const job = await world.running()
    const payload = {
      text: '🐎 "\\ \u2028',
      list: [1, null, { deep: [0.1] }],
      '': true,
      large: 'x'.repeat(60_000),
    }
    await world.stores.jobs.appendEvents([event(job, 'full', payload)], world.now)
    expect((await world.events(job.id)).at(-1)?.payload).to.deep.equal(payload)
  })

  promise('carry the progress of the job, the last one told', async (world) => {
    const job = await world.running()
    const tell = async (...events: HandlerEvent[]): Promise<number | null> => {
      await world.stores.jobs.appendEvents(events, world.now)
      return (await world.job(job.id)).progress
    }
    expect(await tell(progress(job, 0))).to.equal(0)
    expect(await tell(event(job, 'plain'))).to.equal(0)
    expect(await tell(progress(job, 12.5), progress(job, 33.3), event(job, 'plain'))).to.equal(33.3)
    expect(await tell(progress(job, 100))).to.equal(100)
  })

  promise('with a lease that is lost change nothing, and keep nobody else from writing', async (world) => {
    await world.publish({})
    await world.insert({}, {})
    const [job, other] = (await world.claim(await world.worker())) as [ActiveJob, ActiveJob]
    await world.settle(job, outcomeOf.requeued(job, world.now))
    await world.claim(await world.worker())
    const before = await world.everythingOf(job.id)
    const answers = await world.stores.jobs.appendEvents(
      [
        progress(job, 50),
        event(other, 'fine'),
        event({ ...other, lease: { ...other.lease, incarnation: world.newId() } }, 'foreign'),
        event({ ...other, lease: { ...other.lease, jobId: world.newId() } }, 'nowhere'),
      ],
      world.now,
    )
    expect(answers).to.deep.equal(['lease_lost', 'applied', 'lease_lost', 'lease_lost'])
    expect(await world.everythingOf(job.id)).to.deep.equal(before)
    expect((await world.eventTypes(other.id)).slice(2)).to.deep.equal(['fine'])
  })

  promise('may still be added while a job is cancelling', async (world) => {
    const job = await world.running()
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(await world.stores.jobs.appendEvents([event(job, 'cleanup')], world.now)).to.deep.equal([
      'applied',
    ])
  })

  promise('never follow the one named like the final status', async (world) => {
    const job = await world.running()
    await world.settle(job, outcomeOf.succeeded(job))
    expect(await world.stores.jobs.appendEvents([progress(job, 100)], world.now)).to.deep.equal([
      'lease_lost',
    ])
    expect((await world.eventTypes(job.id)).at(-1)).to.equal('succeeded')
    expect((await world.job(job.id)).progress).to.equal(null)
  })

  promise('beyond 10,000 of a handler are dropped and say so once, in whatever run', async (world) => {
    const first = await world.running()
    const fill = async (job: ActiveJob, count: number): Promise<string[]> => {
      const batch = Array.from({ length: count }, (_, n) => event(job, 'tick', { n }))
      return [...(await world.stores.jobs.appendEvents(batch, world.now))]
    }
    for (let kept = 0; kept < MAX_HANDLER_EVENTS - 1_000; kept += 1_000) await fill(first, 1_000)
    await world.settle(first, outcomeOf.requeued(first, world.now))
    const [job] = await world.claim(await world.worker())
    if (job === undefined) throw new Error('the job was not claimed again')

    const answers = await fill(job, 1_003)
    expect(answers.slice(0, 1_000).every((answer) => answer === 'applied')).to.equal(true)
    expect(answers.slice(1_000)).to.deep.equal(['dropped', 'dropped', 'dropped'])
    expect(await world.stores.jobs.appendEvents([progress(job, 70)], world.now)).to.deep.equal(['dropped'])
    expect((await world.job(job.id)).progress).to.equal(70)
    await world.succeed(job)

    const events = await world.events(job.id)
    expect(events.map(({ id }) => id)).to.deep.equal(events.map((_, index) => index + 1))
    expect(events.filter(({ type }) => type === 'tick')).to.have.length(MAX_HANDLER_EVENTS)
    expect(events.slice(-2).map(({ type }) => type)).to.deep.equal(['events_dropped', 'succeeded'])
  })

  if (!concurrentClaims) return

  promise('of racing writers are numbered without a gap, the final one last', async (world) => {
    await world.publish({})
    const incarnation = await world.worker()
    for (let round = 0; round < 10; round++) {
      await world.insert({})
      const [job] = await world.claim(incarnation, 1)
      if (job === undefined) throw new Error('nothing was claimed')
      const writers = Array.from({ length: 8 }, (_, n) =>
        world.stores.jobs.appendEvents([event(job, `w${n}`), event(job, `w${n}`)], world.now),
      )
      const [settled, ...answers] = await Promise.all([
        world.settle(job, outcomeOf.succeeded(job)),
        ...writers,
      ])
      expect(settled).to.equal('applied')
      const applied = answers.flat().filter((answer) => answer === 'applied')
      const events = await world.events(job.id)
      expect(events.map(({ id }) => id)).to.deep.equal(events.map((_, index) => index + 1))
      expect(events).to.have.length(3 + applied.length)
      expect(events.at(-1)?.type).to.equal('succeeded')
    }
  })
}

function event(job: ActiveJob, type: string, payload: HandlerEvent['payload'] = {}): HandlerEvent {
  return { lease: job.lease, type, payload }
}

function progress(job: ActiveJob, percent: number): HandlerEvent {
  return { lease: job.lease, type: 'progress', payload: { step: null, progress: percent }, progress: percent }
}
