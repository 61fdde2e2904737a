import { expect } from './expect.js'
import type { Settlement } from '../../src/application/ports/job-store.js'
import type { ActiveJob } from '../../src/domain/job.js'
import type { JsonValue } from '../../src/domain/json.js'
import { outcomeOf } from '../support/factories.js'
import { type Case, type World } from './world.js'

export function settleContract(promise: Case): void {
  promise('writes the result, the end and the event of a success together', async (world) => {
    const job = await world.running()
    await world.stores.jobs.appendEvents(
      [{ lease: job.lease, type: 'progress', payload: {}, progress: 99.5 }],
      world.now,
    )
    world.clock.advance(777)
    expect(await world.settle(job, outcomeOf.succeeded(job, { n: 1 }))).to.equal('applied')
    const { lease: _lease, ...facts } = job
    expect(await world.job(job.id)).to.deep.equal({
      ...facts,
      status: 'succeeded',
      result: { n: 1 },
      progress: 99.5,
      finishedAt: world.now,
    })
    expect((await world.events(job.id)).at(-1)).to.deep.equal({
      id: 4,
      type: 'succeeded',
      at: world.now,
      payload: { attempt: 1 },
    })
  })

  promise('gives results of every JSON kind back unchanged', async (world) => {
    const large = 'é'.repeat(520_000)
    const results: JsonValue[] = [
      null,
      false,
      true,
      0,
      -1.5,
      '',
      'text 🐎',
      [],
      [null, [1]],
      {},
      { '': {} },
      large,
    ]
    await world.publish({})
    await world.insert(...results.map(() => ({})))
    const jobs = await world.claim(await world.worker(), results.length)
    const settlements = jobs.map((job, index) => settlement(job, outcomeOf.succeeded(job, results[index])))
    await world.stores.jobs.settle(settlements, world.now)
    const kept = await Promise.all(jobs.map(async ({ id }) => world.job(id)))
    expect(kept.map((job) => 'result' in job && job.result)).to.deep.equal(results)
  })

  promise('keeps of each success of a batch its own worker, run, counters and event', async (world) => {
    const again = await world.running({ maxAttempts: 3 })
    await world.settle(again, outcomeOf.requeued(again, world.now))
    await world.insert({}, {})
    const second = await world.claim(await world.worker(), 1)
    const [third, fourth] = await world.claim(await world.worker({ name: 'worker-2' }), 2)
    const jobs = [...second, third, fourth].filter((job) => job !== undefined)
    expect(jobs.map(({ run }) => run)).to.deep.equal([2, 1, 1])
    const answers = await world.stores.jobs.settle(
      jobs.map((job, index) =>
        settlement(job, { ...outcomeOf.succeeded(job, index), interruptions: index === 2 ? 4 : 0 }),
      ),
      world.now,
    )
    expect(answers).to.deep.equal(['applied', 'applied', 'applied'])
    const kept = await Promise.all(jobs.map(({ id }) => world.job(id)))
    expect(
      kept.map(({ run, attempts, interruptions, workerName }) => [run, attempts, interruptions, workerName]),
    ).to.deep.equal([
      [2, 2, 0, 'worker-1'],
      [1, 1, 0, 'worker-2'],
      [1, 1, 4, 'worker-2'],
    ])
    const last = await Promise.all(jobs.map(async ({ id }) => (await world.events(id)).at(-1)?.payload))
    expect(last).to.deep.equal([{ attempt: 2 }, { attempt: 1 }, { attempt: 1 }])
  })

  promise('queues a job again with the counters it is given, due when told', async (world) => {
    const job = await world.running()
    const runAt = world.clock.in(2_500)
    const outcome = { ...outcomeOf.requeued(job, runAt, 'flaky'), attempts: 0, crashes: 2, interruptions: 5 }
    expect(await world.settle(job, outcome)).to.equal('applied')
    const { lease: _lease, ...facts } = job
    expect(await world.job(job.id)).to.deep.equal({
      ...facts,
      status: 'queued',
      runAt,
      attempts: 0,
      crashes: 2,
      interruptions: 5,
      errorSummary: 'flaky',
    })
    const incarnation = await world.worker()
    expect(await world.claim(incarnation)).to.have.length(0)
    world.clock.advance(2_500)
    expect(await world.claim(incarnation)).to.have.length(1)
  })

  promise(
    'moves a job that is given up to the dead letters, its last event named like its status',
    async (world) => {
      const job = await world.running()
      const id = world.newId()
      world.clock.advance(5)
      expect(await world.settle(job, outcomeOf.dead(job, id, 'gone'))).to.equal('applied')
      const { lease: _lease, ...facts } = job
      expect(await world.job(job.id)).to.deep.equal({
        ...facts,
        status: 'failed',
        result: null,
        errorSummary: 'gone',
        finishedAt: world.now,
      })
      expect(await world.stores.queries.deadLetterOf(job.id)).to.deep.equal({
        id,
        jobId: job.id,
        reason: 'attempts_exhausted',
        movedAt: world.now,
      })
      expect(await world.eventTypes(job.id)).to.deep.equal(['queued', 'started', 'moved_to_dlq', 'failed'])
    },
  )

  promise('cancels a running job without a dead letter', async (world) => {
    const job = await world.running()
    expect(await world.settle(job, outcomeOf.cancelled(job))).to.equal('applied')
    const after = await world.job(job.id)
    expect(after).to.include({ status: 'cancelled', result: null })
    expect(await world.stores.queries.deadLetterOf(job.id)).to.equal(null)
    expect(await world.eventTypes(job.id)).to.deep.equal(['queued', 'started', 'cancelled'])
  })

  promise('answers a mixed batch in its own order', async (world) => {
    const [a, b, c, d, e] = await fiveRunning(world)
    await world.succeed(b)
    const answers = await world.stores.jobs.settle(
      [
        settlement(e, outcomeOf.dead(e, world.newId())),
        settlement(b, outcomeOf.succeeded(b)),
        settlement(a, outcomeOf.succeeded(a)),
        { lease: { ...a.lease, jobId: world.newId() }, outcome: outcomeOf.succeeded(a) },
        settlement(d, outcomeOf.requeued(d, world.now)),
        settlement(c, outcomeOf.cancelled(c)),
      ],
      world.now,
    )
    expect(answers).to.deep.equal(['applied', 'lease_lost', 'applied', 'lease_lost', 'applied', 'applied'])
    const statuses = await world.statuses([a.id, b.id, c.id, d.id, e.id])
    expect(statuses).to.deep.equal(['succeeded', 'succeeded', 'cancelled', 'queued', 'failed'])
    expect(await world.stores.jobs.settle([], world.now)).to.deep.equal([])
  })

  promise('changes nothing for a lease that is not the present one', async (world) => {
    const job = await world.running()
    await world.settle(job, outcomeOf.requeued(job, world.now))
    const [present] = await world.claim(await world.worker())
    if (present === undefined) throw new Error('the job was not claimed again')
    const before = await world.everythingOf(job.id)
    const stale = [
      job.lease,
      { ...present.lease, run: 1 },
      { ...present.lease, run: 3 },
      { ...present.lease, incarnation: job.lease.incarnation },
      { ...present.lease, incarnation: world.newId() },
    ]
    for (const lease of stale) {
      for (const outcome of allOutcomes(world, job)) {
        expect(await world.stores.jobs.settle([{ lease, outcome }], world.now)).to.deep.equal(['lease_lost'])
      }
    }
    expect(await world.everythingOf(job.id)).to.deep.equal(before)
    expect(await world.settle(present, outcomeOf.succeeded(present))).to.equal('applied')
  })

  promise('never changes a finished job', async (world) => {
    for (const first of [0, 1, 2]) {
      const job = await world.running()
      const [finishing] = [allOutcomes(world, job)[first]]
      if (finishing === undefined) throw new Error('no such outcome')
      await world.settle(job, finishing)
      const before = await world.everythingOf(job.id)
      world.clock.advance(10)
      for (const outcome of allOutcomes(world, job))
        expect(await world.settle(job, outcome)).to.equal('lease_lost')
      expect(await world.everythingOf(job.id)).to.deep.equal(before)
    }
  })

  promise('applies one of two settles of one lease in a batch', async (world) => {
    const [a, b] = await fiveRunning(world)
    const answers = await world.stores.jobs.settle(
      [
        settlement(a, outcomeOf.succeeded(a)),
        settlement(b, outcomeOf.succeeded(b)),
        settlement(a, outcomeOf.succeeded(a)),
      ],
      world.now,
    )
    expect([answers[0], answers[2]].sort()).to.deep.equal(['applied', 'lease_lost'])
    expect(answers[1]).to.equal('applied')
    expect(await world.eventTypes(a.id)).to.deep.equal(['queued', 'started', 'succeeded'])
  })

  promise(
    'lets a cancel request win over a retry and over giving up, and changes nothing then',
    async (world) => {
      const job = await world.running()
      await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
      const before = await world.everythingOf(job.id)
      const requeued = outcomeOf.requeued(job, world.now)
      const dead = outcomeOf.dead(job, world.newId())
      expect(await world.settle(job, requeued)).to.equal('cancelling')
      expect(await world.settle(job, dead)).to.equal('cancelling')
      expect(await world.everythingOf(job.id)).to.deep.equal(before)
      expect(await world.settle(job, outcomeOf.cancelled(job))).to.equal('applied')
      expect((await world.job(job.id)).status).to.equal('cancelled')
    },
  )

  promise('lets a success win over a cancel request', async (world) => {
    const job = await world.running()
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(await world.settle(job, outcomeOf.succeeded(job, 'done'))).to.equal('applied')
    expect(await world.job(job.id)).to.include({ status: 'succeeded', result: 'done' })
    expect((await world.eventTypes(job.id)).at(-1)).to.equal('succeeded')
  })

  promise('rejects what no database can hold, and applies the rest of the batch', async (world) => {
    const [a, b, c, d] = await fiveRunning(world)
    const impossible = { attempts: a.maxAttempts + 1 }
    const before = await world.everythingOf(b.id)
    const answers = await world.stores.jobs.settle(
      [
        settlement(a, outcomeOf.succeeded(a)),
        settlement(b, { ...outcomeOf.requeued(b, world.now), ...impossible }),
        settlement(c, outcomeOf.requeued(c, world.now)),
        settlement(d, { ...outcomeOf.dead(d, world.newId()), ...impossible }),
      ],
      world.now,
    )
    expect(answers).to.deep.equal(['applied', 'rejected', 'applied', 'rejected'])
    expect(await world.everythingOf(b.id)).to.deep.equal(before)
    expect(await world.stores.queries.deadLetterOf(d.id)).to.equal(null)
    expect(await world.succeed(b, d)).to.deep.equal(['applied', 'applied'])
  })

  promise('takes the settle of a dead worker until its job is recovered', async (world) => {
    const job = await world.running()
    world.expireLeases()
    await world.stores.workers.bury(10)
    expect(await world.settle(job, outcomeOf.succeeded(job))).to.equal('applied')
    expect(await world.stores.jobs.orphans(10, new Date(0))).to.deep.equal([])
  })
}

function settlement(job: ActiveJob, outcome: Settlement['outcome']): Settlement {
  return { lease: job.lease, outcome }
}

function allOutcomes(world: World, job: ActiveJob): Settlement['outcome'][] {
  return [
    outcomeOf.succeeded(job, 'late'),
    outcomeOf.cancelled(job),
    outcomeOf.dead(job, world.newId()),
    outcomeOf.requeued(job, world.now),
  ]
}

async function fiveRunning(world: World): Promise<[ActiveJob, ActiveJob, ActiveJob, ActiveJob, ActiveJob]> {
  await world.publish({})
  await world.insert({}, {}, {}, {}, {})
  const jobs = await world.claim(await world.worker(), 5)
  return jobs as [ActiveJob, ActiveJob, ActiveJob, ActiveJob, ActiveJob]
}
