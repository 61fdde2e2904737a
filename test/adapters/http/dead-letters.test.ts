import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { decideOutcome } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: dead letters', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  /** A job that failed for good after two attempts; answers its id and that of its dead letter. */
  async function failed(body: object = {}, message = 'boom'): Promise<{ jobId: string; dlqJobId: string }> {
    const { jobId } = (await api.post('/v1/jobs', { definitionKey: 'echo', maxAttempts: 2, ...body })).body
    const { jobs, clock, queries } = api.stores
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const job = (await api.claim()).find(({ id }) => id === jobId)
      if (job === undefined) throw new Error('the job was not claimed')
      const policy = { ...DEFAULT_RETRY_POLICY, baseMs: 0 }
      const at = { now: clock.now(), random: 0, policy, newId: uuidv7 }
      const result = { kind: 'error', message: `${message} ${attempt}` } as const
      await jobs.settle([{ lease: job.lease, outcome: decideOutcome(job, result, at) }], clock.now())
    }
    return { jobId, dlqJobId: (await queries.deadLetterOf(jobId))?.id ?? '' }
  }

  it('are listed with why they were given up', async () => {
    const { jobId, dlqJobId } = await failed({ priority: 4 })
    const { status, body } = await api.call('GET', '/v1/dlq')
    expect([status, body.total]).to.deep.equal([200, 1])
    const job = (await api.call('GET', `/v1/jobs/${jobId}`)).body
    expect(body.jobs).to.deep.equal([
      {
        dlqJobId,
        originalJobId: jobId,
        definitionKey: 'echo',
        definitionVersion: 2,
        priority: 4,
        attempts: 2,
        maxAttempts: 2,
        queuedAt: job.queuedAt,
        startedAt: job.startedAt,
        finishedAt: job.finishedAt,
        errorSummary: 'boom 2',
        movedToDlqAt: job.finishedAt,
        reason: 'attempts_exhausted',
        retriedJobId: null,
      },
    ])
  })

  it('are listed by key, part of the error and time, in pages, with how many match', async () => {
    const first = await failed({}, 'refused')
    const second = await failed({ definitionKey: 'typed', params: { n: 1 } }, 'no')
    const third = await failed({}, 'reset')
    const found = async (query: string) => {
      const { body } = await api.call('GET', `/v1/dlq?${query}`)
      return [body.jobs.map(({ originalJobId }: { originalJobId: string }) => originalJobId), body.total]
    }
    expect(await found('')).to.deep.equal([[third.jobId, second.jobId, first.jobId], 3])
    expect(await found('limit=1&offset=1')).to.deep.equal([[second.jobId], 3])
    expect(await found('definitionKey=typed')).to.deep.equal([[second.jobId], 1])
    expect(await found('errorContains=RE&definitionKey=echo')).to.deep.equal([[third.jobId, first.jobId], 2])
    const { movedToDlqAt } = (await api.call('GET', `/v1/dlq/${second.dlqJobId}`)).body
    expect(await found(`before=${movedToDlqAt}`)).to.deep.equal([[first.jobId], 1])
    await api.call('POST', `/v1/dlq/${third.dlqJobId}/retry`)
    expect(await found('unretried=true')).to.deep.equal([[second.jobId, first.jobId], 2])
    expect((await api.call('GET', '/v1/dlq?unretried=false')).status).to.equal(400)
  })

  it('tell params, key and the error of every attempt', async () => {
    const { dlqJobId } = await failed({ params: { a: 1 }, idempotencyKey: 'k' })
    const { status, body } = await api.call('GET', `/v1/dlq/${dlqJobId}`)
    expect(status).to.equal(200)
    expect(body).to.deep.include({ dlqJobId, params: { a: 1 }, idempotencyKey: 'k' })
    expect(
      body.attemptErrors.map(({ attempt, error }: Record<string, unknown>) => [attempt, error]),
    ).to.deep.equal([
      [1, 'boom 1'],
      [2, 'boom 2'],
    ])
    expect(body.attemptErrors[0]).to.have.keys('run', 'attempt', 'outcome', 'error', 'endedAt')
  })

  it('become a new job, linked both ways, while the old one stays failed', async () => {
    const { jobId, dlqJobId } = await failed({ params: { a: 1 }, priority: 4, idempotencyKey: 'k' })
    const answer = await api.post(`/v1/dlq/${dlqJobId}/retry`, { maxAttempts: 5 })
    const made = answer.body.jobId as string
    expect(answer.status).to.equal(201)
    expect(answer.body).to.deep.equal({ jobId: made, status: 'queued', message: 'Job retried from DLQ' })
    expect(answer.headers.get('location')).to.equal(`/v1/jobs/${made}`)
    expect((await api.call('GET', `/v1/jobs/${made}`)).body).to.deep.include({
      status: 'queued',
      definitionKey: 'echo',
      definitionVersion: 2,
      params: { a: 1 },
      priority: 4,
      attempts: 0,
      maxAttempts: 5,
      idempotencyKey: null,
      retriedFrom: jobId,
    })
    expect((await api.call('GET', `/v1/dlq/${dlqJobId}`)).body.retriedJobId).to.equal(made)
    expect((await api.call('GET', `/v1/jobs/${jobId}`)).body).to.include({
      status: 'failed',
      retriedFrom: null,
    })
  })

  it('become one job, however often and by however many they are retried', async () => {
    const { dlqJobId } = await failed()
    // Without a body: as many attempts as before.
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.call('POST', `/v1/dlq/${dlqJobId}/retry`)),
    )
    const [made] = answers.filter(({ status }) => status === 201)
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).to.have.length(4)
    for (const { body } of [...refused, await api.post(`/v1/dlq/${dlqJobId}/retry`, {})])
      expect(body).to.include({ code: 'dead-letter-already-retried', jobId: made?.body.jobId })
    expect((await api.call('GET', `/v1/jobs/${made?.body.jobId}`)).body.maxAttempts).to.equal(2)
    expect(await api.jobCount()).to.equal(2)
  })

  it('are retried by filter, each once, and counted first', async () => {
    const first = await failed({}, 'refused')
    const second = await failed({}, 'refused')
    await failed({}, 'other')
    const retry = async (body: object) => (await api.post('/v1/dlq/retry', body)).body
    const filter = { definitionKey: 'echo', errorContains: 'refused' }
    expect(await retry({ filter, dryRun: true })).to.deep.equal({ matched: 2, done: 0 })
    expect(await api.jobCount()).to.equal(3)
    expect(await retry({ filter: { ids: [first.dlqJobId] } })).to.deep.equal({ matched: 1, done: 1 })
    expect(await retry({ filter })).to.deep.equal({ matched: 1, done: 1 })
    expect(await retry({ filter })).to.deep.equal({ matched: 0, done: 0 })
    expect(await retry({ filter: { all: true } })).to.deep.equal({ matched: 1, done: 1 })
    const { retriedJobId } = (await api.call('GET', `/v1/dlq/${second.dlqJobId}`)).body
    expect((await api.call('GET', `/v1/jobs/${retriedJobId}`)).body.retriedFrom).to.equal(second.jobId)
  })

  it('are put aside by filter, and are gone from then on', async () => {
    const { dlqJobId, jobId } = await failed()
    const discard = async (body: object) => (await api.post('/v1/dlq/discard', body)).body
    const filter = { ids: [dlqJobId, uuidv7()] }
    expect(await discard({ filter, dryRun: true })).to.deep.equal({ matched: 1, done: 0 })
    expect((await api.call('GET', '/v1/dlq')).body.total).to.equal(1)
    expect(await discard({ filter })).to.deep.equal({ matched: 1, done: 1 })
    expect((await api.call('GET', '/v1/dlq')).body).to.deep.equal({ jobs: [], total: 0 })
    for (const gone of [
      await api.call('GET', `/v1/dlq/${dlqJobId}`),
      await api.call('POST', `/v1/dlq/${dlqJobId}/retry`),
    ])
      expect([gone.status, gone.body.code]).to.deep.equal([404, 'dead-letter-not-found'])
    const retry = await api.post('/v1/jobs/retry', { filter: { ids: [jobId] } })
    expect(retry.body).to.deep.equal({ matched: 0, done: 0 })
    expect((await api.call('GET', `/v1/jobs/${jobId}`)).body.status).to.equal('failed')
  })

  it('are not there under other ids', async () => {
    const { jobId } = await failed()
    for (const id of [uuidv7(), jobId]) {
      expect((await api.call('GET', `/v1/dlq/${id}`)).body.code).to.equal('dead-letter-not-found')
      expect((await api.post(`/v1/dlq/${id}/retry`, {})).body.code).to.equal('dead-letter-not-found')
    }
  })
})
