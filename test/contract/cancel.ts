import { expect } from './expect.js'
import type { CancelAnswer } from '../../src/application/ports/job-store.js'
import { isFinished } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import type { Case } from './world.js'

export function cancelContract(promise: Case, { concurrentClaims }: StoreHarness['features']): void {
  promise('ends a queued job at once; it never starts', async (world) => {
    await world.publish({})
    const [id = ''] = await world.insert({})
    const before = await world.job(id)
    world.clock.advance(30)
    const cancelled = { ...before, status: 'cancelled', finishedAt: world.now, result: null }
    expect(await world.stores.jobs.requestCancel([id], world.now, world.newId)).to.deep.equal([
      { outcome: 'cancelled', job: cancelled },
    ])
    expect(await world.job(id)).to.deep.equal(cancelled)
    expect((await world.events(id)).slice(1)).to.deep.equal([
      { id: 2, type: 'cancel_requested', at: world.now, payload: {} },
      { id: 3, type: 'cancelled', at: world.now, payload: {} },
    ])
    expect(await world.claim(await world.worker())).to.have.length(0)
  })

  promise('ends a delayed job and a waiting retry, which keeps its history', async (world) => {
    const job = await world.running()
    await world.settle(job, outcomeOf.requeued(job, world.clock.in(9_000), 'flaky'))
    const [delayed = ''] = await world.insert({ runAt: world.clock.in(60_000) })
    const answers = await world.stores.jobs.requestCancel([delayed, job.id], world.now, world.newId)
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal(['cancelled', 'cancelled'])
    expect(await world.job(job.id)).to.deep.include({
      status: 'cancelled',
      attempts: 1,
      startedAt: job.startedAt,
      workerName: job.workerName,
      errorSummary: 'flaky',
    })
  })

  promise('marks an active job, which keeps its lease and tells its worker', async (world) => {
    const job = await world.running()
    const [answer] = await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(answer).to.deep.equal({ outcome: 'cancelling', job: { ...job, status: 'cancelling' } })
    expect(await world.job(job.id)).to.deep.equal({ ...job, status: 'cancelling' })
    expect(await world.eventTypes(job.id)).to.deep.equal(['queued', 'started', 'cancel_requested'])
    expect(await world.stores.workers.cancelling(job.lease.incarnation)).to.deep.equal([job.id])
  })

  promise('may be repeated while a job is cancelling, and writes no second event', async (world) => {
    const job = await world.running()
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    world.clock.advance(10)
    const [again] = await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(again?.outcome).to.equal('cancelling')
    expect(await world.eventTypes(job.id)).to.deep.equal(['queued', 'started', 'cancel_requested'])
  })

  promise('answers a job that is named twice in one call as if it were asked twice', async (world) => {
    const { id: running } = await world.running()
    const [queued = ''] = await world.insert({})
    const ids = [queued, running, queued, running]
    const answers = await world.stores.jobs.requestCancel(ids, world.now, world.newId)
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal([
      'cancelled',
      'cancelling',
      'already_finished',
      'cancelling',
    ])
    expect(await world.eventTypes(queued)).to.deep.equal(['queued', 'cancel_requested', 'cancelled'])
  })

  promise('leaves every finished job as it is', async (world) => {
    await world.publish({})
    const [, , , queued = ''] = await world.insert({}, {}, {}, {})
    const jobs = await world.claim(await world.worker(), 3)
    for (const [index, job] of jobs.entries()) {
      const outcomes = [
        outcomeOf.succeeded(job),
        outcomeOf.cancelled(job),
        outcomeOf.dead(job, world.newId()),
      ]
      await world.settle(job, outcomes[index] ?? outcomeOf.succeeded(job))
    }
    await world.stores.jobs.requestCancel([queued], world.now, world.newId)
    const ids = [...jobs.map(({ id }) => id), queued]
    const before = await Promise.all(ids.map((id) => world.everythingOf(id)))
    world.clock.advance(10)
    const answers = await world.stores.jobs.requestCancel(ids, world.now, world.newId)
    expect(answers).to.deep.equal(
      await Promise.all(ids.map(async (id) => ({ outcome: 'already_finished', job: await world.job(id) }))),
    )
    expect(await Promise.all(ids.map((id) => world.everythingOf(id)))).to.deep.equal(before)
  })

  promise('answers a mixed batch in its own order, unknown ids and repeated ones included', async (world) => {
    const running = await world.running()
    const [queued = '', finished = ''] = await world.insert({}, {})
    await world.stores.jobs.requestCancel([finished], world.now, world.newId)
    const ids = [world.newId(), running.id, finished, queued, running.id]
    const answers = await world.stores.jobs.requestCancel(ids, world.now, world.newId)
    expect(answers.map(({ outcome }) => outcome)).to.deep.equal([
      'not_found',
      'cancelling',
      'already_finished',
      'cancelled',
      'cancelling',
    ])
    expect(answers.map((answer) => ('job' in answer ? answer.job.id : null))).to.deep.equal([
      null,
      ...ids.slice(1),
    ])
    expect(await world.stores.jobs.requestCancel([], world.now, world.newId)).to.deep.equal([])
  })

  if (!concurrentClaims) return

  promise('either keeps a job from starting or marks it, when it races with a claim', async (world) => {
    await world.publish({})
    const incarnation = await world.worker()
    for (let round = 0; round < 40; round++) {
      const ids = await world.insert({}, {}, {})
      const [answers, claimed] = await Promise.all([
        world.stores.jobs.requestCancel(ids, world.now, world.newId),
        world.claim(incarnation, 3),
      ])
      for (const [index, id] of ids.entries()) {
        const job = await world.job(id)
        const started = claimed.some((active) => active.id === id)
        expect(job.status).to.equal(started ? 'cancelling' : 'cancelled')
        expect((answers[index] as CancelAnswer).outcome).to.equal(job.status)
        expect((await world.eventTypes(id)).includes('started')).to.equal(started)
      }
      await world.stores.jobs.settle(
        claimed.map((job) => ({ lease: job.lease, outcome: outcomeOf.cancelled(job) })),
        world.now,
      )
    }
  })

  promise('is never swallowed by a re-queue that races with it', async (world) => {
    await world.publish({})
    const incarnation = await world.worker()
    for (let round = 0; round < 40; round++) {
      await world.insert({})
      const [job] = await world.claim(incarnation, 1)
      if (job === undefined) throw new Error('nothing was claimed')
      const [[cancelled], settled] = await Promise.all([
        world.stores.jobs.requestCancel([job.id], world.now, world.newId),
        world.settle(job, outcomeOf.requeued(job, world.now)),
      ])
      const { status } = await world.job(job.id)
      expect(cancelled?.outcome).to.equal(status)
      expect([status, settled]).to.be.deep.oneOf([
        ['cancelled', 'applied'],
        ['cancelling', 'cancelling'],
      ])
      if (status === 'cancelling') await world.settle(job, outcomeOf.cancelled(job))
    }
  })

  promise('never undoes a success that races with it', async (world) => {
    await world.publish({})
    const incarnation = await world.worker()
    for (let round = 0; round < 20; round++) {
      await world.insert({})
      const [job] = await world.claim(incarnation, 1)
      if (job === undefined) throw new Error('nothing was claimed')
      const [[cancelled], settled] = await Promise.all([
        world.stores.jobs.requestCancel([job.id], world.now, world.newId),
        world.settle(job, outcomeOf.succeeded(job)),
      ])
      expect(settled).to.equal('applied')
      expect(cancelled?.outcome).to.be.oneOf(['cancelling', 'already_finished'])
      expect(isFinished(await world.job(job.id))).to.equal(true)
      expect((await world.eventTypes(job.id)).at(-1)).to.equal('succeeded')
    }
  })
}
