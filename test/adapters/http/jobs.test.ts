import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { errorOf } from '../../../src/application/enqueue-jobs.js'
import { aNewJob } from '../../support/factories.js'
import { openHarness, type Harness } from './harness.js'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('HTTP: jobs', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const create = async (body: object, headers = {}): Promise<string> => {
    const answer = await api.post('/v1/jobs', body, headers)
    expect(answer.status).to.equal(201)
    return answer.body.jobId as string
  }

  it('remembers the traceparent of who asked, and passes over one that is not valid', async () => {
    const sent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    for (const [header, kept] of [
      [sent, sent],
      ['00-not-one', null],
    ]) {
      const id = await create({ definitionKey: 'echo' }, { traceparent: header })
      const job = await api.call('GET', `/v1/jobs/${id}`)
      expect(job.body.traceparent).to.equal(kept)
    }
  })

  it('accepts a job and says where it is', async () => {
    const answer = await api.post('/v1/jobs', {
      definitionKey: 'echo',
      definitionVersion: 1,
      params: { message: 'Hello' },
      priority: 5,
      maxAttempts: 3,
      idempotencyKey: 'unique-key-123',
    })
    expect(answer.status).to.equal(201)
    expect(answer.body).to.deep.equal({ jobId: answer.body.jobId, status: 'queued' })
    expect(answer.headers.get('location')).to.equal(`/v1/jobs/${answer.body.jobId}`)

    const job = await api.call('GET', answer.headers.get('location') as string)
    expect(job.status).to.equal(200)
    expect(job.body).to.deep.include({
      jobId: answer.body.jobId,
      definitionKey: 'echo',
      definitionVersion: 1,
      status: 'queued',
      attempts: 0,
      maxAttempts: 3,
      priority: 5,
      params: { message: 'Hello' },
      startedAt: null,
      finishedAt: null,
      heartbeatAt: null,
      leaseExpiresAt: null,
      workerId: null,
      errorSummary: null,
      result: null,
      progress: null,
      idempotencyKey: 'unique-key-123',
    })
    expect(job.body.queuedAt).to.match(INSTANT)
    expect(job.body.runAt).to.match(INSTANT)
    expect(job.body.retriedFrom).to.equal(null)
    expect(job.body.callback).to.equal(null)
    expect(job.body.traceparent).to.equal(null)
    expect(job.body.scheduleId).to.equal(null)
    expect(Object.keys(job.body)).to.have.length(23)
  })

  it('takes the newest version, empty params and the defaults when only a key is given', async () => {
    const jobId = await create({ definitionKey: 'echo' })
    const { body } = await api.call('GET', `/v1/jobs/${jobId}`)
    expect(body).to.deep.include({ definitionVersion: 2, params: {}, priority: 0, maxAttempts: 3 })
  })

  it('keeps a due time given as an instant with an offset, and one given as a delay', async () => {
    const at = await create({ definitionKey: 'echo', runAt: '2030-01-01T02:00:00+02:00' })
    expect((await api.call('GET', `/v1/jobs/${at}`)).body.runAt).to.equal('2030-01-01T00:00:00.000Z')
    const later = await create({ definitionKey: 'echo', delaySeconds: 1.5 })
    const { runAt, queuedAt } = (await api.call('GET', `/v1/jobs/${later}`)).body
    expect(Date.parse(runAt) - Date.parse(queuedAt)).to.equal(1500)
  })

  it('shows result, worker and times of a finished job', async () => {
    const jobId = await create({ definitionKey: 'echo', params: { a: 1 } })
    await api.finish(jobId, { a: 1 })
    const { body } = await api.call('GET', `/v1/jobs/${jobId}`)
    expect(body).to.deep.include({ status: 'succeeded', result: { a: 1 }, workerId: 'worker-1', attempts: 1 })
    expect(body.finishedAt).to.match(INSTANT)
    expect([body.heartbeatAt, body.leaseExpiresAt]).to.deep.equal([null, null])
  })

  describe('idempotency', () => {
    it('answers the same body again with the same job as it is now', async () => {
      const body = { definitionKey: 'echo', params: { b: 1, a: { d: 1, c: 2 } }, idempotencyKey: 'k' }
      const jobId = await create(body)
      await api.finish(jobId, null)
      const reordered = '{"idempotencyKey":"k","params":{"a":{"c":2,"d":1},"b":1},"definitionKey":"echo"}'
      const again = await api.post('/v1/jobs', reordered)
      expect(again.status).to.equal(200)
      expect(again.body).to.deep.equal({ jobId, status: 'succeeded' })
      expect(again.headers.get('idempotency-replayed')).to.equal('true')
      expect(await api.jobCount()).to.equal(1)
    })

    it('takes the header for the same key as the field', async () => {
      const jobId = await create({ definitionKey: 'echo' }, { 'Idempotency-Key': 'k' })
      const again = await api.post('/v1/jobs', { definitionKey: 'echo', idempotencyKey: 'k' })
      expect([again.status, again.body.jobId]).to.deep.equal([200, jobId])
      const utf8 = Buffer.from('schlüssel').toString('latin1')
      const umlaut = await create({ definitionKey: 'echo' }, { 'Idempotency-Key': utf8 })
      const field = await api.post('/v1/jobs', { definitionKey: 'echo', idempotencyKey: 'schlüssel' })
      expect([field.status, field.body.jobId]).to.deep.equal([200, umlaut])
    })

    it('tells a default that was sent from one that was not', async () => {
      await create({ definitionKey: 'echo', idempotencyKey: 'k' })
      const other = await api.post('/v1/jobs', { definitionKey: 'echo', idempotencyKey: 'k', priority: 0 })
      expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency-key-reused'])
      expect(await api.jobCount()).to.equal(1)
    })

    it('keeps a key for one definition and the version as it was sent, none being one of its own', async () => {
      const bodies = [
        { definitionKey: 'echo' },
        { definitionKey: 'echo', definitionVersion: 1 },
        { definitionKey: 'echo', definitionVersion: 2 },
        { definitionKey: 'typed', params: { n: 1 } },
      ]
      const made = []
      for (const body of bodies) made.push(await create({ ...body, idempotencyKey: 'k' }))
      expect(new Set(made)).to.have.property('size', 4)
      for (const [index, body] of bodies.entries()) {
        const again = await api.post('/v1/jobs', body, { 'Idempotency-Key': 'k' })
        expect([again.status, again.body.jobId]).to.deep.equal([200, made[index]])
        expect(again.headers.get('location')).to.equal(`/v1/jobs/${made[index]}`)
      }
    })

    it('makes one job of many posts at once', async () => {
      const body = { definitionKey: 'echo', idempotencyKey: 'race' }
      const answers = await Promise.all(Array.from({ length: 32 }, () => api.post('/v1/jobs', body)))
      expect(answers.filter(({ status }) => status === 201)).to.have.length(1)
      expect(new Set(answers.map(({ body: { jobId } }) => jobId))).to.have.property('size', 1)
      expect(await api.jobCount()).to.equal(1)
    })
  })

  it('answers 409 and when to come again while the first holder of a key is not kept yet', async () => {
    const error = errorOf({ outcome: 'key_in_progress' })
    const busy = await openHarness(() => ({
      enqueue: () => Promise.resolve({ error }),
      enqueueAll: () => Promise.reject(error),
    }))
    const body = { definitionKey: 'echo', idempotencyKey: 'k' }
    for (const answer of [
      await busy.post('/v1/jobs', body),
      await busy.post('/v1/jobs/batch', { jobs: [body] }),
    ]) {
      expect([answer.status, answer.body.code]).to.deep.equal([409, 'idempotency-in-progress'])
      expect(answer.headers.get('retry-after')).to.equal('1')
    }
    await busy.close()
  })

  describe('batch', () => {
    it('accepts all jobs of it in order, with those that were there already', async () => {
      const jobs = [
        { definitionKey: 'echo', idempotencyKey: 'one', params: { n: 1 } },
        { definitionKey: 'echo', priority: 3 },
        { definitionKey: 'echo', idempotencyKey: 'one', params: { n: 1 } },
      ]
      const { status, body } = await api.post('/v1/jobs/batch', { jobs })
      expect(status).to.equal(201)
      const [first, second] = body.results as { jobId: string }[]
      expect(body.results).to.deep.equal([
        { jobId: first?.jobId, status: 'queued', duplicate: false },
        { jobId: second?.jobId, status: 'queued', duplicate: false },
        { jobId: first?.jobId, status: 'queued', duplicate: true },
      ])
      expect((await api.call('GET', `/v1/jobs/${second?.jobId}`)).body.priority).to.equal(3)
      // The same job when it is posted alone.
      expect((await api.post('/v1/jobs', jobs[0] ?? {})).body.jobId).to.equal(first?.jobId)
    })

    const echo = { definitionKey: 'echo' }
    const refusals: Readonly<Record<string, readonly [unknown, number, string, string]>> = {
      'no jobs': [[], 400, 'validation-error', '/jobs'],
      'more than a thousand': [Array.from({ length: 1_001 }, () => echo), 400, 'validation-error', '/jobs'],
      'a field that nobody knows': [[echo, { ...echo, x: 1 }], 400, 'validation-error', '/jobs/1'],
      'two due times': [
        [echo, { ...echo, delaySeconds: 1, runAt: '2030-01-01T00:00:00Z' }],
        400,
        'validation-error',
        '/jobs/1/delaySeconds',
      ],
      'an unknown definition': [
        [echo, { definitionKey: 'nobody' }],
        422,
        'unknown-definition',
        '/jobs/1/definitionKey',
      ],
      'params that cannot be kept': [
        [echo, echo, { ...echo, params: { a: '\u0000' } }],
        422,
        'params-invalid',
        '/jobs/2/params/a',
      ],
    }
    for (const [what, [jobs, status, code, pointer]] of Object.entries(refusals))
      it(`is refused as a whole for ${what}, which it names`, async () => {
        const answer = await api.post('/v1/jobs/batch', { jobs })
        expect([answer.status, answer.body.code]).to.deep.equal([status, code])
        expect((answer.body.errors as { pointer: string }[]).map((error) => error.pointer)).to.include(
          pointer,
        )
        expect((await api.call('GET', '/v1/jobs')).body.total).to.equal(0)
      })

    it('is refused with one key for all of it, and told where the keys go', async () => {
      const answer = await api.post('/v1/jobs/batch', { jobs: [echo] }, { 'Idempotency-Key': 'order-1' })
      expect([answer.status, answer.body.code]).to.deep.equal([400, 'validation-error'])
      expect(answer.body.errors)
        .to.have.nested.property('[0].message')
        .that.includes('its own idempotencyKey')
      expect((await api.call('GET', '/v1/jobs')).body.total).to.equal(0)
    })

    it('may be longer than one job, and no longer than a batch', async () => {
      const filler = 'x'.repeat(900_000)
      const of = (count: number) => ({
        jobs: Array.from({ length: count }, () => ({ ...echo, params: { filler } })),
      })
      expect((await api.post('/v1/jobs/batch', of(2))).status).to.equal(201)
      expect((await api.post('/v1/jobs/batch', of(3))).status).to.equal(413)
    })
  })

  describe('cancel', () => {
    it('cancels a queued job at once, and refuses to do it again', async () => {
      const jobId = await create({ definitionKey: 'echo' })
      const answer = await api.call('POST', `/v1/jobs/${jobId}/cancel`)
      expect(answer.status).to.equal(202)
      expect(answer.body).to.deep.equal({ jobId, status: 'cancelled', message: 'Cancellation requested' })
      const again = await api.call('POST', `/v1/jobs/${jobId}/cancel`)
      expect([again.status, again.body.code]).to.deep.equal([409, 'job-already-finished'])
    })

    it('asks a running job to end, and says so again as often as it is asked', async () => {
      const jobId = await create({ definitionKey: 'echo' })
      await api.claim()
      for (let n = 0; n < 2; n += 1) {
        const answer = await api.call('POST', `/v1/jobs/${jobId}/cancel`)
        expect(answer.status).to.equal(202)
        expect(answer.body).to.deep.equal({ jobId, status: 'cancelling', message: 'Cancellation requested' })
      }
      const { body } = await api.call('GET', `/v1/jobs/${jobId}`)
      expect(body).to.deep.include({ status: 'cancelling', workerId: 'worker-1' })
      expect(
        [body.heartbeatAt, body.leaseExpiresAt, body.startedAt].every((at) => INSTANT.test(at)),
      ).to.equal(true)
      const { events } = (await api.call('GET', `/v1/jobs/${jobId}/events`)).body
      const asked = events.filter(({ eventType }: { eventType: string }) => eventType === 'cancel_requested')
      expect(asked).to.have.length(1)
    })

    it('answers 404 for a job that is not there', async () => {
      const answer = await api.call('POST', `/v1/jobs/${uuidv7()}/cancel`)
      expect([answer.status, answer.body.code]).to.deep.equal([404, 'job-not-found'])
    })
  })

  describe('list', () => {
    it('shows the newest first, without params and result', async () => {
      const first = await create({ definitionKey: 'echo', params: { secret: 1 } })
      const second = await create({ definitionKey: 'typed', params: { n: 1 } })
      const { status, body } = await api.call('GET', '/v1/jobs')
      expect(status).to.equal(200)
      expect(body.jobs.map(({ jobId }: { jobId: string }) => jobId)).to.deep.equal([second, first])
      expect(body.jobs[0]).to.not.have.any.keys('params', 'result')
      expect(body).to.deep.include({ total: 2, totalIsCapped: false, nextCursor: null })
    })

    it('filters by status, several of them too, and by definition', async () => {
      const queued = await create({ definitionKey: 'echo' })
      const cancelled = await create({ definitionKey: 'typed', params: { n: 1 } })
      await api.call('POST', `/v1/jobs/${cancelled}/cancel`)
      const ids = async (query: string) =>
        (await api.call('GET', `/v1/jobs?${query}`)).body.jobs.map(({ jobId }: { jobId: string }) => jobId)
      expect(await ids('status=queued')).to.deep.equal([queued])
      expect(await ids('status=cancelled&definitionKey=typed')).to.deep.equal([cancelled])
      expect(await ids('status=cancelled,queued')).to.deep.equal([cancelled, queued])
      expect(await ids('status=running&definitionKey=encode.video')).to.deep.equal([])
      expect(await ids('status=&definitionKey=&limit=100&offset=0&cursor=')).to.have.length(2)
    })

    it('counts up to 10,000 and says when there are more', async () => {
      const jobs = Array.from({ length: 10_000 }, () => aNewJob({ definitionKey: 'echo' }, uuidv7()))
      await api.stores.jobs.insert(jobs)
      const exactly = (await api.call('GET', '/v1/jobs?limit=1')).body
      expect(exactly).to.deep.include({ total: 10_000, totalIsCapped: false })
      await create({ definitionKey: 'echo' })
      const beyond = (await api.call('GET', '/v1/jobs?limit=1')).body
      expect(beyond).to.deep.include({ total: 10_000, totalIsCapped: true })
    })

    it('walks all jobs by cursor, each once, while new ones arrive', async () => {
      const made: string[] = []
      for (let n = 0; n < 5; n += 1) made.unshift(await create({ definitionKey: 'echo' }))
      const seen: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const { body } = await api.call('GET', `/v1/jobs?limit=2&cursor=${cursor}`)
        seen.push(...body.jobs.map(({ jobId }: { jobId: string }) => jobId))
        cursor = body.nextCursor
        await create({ definitionKey: 'echo' })
      }
      expect(seen).to.deep.equal(made)
    })
  })

  describe('events', () => {
    it('lists what happened, oldest first, from where the caller stopped', async () => {
      const jobId = await create({ definitionKey: 'echo' })
      await api.finish(jobId, null)
      const { status, body } = await api.call('GET', `/v1/jobs/${jobId}/events`)
      expect(status).to.equal(200)
      expect(body.jobId).to.equal(jobId)
      const types = body.events.map(({ eventType }: { eventType: string }) => eventType)
      expect(types).to.deep.equal(['queued', 'started', 'succeeded'])
      expect(Object.keys(body.events[0])).to.have.members(['id', 'eventType', 'at', 'payload'])
      const rest = await api.call('GET', `/v1/jobs/${jobId}/events?after=${body.events[0].id}&limit=1`)
      expect(rest.body.events).to.deep.equal([body.events[1]])
    })

    it('answers 404 for a job that is not there', async () => {
      expect((await api.call('GET', `/v1/jobs/${uuidv7()}/events`)).body.code).to.equal('job-not-found')
    })
  })

  it('lists definitions with their limits', async () => {
    const { status, body } = await api.call('GET', '/v1/definitions')
    expect(status).to.equal(200)
    expect(body.definitions[2]).to.deep.equal({
      key: 'encode.video',
      version: 1,
      defaultMaxAttempts: 3,
      timeoutSeconds: 3600,
      concurrencyLimit: 3,
      paramsSchema: null,
      isolation: 'inline',
      paused: false,
    })
    expect(body.definitions[3].paramsSchema).to.deep.include({ type: 'object', required: ['n'] })
  })
})
