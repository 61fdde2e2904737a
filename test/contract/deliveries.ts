import { expect } from './expect.js'
import type { Callback } from '../../src/domain/callback.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import type { ActiveJob, Job } from '../../src/domain/job.js'
import { decideOutcome } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aDefinition, outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import type { Case, World } from './world.js'

const URL = 'https://receiver.example/hook?a=1'
const ENDS: Callback = { url: URL, events: ['succeeded', 'failed', 'cancelled'] }

export function deliveriesContract(
  promise: Case,
  { concurrentClaims, refusesTakenIds }: StoreHarness['features'],
): void {
  promise('keeps a callback with its job, wherever that is read', async (world) => {
    const job = await world.running({ callback: ENDS })
    expect(job.callback).to.deep.equal(ENDS)
    const [queued = ''] = await world.insert({ callback: { url: URL, events: ['cancelled'] } })
    expect((await world.job(queued)).callback).to.deep.equal({ url: URL, events: ['cancelled'] })
    const [listed] = (await world.stores.queries.list({ statuses: ['running'] }, { limit: 1, offset: 0 }))
      .jobs
    expect(listed?.job.callback).to.deep.equal(ENDS)
    await end(world, job, { kind: 'succeeded', result: null })
    expect((await world.job(job.id)).callback).to.deep.equal(ENDS)
  })

  promise('keeps the delivery of an end together with it: a queued job, due at once', async (world) => {
    const job = await world.running({ callback: ENDS })
    world.clock.advance(1_000)
    expect(await end(world, job, { kind: 'succeeded', result: 1 })).to.equal('applied')
    const [delivery, ...others] = await deliveries(world, job.id)
    expect(others).to.deep.equal([])
    expect(delivery).to.deep.include({
      definitionKey: DELIVERY.key,
      definitionVersion: DELIVERY.version,
      status: 'queued',
      runAt: world.now,
      queuedAt: world.now,
      callback: null,
      params: {
        messageId: delivery?.id,
        jobId: job.id,
        event: 'succeeded',
        occurredAt: world.now.toISOString(),
      },
    })
    expect(await world.job(delivery?.id)).to.deep.equal(delivery)
    expect(await world.eventTypes(delivery?.id ?? '')).to.deep.equal(['queued'])
  })

  promise('hands a delivery to a worker like any other job, before what waits longer', async (world) => {
    await world.publish(aDefinition({ ...DELIVERY }))
    const job = await world.running({ callback: ENDS })
    await world.insert({ priority: 100 })
    await end(world, job, { kind: 'succeeded', result: null })
    const [first] = await world.claim(await world.worker(), 1, [{ key: 'work', version: 1 }, DELIVERY])
    expect(first?.params).to.include({ jobId: job.id, event: 'succeeded' })
  })

  promise('tells of each event that was asked for, and of no other', async (world) => {
    const events = ['retry_scheduled', 'failed'] as const
    const job = await world.running({ callback: { url: URL, events }, maxAttempts: 2 })
    await end(world, job, { kind: 'error', message: 'no' })
    world.clock.advance(60_000)
    const [again] = await world.claim(await world.worker(), 1)
    await end(world, again!, { kind: 'error', message: 'no' })
    const told = await deliveries(world, job.id)
    expect(told.map(({ params }) => params['event'])).to.deep.equal(['failed', 'retry_scheduled'])
    const silent = await world.running({ callback: { url: URL, events } })
    await end(world, silent, { kind: 'succeeded', result: null })
    expect(await deliveries(world, silent.id)).to.deep.equal([])
  })

  promise('makes no delivery when the outcome is not applied', async (world) => {
    const job = await world.running({ callback: ENDS })
    const stale = { ...job, lease: { ...job.lease, run: 7 } }
    expect(await end(world, stale, { kind: 'succeeded', result: null })).to.equal('lease_lost')
    expect(await end(world, job, { kind: 'succeeded', result: null })).to.equal('applied')
    expect(await end(world, job, { kind: 'succeeded', result: null })).to.equal('lease_lost')
    expect(await deliveries(world, job.id)).to.have.length(1)
    const asked = await world.running({ callback: ENDS, maxAttempts: 1 })
    await world.stores.jobs.requestCancel([asked.id], world.now, world.newId)
    expect(await end(world, asked, { kind: 'error', message: 'no' })).to.equal('cancelling')
    expect(await deliveries(world, asked.id)).to.deep.equal([])
  })

  promise('keeps neither the end nor its delivery when one of them cannot be stored', async (world) => {
    const job = await world.running({ callback: ENDS })
    const other = await world.running({ callback: ENDS })
    const outcome = decide(world, job, { kind: 'succeeded', result: null })
    const unfit = { ...outcome, attempts: 99 }
    const settlements = [
      { lease: job.lease, outcome: unfit },
      { lease: other.lease, outcome: decide(world, other, { kind: 'succeeded', result: null }) },
    ]
    expect(await world.stores.jobs.settle(settlements, world.now)).to.deep.equal(['rejected', 'applied'])
    expect((await world.job(job.id)).status).to.equal('running')
    expect(await deliveries(world, job.id)).to.deep.equal([])
    expect(await deliveries(world, other.id)).to.have.length(1)
  })

  if (refusesTakenIds)
    promise(
      'keeps no end whose delivery cannot be stored, and everything else of the batch',
      async (world) => {
        const [job, other] = [
          await world.running({ callback: ENDS }),
          await world.running({ callback: ENDS }),
        ]
        const taken = (): string => other.id
        const at = { now: world.now, random: 0, policy: DEFAULT_RETRY_POLICY, newId: taken }
        const settlements = [
          { lease: job.lease, outcome: decideOutcome(job, { kind: 'succeeded', result: null }, at) },
          { lease: other.lease, outcome: decide(world, other, { kind: 'error', message: 'no' }) },
        ]
        const before = await world.everythingOf(job.id)
        expect(await world.stores.jobs.settle(settlements, world.now)).to.deep.equal(['rejected', 'applied'])
        expect(await world.everythingOf(job.id)).to.deep.equal(before)
        expect((await world.job(other.id)).status).to.equal('queued')
        const cancelled = await world.insert({ callback: ENDS })
        const refused = await world.stores.jobs
          .requestCancel(cancelled, world.now, taken)
          .catch(() => 'refused')
        expect(refused).to.equal('refused')
        expect(await world.statuses(cancelled)).to.deep.equal(['queued'])
      },
    )

  promise('settles jobs with and without a callback together', async (world) => {
    const jobs = [await world.running(), await world.running({ callback: ENDS }), await world.running()]
    const settlements = jobs.map((job) => ({
      lease: job.lease,
      outcome: decide(world, job, { kind: 'succeeded', result: null }),
    }))
    const answers = await world.stores.jobs.settle(settlements, world.now)
    expect(answers).to.deep.equal(['applied', 'applied', 'applied'])
    expect(await Promise.all(jobs.map(async ({ id }) => (await deliveries(world, id)).length))).to.deep.equal(
      [0, 1, 0],
    )
  })

  promise('tells of queued jobs that are cancelled at once, among others, and only once', async (world) => {
    await world.publish({})
    const [plain = '', told = '', silent = ''] = await world.insert(
      {},
      { callback: ENDS },
      { callback: { url: URL, events: ['failed'] } },
    )
    const ids = [told, plain, silent]
    const cancel = (): ReturnType<World['stores']['jobs']['requestCancel']> =>
      world.stores.jobs.requestCancel(ids, world.now, world.newId)
    expect((await cancel()).map(({ outcome }) => outcome)).to.deep.equal(ids.map(() => 'cancelled'))
    expect((await cancel()).map(({ outcome }) => outcome)).to.deep.equal(ids.map(() => 'already_finished'))
    expect(await deliveries(world, plain)).to.deep.equal([])
    expect(await deliveries(world, silent)).to.deep.equal([])
    const made = await deliveries(world, told)
    expect(made.map(({ params }) => params['event'])).to.deep.equal(['cancelled'])
  })

  promise('asks for the end of a running job without telling of it yet', async (world) => {
    const job = await world.running({ callback: ENDS })
    await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
    expect(await deliveries(world, job.id)).to.deep.equal([])
    await end(world, { ...job, status: 'cancelling' }, { kind: 'cancelled' })
    expect((await deliveries(world, job.id)).map(({ params }) => params['event'])).to.deep.equal([
      'cancelled',
    ])
  })

  promise('gives the callback to the retry of a job, too', async (world) => {
    const job = await world.running({ callback: ENDS })
    await end(world, job, { kind: 'error', message: 'no', permanent: true })
    const newJobId = world.newId()
    await world.stores.jobs.retry([{ jobId: job.id, newJobId, maxAttempts: null }], world.now)
    expect((await world.job(newJobId)).callback).to.deep.equal(ENDS)
  })

  promise('lists deliveries of one job, newest first, retried ones too; none of strangers', async (world) => {
    const job = await world.running({ callback: ENDS })
    const other = await world.running({ callback: ENDS })
    for (const one of [job, other]) await end(world, one, { kind: 'succeeded', result: null })
    await world.publish(aDefinition({ ...DELIVERY }))
    const claimed = await world.claim(await world.worker(), 2, [DELIVERY])
    const mine = claimed.find(({ params }) => params['jobId'] === job.id)!
    await world.settle(mine, outcomeOf.dead(mine, world.newId()))
    const newJobId = world.newId()
    await world.stores.jobs.retry([{ jobId: mine.id, newJobId, maxAttempts: null }], world.now)
    const listed = await deliveries(world, job.id)
    expect(listed.map(({ id, status }) => [id, status])).to.deep.equal([
      [newJobId, 'queued'],
      [mine.id, 'failed'],
    ])
    // The receiver knows the message by its id.
    expect(listed.map(({ params }) => params['messageId'])).to.deep.equal([mine.id, mine.id])
    expect(await world.stores.queries.deliveries(world.newId())).to.equal(null)
    expect(await deliveries(world, mine.id)).to.deep.equal([])
  })

  promise('forgets deliveries like other jobs', async (world) => {
    await world.publish(aDefinition({ ...DELIVERY }))
    const job = await world.running({ callback: ENDS })
    await end(world, job, { kind: 'succeeded', result: null })
    const [delivery] = await world.claim(await world.worker(), 1, [DELIVERY])
    await world.succeed(delivery!)
    world.clock.advance(1)
    const leadership = await world.leadership()
    const request = { leadership, endedBefore: { succeeded: world.now }, limit: 10 }
    expect(await world.stores.history.prune(request)).to.deep.equal({ outcome: 'pruned', jobs: 2 })
    expect(await world.stores.queries.deliveries(job.id)).to.equal(null)
    expect(await world.stores.queries.get(delivery!.id)).to.equal(null)
  })

  if (!concurrentClaims) return

  promise(
    'makes one delivery of a queued job, however many cancel it and claim it at once',
    async (world) => {
      await world.publish({})
      const worker = await world.worker()
      for (let round = 0; round < 20; round += 1) {
        const [id = ''] = await world.insert({ callback: ENDS })
        const [claimed] = await Promise.all([
          world.claim(worker, 1),
          ...[1, 2, 3].map(() => world.stores.jobs.requestCancel([id], world.now, world.newId)),
        ])
        for (const job of claimed) await end(world, { ...job, status: 'cancelling' }, { kind: 'cancelled' })
        expect((await world.job(id)).status).to.equal('cancelled')
        expect(await deliveries(world, id)).to.have.length(1)
      }
    },
  )
}

function decide(world: World, job: ActiveJob, result: RunResult) {
  const at = { now: world.now, random: 0, policy: DEFAULT_RETRY_POLICY, newId: world.newId }
  return decideOutcome(job, result, at)
}

function end(world: World, job: ActiveJob, result: RunResult): ReturnType<World['settle']> {
  return world.settle(job, decide(world, job, result))
}

async function deliveries(world: World, jobId: string): Promise<readonly Job[]> {
  const found = await world.stores.queries.deliveries(jobId)
  if (found === null) throw new Error(`there is no job ${jobId}`)
  return found
}
