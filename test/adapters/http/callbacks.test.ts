import { expect } from 'chai'
import type { Callback } from '../../../src/domain/callback.js'
import { DELIVERY } from '../../../src/domain/delivery.js'
import { aDefinition, outcomeOf } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { openHarness, type Harness } from './harness.js'

const URL = 'https://receiver.example/hook'

describe('HTTP: callbacks', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const post = (callback: unknown, more: object = {}) =>
    api.post('/v1/jobs', { definitionKey: 'echo', callback, ...more })
  const callbackOf = async (jobId: string): Promise<Callback | null> =>
    (await api.call('GET', `/v1/jobs/${jobId}`)).body.callback

  it('are kept and shown with the job, by default for how it ends, without what its query says', async () => {
    const { status, body } = await post({ url: `${URL}?token=s3cret` })
    expect(status).to.equal(201)
    expect(await callbackOf(body.jobId)).to.deep.equal({
      url: `${URL}?token=***`,
      events: ['succeeded', 'failed', 'cancelled'],
    })
    expect((await api.stores.queries.get(body.jobId))?.job.callback?.url).to.equal(`${URL}?token=s3cret`)
    const some = await post({ url: URL, events: ['failed', 'retry_scheduled'] })
    expect((await callbackOf(some.body.jobId))?.events).to.deep.equal(['failed', 'retry_scheduled'])
    const none = await api.post('/v1/jobs', { definitionKey: 'echo' })
    expect(await callbackOf(none.body.jobId)).to.equal(null)
  })

  const MALFORMED: readonly (readonly [unknown, pointer: string, message: RegExp])[] = [
    ['https://a.example', '/callback', /object/],
    [{}, '/callback/url', /string/],
    [{ url: 'receiver' }, '/callback/url', /absolute http or https URL/],
    [{ url: 'ftp://a.example/' }, '/callback/url', /absolute http or https URL/],
    [{ url: `https://a.example/${'x'.repeat(2_048)}` }, '/callback/url', /2048/],
    [{ url: 'https://a.example/\u0000' }, '/callback/url', /not allowed/],
    [{ url: URL, events: [] }, '/callback/events', /succeeded, failed, cancelled, retry_scheduled/],
    [
      { url: URL, events: ['started'] },
      '/callback/events/0',
      /succeeded, failed, cancelled, retry_scheduled/,
    ],
    [{ url: URL, secret: 'x' }, '/callback', /secret/],
  ]
  for (const [callback, pointer, message] of MALFORMED)
    it(`are refused when they are malformed: ${JSON.stringify(callback).slice(0, 60)}`, async () => {
      const { status, body } = await post(callback)
      expect([status, body.code]).to.deep.equal([400, 'validation-error'])
      expect(body.errors[0].pointer).to.equal(pointer)
      expect(body.errors[0].message).to.match(message)
      expect(await api.jobCount()).to.equal(0)
    })

  const FORBIDDEN: readonly (readonly [url: string, message: RegExp])[] = [
    ['http://127.0.0.1/', /not public/],
    ['http://0x7f000001/', /not public/],
    ['http://[::1]/', /not public/],
    ['http://[::ffff:10.0.0.1]/', /not public/],
    ['http://169.254.169.254/latest/meta-data', /not public/],
    ['http://metadata.google.internal/', /not public/],
    ['http://localhost:8080/', /not public/],
    ['https://user:password@receiver.example/', /user name or password/],
    ['https://receiver.example:22/', /port/],
  ]
  for (const [url, message] of FORBIDDEN)
    it(`are refused when they may not go there: ${url}`, async () => {
      const { status, body } = await post({ url })
      expect([status, body.code]).to.deep.equal([422, 'callback-not-allowed'])
      expect(body.errors[0].pointer).to.equal('/callback/url')
      expect(body.errors[0].message).to.match(message).and.include('takes http and https URLs')
      expect(JSON.stringify(body)).to.not.include('password@')
      expect(await api.jobCount()).to.equal(0)
    })

  it('are part of the body that an idempotency key stands for', async () => {
    const key = { idempotencyKey: 'k' }
    const first = await post({ url: URL }, key)
    const again = await post({ url: URL }, key)
    expect([again.status, again.body.jobId]).to.deep.equal([200, first.body.jobId])
    const other = await post({ url: `${URL}/other` }, key)
    expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency-key-reused'])
  })

  it('have deliveries that the job lists, from the first attempt to the last', async () => {
    const { jobId } = (await post({ url: URL })).body
    const list = async () => (await api.call('GET', `/v1/jobs/${jobId}/deliveries`)).body
    expect(await list()).to.deep.equal({ jobId, deliveries: [] })
    await api.finish(jobId, 'done')
    const [waiting] = (await list()).deliveries
    expect(waiting).to.deep.include({
      event: 'succeeded',
      status: 'queued',
      attempts: 0,
      maxAttempts: 20,
      httpStatus: null,
      lastError: null,
      nextAttemptAt: waiting.createdAt,
      finishedAt: null,
    })
    expect(waiting.messageId).to.equal(waiting.deliveryId)

    const worker = await claimer(api)
    const [first] = await worker()
    const later = new Date(Date.now() - 3_600_000)
    const retry = outcomeOf.requeued(first!, later, 'the receiver answered 503')
    await api.stores.jobs.settle([{ lease: first!.lease, outcome: retry }], api.deps.clock.now())
    expect((await list()).deliveries[0]).to.deep.include({
      status: 'queued',
      attempts: 1,
      httpStatus: 503,
      lastError: 'the receiver answered 503',
      nextAttemptAt: later.toISOString(),
    })
    const [second] = await worker(new Date(Date.now()))
    expect((await list()).deliveries[0]).to.include({ status: 'running', nextAttemptAt: null })
    const done = outcomeOf.succeeded(second!, { httpStatus: 204 })
    await api.stores.jobs.settle([{ lease: second!.lease, outcome: done }], api.deps.clock.now())
    expect((await list()).deliveries[0]).to.include({ status: 'succeeded', httpStatus: 204, lastError: null })
  })

  it('have none of their own: a delivery has no deliveries', async () => {
    const { jobId } = (await post({ url: URL })).body
    await api.finish(jobId, null)
    const [delivery] = (await api.call('GET', `/v1/jobs/${jobId}/deliveries`)).body.deliveries
    const { body } = await api.call('GET', `/v1/jobs/${delivery.deliveryId}/deliveries`)
    expect(body).to.deep.equal({ jobId: delivery.deliveryId, deliveries: [] })
    const { status, body: unknown } = await api.call('GET', `/v1/jobs/${uuid(404)}/deliveries`)
    expect([status, unknown.code]).to.deep.equal([404, 'job-not-found'])
  })

  it('are told of a cancellation, too', async () => {
    const { jobId } = (await post({ url: URL })).body
    expect((await api.post(`/v1/jobs/${jobId}/cancel`, {})).status).to.equal(202)
    const { deliveries } = (await api.call('GET', `/v1/jobs/${jobId}/deliveries`)).body
    expect(deliveries.map(({ event }: { event: string }) => event)).to.deep.equal(['cancelled'])
  })

  it('are delivered by jobs that nobody else can post', async () => {
    await api.stores.definitions.publish([aDefinition(DELIVERY)])
    const { status, body } = await api.post('/v1/jobs', { definitionKey: DELIVERY.key, params: {} })
    expect([status, body.code]).to.deep.equal([422, 'unknown-definition'])
    expect(body.detail).to.include('made by the server itself')
  })
})

/** Claims deliveries as a worker does. */
async function claimer({ stores }: Harness) {
  const incarnation = uuid(0xabc)
  const worker = { name: 'w', host: 'h', pid: 1, version: '1', slots: 1, definitions: [DELIVERY] }
  await stores.workers.register({ incarnation, ...worker }, 600_000)
  await stores.definitions.publish([aDefinition(DELIVERY)])
  return async (now = stores.clock.now()) =>
    (await stores.jobs.claim({ incarnation, limit: 9, now, definitions: [DELIVERY] })).jobs
}
