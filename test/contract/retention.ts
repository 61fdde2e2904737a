import { expect } from './expect.js'
import type { PruneAnswer, PruneRequest } from '../../src/application/ports/history-store.js'
import type { ActiveJob, FinalStatus } from '../../src/domain/job.js'
import { newLogLine } from '../../src/domain/job-log.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import type { Case, World } from './world.js'

const VIDEO = { key: 'encode.video', version: 1 }

export function retentionContract(promise: Case, features: StoreHarness['features']): void {
  promise('removes a finished job with everything that belongs to it', async (world) => {
    for (const status of ['succeeded', 'failed', 'cancelled'] as const) {
      // Nobody uses the key again: the invariants would see it if it stayed.
      const id = await finished(world, status, { idempotency: { key: status, version: 0, bodyHash: 'body' } })
      expect(await prune(world, { endedBefore: { [status]: world.clock.in(1) } })).to.equal(1)
      expect(await everythingOf(world, id), status).to.deep.equal(NOTHING)
    }
  })

  promise('keeps what ended at its instant or later, and each status that has no instant', async (world) => {
    const ids = [await finished(world, 'succeeded'), await finished(world, 'failed')]
    const before = await Promise.all(ids.map((id) => everythingOf(world, id)))
    expect(await prune(world, { endedBefore: { succeeded: world.now } })).to.equal(0)
    expect(await prune(world, { endedBefore: { cancelled: world.clock.in(9) } })).to.equal(0)
    expect(await prune(world, { endedBefore: {} })).to.equal(0)
    expect(await Promise.all(ids.map((id) => everythingOf(world, id)))).to.deep.equal(before)
  })

  promise('takes each status by its own instant', async (world) => {
    const old = [await finished(world, 'succeeded'), await finished(world, 'failed')]
    world.clock.advance(1_000)
    const young = [await finished(world, 'succeeded'), await finished(world, 'failed')]
    const endedBefore = { succeeded: world.clock.in(1), failed: world.now }
    expect(await prune(world, { endedBefore })).to.equal(3)
    expect(await existing(world, [...old, ...young])).to.deep.equal([young[1]])
  })

  promise('takes no more than asked, and those first that ended first', async (world) => {
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) {
      ids.push(await finished(world, 'succeeded'))
      world.clock.advance(1_000)
    }
    expect(await prune(world, { limit: 2 })).to.equal(2)
    expect(await existing(world, ids)).to.deep.equal(ids.slice(2))
    expect(await prune(world, { limit: 2 })).to.equal(2)
    expect(await prune(world, { limit: 2 })).to.equal(1)
    expect(await prune(world, { limit: 2 })).to.equal(0)
  })

  promise('never takes a live job, however old', async (world) => {
    const running = await world.running()
    const cancelling = await world.running()
    const requeued = await world.running()
    await world.settle(requeued, outcomeOf.requeued(requeued, world.now))
    const [queued = ''] = await world.insert({ runAt: world.clock.in(9_000) })
    await world.stores.jobs.requestCancel([cancelling.id], world.now, world.newId)
    const ids = [running.id, cancelling.id, requeued.id, queued]
    const before = await Promise.all(ids.map((id) => everythingOf(world, id)))
    world.clock.advance(1e12)
    expect(await prune(world, {})).to.equal(0)
    expect(await Promise.all(ids.map((id) => everythingOf(world, id)))).to.deep.equal(before)
  })

  promise('frees the idempotency key of a job, whatever version it was sent with', async (world) => {
    for (const version of [0, 1]) {
      const idempotency = { key: 'once', version, bodyHash: 'body' }
      const id = await finished(world, 'succeeded', { idempotency })
      expect(await prune(world, {})).to.equal(1)
      const [answer] = await world.stores.jobs.insert([
        world.newJob({ idempotency, runAt: world.clock.in(9_000) }),
      ])
      expect(answer?.outcome).to.equal('inserted')
      const [again] = await world.stores.jobs.insert([
        world.newJob({ idempotency, runAt: world.clock.in(9_000) }),
      ])
      expect(again?.outcome).to.equal('duplicate')
      expect(await everythingOf(world, id)).to.deep.equal(NOTHING)
    }
  })

  promise(
    'takes the link of a retry with the job that was retried, and leaves the new one',
    async (world) => {
      const { jobId } = await world.failed()
      const newJobId = world.newId()
      await world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)
      expect(await prune(world, {})).to.equal(1)
      expect(await world.record(newJobId)).to.deep.include({ retriedFrom: null })
    },
  )

  promise('leaves every other job as it was', async (world) => {
    const ids = [await finished(world, 'succeeded'), await finished(world, 'failed')]
    const before = await Promise.all(ids.map((id) => everythingOf(world, id)))
    await finished(world, 'cancelled')
    expect(await prune(world, { endedBefore: { cancelled: world.clock.in(1) } })).to.equal(1)
    expect(await Promise.all(ids.map((id) => everythingOf(world, id)))).to.deep.equal(before)
  })

  promise('changes nothing once another term has begun, or the lead was given up', async (world) => {
    const id = await finished(world, 'succeeded')
    const before = await everythingOf(world, id)
    const old = await world.leadership()
    world.expireLeases()
    const renewed = await world.stores.leaders.acquire(old, 1_000)
    expect(await ask(world, { leadership: old })).to.deep.equal({ outcome: 'superseded' })
    expect(renewed?.term).to.equal(old.term + 1)
    world.expireLeases()
    const heir = await world.stores.leaders.acquire({ ...old, holder: world.newId() }, 1_000)
    expect(await ask(world, { leadership: old })).to.deep.equal({ outcome: 'superseded' })
    await world.stores.leaders.resign(heir!)
    expect(await ask(world, { leadership: heir! })).to.deep.equal({ outcome: 'superseded' })
    const stranger = { name: 'nobody', holder: world.newId(), term: 1 }
    expect(await ask(world, { leadership: stranger })).to.deep.equal({ outcome: 'superseded' })
    expect(await everythingOf(world, id)).to.deep.equal(before)
  })

  promise('tells which names of files its jobs still name, live or finished', async (world) => {
    await world.publish(VIDEO, {})
    const worker = await world.worker()
    const done = await video(world, worker, 'uploads/done.mp4', 'outputs/done-720p.mp4')
    await world.insert({ definitionKey: VIDEO.key, params: { inputPath: '/srv/data/uploads//queued.mp4' } })
    await world.insert({ params: { inputPath: 'uploads/of-another-definition.mp4' } })
    await world.insert({ definitionKey: VIDEO.key, params: { inputPath: 7 } })
    await world.insert({ definitionKey: VIDEO.key, priority: 9, params: { inputPath: 'running.mp4' } })
    const [running] = await world.claim(worker, 1, [VIDEO])
    expect(running?.params).to.deep.equal({ inputPath: 'running.mp4' })
    const names = ['done.mp4', 'done-720p.mp4', 'queued.mp4', 'running.mp4', 'of-another-definition.mp4', "'"]
    const named = async (): Promise<string[]> => [...(await world.stores.history.namedFiles(names))].sort()
    expect(await named()).to.deep.equal(['done-720p.mp4', 'done.mp4', 'queued.mp4', 'running.mp4'])
    expect(await prune(world, { limit: 1 })).to.equal(1)
    expect(await existing(world, [done])).to.deep.equal([])
    expect(await named()).to.deep.equal(['queued.mp4', 'running.mp4'])
  })

  promise('tells of the longest name that a video may have, too', async (world) => {
    await world.publish(VIDEO)
    // Different characters, of which no index makes less.
    const name = String.fromCodePoint(
      ...Array.from({ length: 341 }, (_, n) => 0x4e00 + ((n * 7_919) % 20_000)),
    )
    await video(world, await world.worker(), name, 'outputs/x.mp4')
    expect([...(await world.stores.history.namedFiles([name]))]).to.deep.equal([name])
  })

  if (features.concurrentClaims)
    promise('takes each job once when several prune at the same time', async (world) => {
      const running = await many(world, 120)
      await world.succeed(...running)
      const leadership = await world.leadership()
      let removed = 0
      while (removed < 120) {
        const answers = await Promise.all(
          Array.from({ length: 6 }, () => ask(world, { leadership, limit: 7 })),
        )
        removed += answers.reduce((sum, answer) => sum + (answer.outcome === 'pruned' ? answer.jobs : 0), 0)
      }
      expect(removed).to.equal(120)
      expect(
        await existing(
          world,
          running.map(({ id }) => id),
        ),
      ).to.deep.equal([])
    })
}

