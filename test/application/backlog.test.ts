import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { Backlog } from '../../src/application/backlog.js'
import { EnqueueBatch } from '../../src/application/enqueue-batch.js'
import { EnqueueJobs, type EnqueueAnswer, type EnqueueRequest } from '../../src/application/enqueue-jobs.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { StorageUnavailableError, type JobServerError } from '../../src/domain/errors.js'
import { World } from '../contract/world.js'
import { memoryHarness } from '../support/memory-harness.js'

describe('Backlog', () => {
  let world: World
  let counts: number
  let costMs: number
  let counted: () => void

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    counts = 0
    costMs = 0
    counted = () => undefined
  })

  function enqueuers(maxQueued: number): { readonly one: EnqueueJobs; readonly all: EnqueueBatch } {
    const { jobs, definitions, notifier, queries } = world.stores
    const watched = {
      keyHolders: queries.keyHolders.bind(queries),
      queuedUpTo: async (limit: number) => {
        counts += 1
        counted()
        const queued = await queries.queuedUpTo(limit)
        world.clock.advance(costMs)
        return queued
      },
    }
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const backlog = new Backlog(watched, world.clock, maxQueued)
    const registry = new JobRegistry()
    const args = [registry, notifier, world.clock, world.newId, sha256, () => null, backlog] as const
    const one = new EnqueueJobs(jobs, definitions, ...args)
    return { one, all: new EnqueueBatch(one, jobs, backlog) }
  }

  const enqueuer = (maxQueued: number): EnqueueJobs => enqueuers(maxQueued).one

  const plain: EnqueueRequest = { definitionKey: 'work' }
  const keyed = (key: string, n = 1): EnqueueRequest => ({
    ...plain,
    idempotency: { key, body: { n } },
  })
  const told = (answers: readonly EnqueueAnswer[]) =>
    answers.map((answer) => ('error' in answer ? answer.error.code : answer.duplicate ? 'duplicate' : 'kept'))

  it('lets in as many as may wait and refuses the rest, alone or in one batch, with a time to come again', async () => {
    const enqueue = enqueuer(3)
    expect(told(await enqueue.execute([plain]))).to.deep.equal(['kept'])
    const answers = await enqueue.execute([plain, plain, plain])
    expect(told(answers)).to.deep.equal(['kept', 'kept', 'backlog-full'])
    const [refused] = await enqueue.execute([plain])
    expect(refused).to.have.nested.property('error.details.retryAfterSeconds', 1)
    expect(await world.stores.queries.queuedUpTo(10)).to.equal(3)
  })

  it('still answers what is there already: the job of a key, and that its body differs', async () => {
    const enqueue = enqueuer(2)
    const [first] = await enqueue.execute([keyed('a'), keyed('b')])
    const answers = await enqueue.execute([plain, keyed('a'), keyed('c'), keyed('b', 2), keyed('a')])
    const expected = ['backlog-full', 'duplicate', 'backlog-full', 'idempotency-key-reused', 'duplicate']
    expect(told(answers)).to.deep.equal(expected)
    expect(answers[1]).to.have.nested.property(
      'job.id',
      first !== undefined && 'job' in first && first.job.id,
    )
  })

  it('finds the key of a job that came in the same batch', async () => {
    const answers = await enqueuer(1).execute([keyed('a'), keyed('a')])
    expect(told(answers)).to.deep.equal(['kept', 'duplicate'])
  })

  it('takes no room for a batch that it refuses, nor for jobs that are there already', async () => {
    const { one, all } = enqueuers(3)
    await one.execute([keyed('a')])
    const refused = async (requests: readonly EnqueueRequest[]): Promise<unknown> =>
      all.execute(requests).then(
        () => 'kept',
        (error: unknown) => {
          const { code, details } = error as JobServerError
          return [code, details.retryAfterSeconds]
        },
      )
    expect(await refused([plain, plain, plain])).to.deep.equal(['backlog-full', 1])
    expect(await refused([plain, keyed('a', 2)])).to.deep.equal(['idempotency-key-reused', undefined])
    expect(told(await all.execute([keyed('a'), keyed('a')]))).to.deep.equal(['duplicate', 'duplicate'])
    expect(told(await one.execute([keyed('a'), keyed('a')]))).to.deep.equal(['duplicate', 'duplicate'])
    expect(told(await one.execute([plain, plain, plain]))).to.deep.equal(['kept', 'kept', 'backlog-full'])
    expect(counts).to.equal(1)
  })

  it('answers a batch again that was accepted before, however full it is, and asks for no room for what is there', async () => {
    const { all } = enqueuers(3)
    const outcome = (requests: readonly EnqueueRequest[]): Promise<unknown> =>
      all.execute(requests).then(told, (error: unknown) => (error as JobServerError).code)
    expect(await outcome([keyed('a'), keyed('b')])).to.deep.equal(['kept', 'kept'])
    expect(await outcome([keyed('a'), keyed('c')])).to.deep.equal(['duplicate', 'kept'])
    expect(await outcome([keyed('a'), keyed('b'), keyed('a')])).to.deep.equal(Array(3).fill('duplicate'))
    expect(await outcome([keyed('a'), keyed('b', 2)])).to.equal('idempotency-key-reused')
    expect(await outcome([keyed('a'), plain])).to.equal('backlog-full')
    expect(await world.stores.queries.queuedUpTo(10)).to.equal(3)
  })

  it('counts at most once a second, however many requests come, and then sees what workers took', async () => {
    const enqueue = enqueuer(50)
    for (let n = 0; n < 100; n++) await enqueue.execute([plain])
    expect(counts).to.equal(1)
    const worker = await world.worker()
    expect(await world.claim(worker, 20)).to.have.length(20)
    expect(told(await enqueue.execute([plain]))).to.deep.equal(['backlog-full'])
    world.clock.advance(1_000)
    expect(told(await enqueue.execute(Array(21).fill(plain)))).to.deep.equal([
      ...Array(20).fill('kept'),
      'backlog-full',
    ])
    expect(counts).to.equal(2)
  })

  it('counts less often when counting takes long', async () => {
    const enqueue = enqueuer(50)
    costMs = 200
    await enqueue.execute([plain])
    world.clock.advance(3_999)
    await enqueue.execute([plain])
    expect(counts).to.equal(1)
    world.clock.advance(1)
    await enqueue.execute([plain])
    expect(counts).to.equal(2)
  })

  it('counts once for callers that come at the same time', async () => {
    const enqueue = enqueuer(5)
    const answers = await Promise.all(Array.from({ length: 10 }, () => enqueue.execute([plain])))
    expect(counts).to.equal(1)
    expect(told(answers.flat()).filter((answer) => answer === 'kept')).to.have.length(5)
  })

  it('fails as the database does, and counts again at the next request', async () => {
    const enqueue = enqueuer(5)
    counted = () => {
      throw new StorageUnavailableError(null)
    }
    const failure = await enqueue.execute([plain]).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(StorageUnavailableError)
    counted = () => undefined
    expect(told(await enqueue.execute([plain]))).to.deep.equal(['kept'])
  })
})
