import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { EnqueueBatch } from '../../src/application/enqueue-batch.js'
import { EnqueueJobs, type EnqueueAnswer, type EnqueueRequest } from '../../src/application/enqueue-jobs.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import type { JobServerError } from '../../src/domain/errors.js'
import type { Job } from '../../src/domain/job.js'
import { aDefinition } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { sequentialIds, uuid } from '../support/ids.js'
import { hintsOf } from '../support/recording.js'

describe('EnqueueJobs', () => {
  let clock: FakeClock
  let stores: Stores
  let enqueue: EnqueueJobs
  let batch: EnqueueBatch
  let hints: string[][]
  let enqueueInto: (jobs: Pick<Stores['jobs'], 'insert'>) => EnqueueJobs

  beforeEach(async () => {
    clock = new FakeClock()
    stores = createMemoryStores({ clock })
    const registry = new JobRegistry()
    const parse = (input: unknown): unknown => {
      const { n } = input as { n?: unknown }
      if (typeof n === 'number') return input
      throw Object.assign(new Error('bad'), {
        issues: [{ path: ['n', 0, 'a/b'], message: 'is not a number' }],
      })
    }
    registry.register({ key: 'checked', version: 1, params: { parse }, run: () => null })
    await stores.definitions.publish([
      aDefinition({ defaultMaxAttempts: 2 }),
      aDefinition({ version: 2, defaultMaxAttempts: 7 }),
      aDefinition({ key: 'checked' }),
    ])
    const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
    const { jobs, definitions, notifier } = stores
    const callbackFlaw = (url: string): string | null => (url.includes('10.0.0.1') ? 'is private' : null)
    const args = [registry, notifier, clock, sequentialIds(), sha256, callbackFlaw] as const
    enqueueInto = (store) => new EnqueueJobs(store, definitions, ...args)
    enqueue = enqueueInto(jobs)
    batch = new EnqueueBatch(enqueue, jobs)
    hints = hintsOf(notifier)
  })

  it('accepts all of a batch or none, and says everything that is wrong with it', async () => {
    const good = { definitionKey: 'work', idempotency: { key: 'k', body: 1 } }
    const bad = [good, { definitionKey: 'unknown' }, { definitionKey: 'checked', params: { n: 'x' } }]
    const error = await batch.execute(bad).catch((thrown: unknown) => thrown as JobServerError)
    expect(error).to.have.property('code', 'unknown-definition')
    expect((error as JobServerError).message).to.include('2 of 3')
    expect((error as JobServerError).details.flaws?.map(({ pointer }) => pointer)).to.deep.equal([
      '/jobs/1/definitionKey',
      '/jobs/2/params/n/0/a~1b',
    ])
    expect((await stores.queries.list({}, { limit: 1, offset: 0 })).total).to.equal(0)
    expect(hints).to.deep.equal([])

    const answers = await batch.execute([good, good, { definitionKey: 'work' }])
    expect(answers.map(({ duplicate }) => duplicate)).to.deep.equal([false, true, false])
    expect(hints).to.deep.equal([['work']])
    const reused = { ...good, idempotency: { key: 'k', body: 2 } }
    const refused = await batch
      .execute([{ definitionKey: 'work' }, reused])
      .catch((thrown: unknown) => thrown)
    expect(refused).to.have.property('code', 'idempotency-key-reused')
    expect((refused as JobServerError).details.flaws?.[0]?.pointer).to.equal('/jobs/1')
    expect((await stores.queries.list({}, { limit: 1, offset: 0 })).total).to.equal(2)
  })

  it('fills in what the caller left out: the newest version, its attempts, now', async () => {
    const [job] = await accepted({ definitionKey: 'work' })
    expect(job).to.deep.include({
      id: uuid(1),
      status: 'queued',
      definitionVersion: 2,
      params: {},
      priority: 0,
      maxAttempts: 7,
      runAt: clock.now(),
      queuedAt: clock.now(),
      idempotencyKey: null,
    })
  })

  it('keeps what the caller says', async () => {
    const [job] = await accepted({
      definitionKey: 'work',
      definitionVersion: 1,
      params: { a: 1 },
      priority: -3,
      maxAttempts: 9,
      delaySeconds: 1.5,
    })
    expect(job).to.deep.include({ definitionVersion: 1, params: { a: 1 }, priority: -3, maxAttempts: 9 })
    expect(job?.runAt).to.deep.equal(clock.in(1_500))
    const runAt = clock.in(60_000)
    expect((await accepted({ definitionKey: 'work', runAt }))[0]?.runAt).to.deep.equal(runAt)
  })

  it('refuses each bad request by itself and keeps the others, in order', async () => {
    const answers = await enqueue.execute([
      { definitionKey: 'nobody' },
      { definitionKey: 'work', params: { text: '\u0000' } },
      { definitionKey: 'work' },
      { definitionKey: 'work', definitionVersion: 3 },
      { definitionKey: 'checked', params: { n: 'x' } },
      { definitionKey: 'checked', params: { n: 1 } },
    ])
    expect(answers.map(codeOf)).to.deep.equal([
      'unknown-definition',
      'params-invalid',
      'queued',
      'unknown-definition',
      'params-invalid',
      'queued',
    ])
    expect(answers.map(pointersOf)).to.deep.equal([
      ['/definitionKey'],
      ['/params/text'],
      [],
      ['/definitionVersion'],
      ['/params/n/0/a~1b'],
      [],
    ])
    expect((await stores.queries.list({}, { limit: 9, offset: 0 })).total).to.equal(2)
  })

  it('knows a repeated key by its body, whatever the order of its fields', async () => {
    const first = keyed('k', { definitionKey: 'work', params: { a: 1, b: 2 } })
    const same = keyed('k', { params: { b: 2, a: 1 }, definitionKey: 'work' })
    const other = keyed('k', { definitionKey: 'work', params: { a: 1 } })
    const [job] = await accepted(first)
    const answers = await enqueue.execute([same, other])
    expect(answers[0]).to.deep.equal({ job, duplicate: true })
    expect(codeOf(answers[1])).to.equal('idempotency-key-reused')
    expect((answers[1] as { error: JobServerError }).error.details.fields).to.deep.equal({ jobId: job?.id })
  })

  it('keeps a key for the version as it was sent, not as it was found', async () => {
    const answers = await enqueue.execute([
      keyed('k', { definitionKey: 'work' }),
      { ...keyed('k', { definitionKey: 'work' }), definitionVersion: 2 },
    ])
    expect(answers.map((answer) => 'duplicate' in answer && answer.duplicate)).to.deep.equal([false, false])
  })

  it('hints each definition once, those of delayed jobs with the first time, and duplicates never', async () => {
    await accepted(
      keyed('k', { definitionKey: 'work' }),
      { definitionKey: 'work', delaySeconds: 60 },
      { definitionKey: 'work', delaySeconds: 40 },
      { definitionKey: 'work', delaySeconds: 50 },
      { definitionKey: 'checked', params: { n: 1 } },
    )
    const dueAt = new Date(clock.now().getTime() + 40_000).toISOString()
    expect(hints).to.deep.equal([
      ['work', 'checked'],
      ['work', dueAt],
    ])
    await enqueue.execute([keyed('k', { definitionKey: 'work' }), { definitionKey: 'nobody' }])
    expect(hints).to.have.length(2)
  })

  it('tells of jobs as soon as they can be claimed, and then not again', async () => {
    const seen: string[][][] = []
    const jobs: Pick<Stores['jobs'], 'insert'> = {
      insert: async (newJobs, onClaimable) => {
        const answers = await stores.jobs.insert(newJobs)
        seen.push([...hints])
        onClaimable?.(answers)
        seen.push([...hints])
        return answers
      },
    }
    await enqueueInto(jobs).execute([{ definitionKey: 'work' }])
    expect([...seen, hints]).to.deep.equal([[], [['work']], [['work']]])
  })

  it('keeps callbacks, each event once, and refuses those that may not go where they want', async () => {
    const url = 'https://receiver.example/'
    const [plain, some] = await accepted(
      { definitionKey: 'work', callback: { url } },
      { definitionKey: 'work', callback: { url, events: ['failed', 'failed'] } },
    )
    expect(plain?.callback).to.deep.equal({ url, events: ['succeeded', 'failed', 'cancelled'] })
    expect(some?.callback?.events).to.deep.equal(['failed'])
    const [refused] = await enqueue.execute([
      { definitionKey: 'work', callback: { url: 'http://10.0.0.1/' } },
    ])
    expect(codeOf(refused)).to.equal('callback-not-allowed')
    expect(pointersOf(refused!)).to.deep.equal(['/callback/url'])
  })

  it('never takes a delivery from outside', async () => {
    await stores.definitions.publish([aDefinition(DELIVERY)])
    const [answer] = await enqueue.execute([{ definitionKey: DELIVERY.key }])
    expect(codeOf(answer)).to.equal('unknown-definition')
  })

  it('answers nothing to nothing', async () => {
    expect(await enqueue.execute([])).to.deep.equal([])
  })

  async function accepted(...requests: EnqueueRequest[]): Promise<Job[]> {
    return (await enqueue.execute(requests)).map((answer) => {
      if ('job' in answer) return answer.job
      throw answer.error
    })
  }
})

function keyed(
  key: string,
  body: { definitionKey: string; params?: Record<string, number> },
): EnqueueRequest {
  return { ...body, idempotency: { key, body } }
}

function codeOf(answer: EnqueueAnswer | undefined): string | undefined {
  return answer && ('error' in answer ? answer.error.code : answer.job.status)
}

function pointersOf(answer: EnqueueAnswer): string[] {
  return 'error' in answer ? (answer.error.details.flaws ?? []).map(({ pointer }) => pointer) : []
}