const NOTHING = { job: null, events: null, attempts: null, logs: null, dead: null }

async function everythingOf(world: World, id: string): Promise<unknown> {
  const { queries } = world.stores
  const [job, events, attempts, logs, dead] = await Promise.all([
    queries.get(id),
    queries.events(id, 0, 1_000),
    queries.attempts(id, 1_000),
    queries.logs(id, { after: 0, limit: 1_000 }),
    queries.deadLetterOf(id),
  ])
  return { job, events, attempts, logs, dead }
}

async function existing(world: World, ids: readonly string[]): Promise<string[]> {
  const records = await Promise.all(ids.map((id) => world.stores.queries.get(id)))
  return records.flatMap((record) => record?.job.id ?? [])
}

/** A job that ended just now, with an earlier run, and a log. */
async function finished(
  world: World,
  status: FinalStatus,
  facts: Parameters<World['running']>[0] = {},
): Promise<string> {
  const first = await world.running(facts)
  await world.settle(first, outcomeOf.requeued(first, world.now))
  const [job] = (await world.claim(await world.worker(), 1)) as [ActiveJob]
  const lines = [newLogLine('info', 'hello', {}, world.now)]
  await world.stores.logs.append([{ jobId: job.id, run: job.run, lines, dropped: 0 }])
  if (status === 'cancelled') await world.stores.jobs.requestCancel([job.id], world.now, world.newId)
  const outcome = {
    succeeded: () => outcomeOf.succeeded(job),
    failed: () => outcomeOf.dead(job, world.newId()),
    cancelled: () => outcomeOf.cancelled(job),
  }
  expect(await world.settle(job, outcome[status]())).to.equal('applied')
  return job.id
}

async function many(world: World, count: number): Promise<readonly ActiveJob[]> {
  await world.publish({})
  await world.insert(...Array.from({ length: count }, () => ({})))
  return world.claim(await world.worker(), count)
}

async function video(world: World, worker: string, inputPath: string, outputPath: string): Promise<string> {
  await world.insert({ definitionKey: VIDEO.key, params: { inputPath } })
  const [job] = (await world.claim(worker, 1, [VIDEO])) as [ActiveJob]
  await world.settle(job, outcomeOf.succeeded(job, { outputPath }))
  return job.id
}

async function ask(world: World, request: Partial<PruneRequest>): Promise<PruneAnswer> {
  const over = world.clock.in(1)
  return world.stores.history.prune({
    leadership: request.leadership ?? (await world.leadership()),
    endedBefore: { succeeded: over, failed: over, cancelled: over },
    limit: 100,
    ...request,
  })
}

async function prune(world: World, request: Partial<PruneRequest>): Promise<number> {
  const answer = await ask(world, request)
  if (answer.outcome === 'superseded') throw new Error('the term is over')
  return answer.jobs
}
