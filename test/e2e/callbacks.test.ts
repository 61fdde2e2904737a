import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'
import { isSignedBy, WebhookReceiver } from '../support/webhook-receiver.js'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'

const KEY = Buffer.from('a key that both know')
const ENV = {
  WEBHOOK_SECRET: `whsec_${KEY.toString('base64')}`,
  CALLBACK_ALLOW_PRIVATE: 'true',
  LEASE_DURATION_SECONDS: '1.2',
  HEARTBEAT_INTERVAL_SECONDS: '0.2',
}
const SUM = { definitionKey: 'compute.math', params: { operation: 'sum', numbers: [1, 2] } }

interface Delivery {
  readonly deliveryId: string
  readonly event: string
  readonly status: string
  readonly attempts: number
  readonly httpStatus: number | null
  readonly lastError: string | null
  readonly nextAttemptAt: string | null
}

describe('callbacks, in processes', function () {
  this.timeout(90_000)
  let place: Workplace
  let receiver: WebhookReceiver
  before(buildOnce)
  beforeEach(async () => {
    place = new Workplace()
    receiver = await new WebhookReceiver().open()
  })
  afterEach(async () => {
    await place.close()
    await receiver.close()
  })

  const deliveriesOf = async (api: string, jobId: unknown): Promise<readonly Delivery[]> =>
    (await get<{ deliveries: Delivery[] }>(`${api}/v1/jobs/${String(jobId)}/deliveries`)).deliveries

  it('tell a receiver that fails twice the same message until it takes it, signed each time', async () => {
    receiver.answer = (response, n) => void response.writeHead(n <= 2 ? 503 : 200).end()
    const api = await place.run('server', ENV).ready()
    const { body } = await post(`${api}/v1/jobs`, { ...SUM, callback: { url: receiver.url } })
    await untilPasses(() => expect(receiver.received).to.have.length(2))
    const [between] = await deliveriesOf(api, body['jobId'])
    expect(between).to.include({
      event: 'succeeded',
      httpStatus: 503,
      lastError: 'the receiver answered 503',
    })
    await untilPasses(async () => {
      const [delivery] = await deliveriesOf(api, body['jobId'])
      expect(delivery).to.include({ status: 'succeeded', attempts: 3, httpStatus: 200 })
    }, 30_000)
    expect(receiver.received).to.have.length(3)
    expect(receiver.received.map((request) => isSignedBy(KEY, request))).to.deep.equal([true, true, true])
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).to.equal(1)
    expect(new Set(receiver.received.map(({ body: sent }) => sent)).size).to.equal(1)
    const told = JSON.parse(receiver.received[0]!.body) as { type: string; data: unknown }
    expect(told.type).to.equal('job.succeeded')
    expect(told.data).to.deep.equal(await get(`${api}/v1/jobs/${String(body['jobId'])}`))
  })

  it('follow no redirect, and make one message of one job, however often it is posted', async () => {
    const elsewhere = await new WebhookReceiver().open()
    receiver.answer = (response) => void response.writeHead(307, { Location: elsewhere.url }).end()
    const api = await place.run('server', ENV).ready()
    const request = { ...SUM, callback: { url: receiver.url }, idempotencyKey: 'once' }
    const posts = await Promise.all([1, 2, 3].map(() => post(`${api}/v1/jobs`, request)))
    const ids = new Set(posts.map(({ body }) => body['jobId']))
    expect(ids.size).to.equal(1)
    const [jobId] = ids
    await untilPasses(async () => {
      const deliveries = await deliveriesOf(api, jobId)
      expect(deliveries).to.have.length(1)
      expect(deliveries[0]).to.include({ status: 'queued', httpStatus: 307 })
    })
    expect(elsewhere.received).to.deep.equal([])
    await elsewhere.close()
  })

  it('go to no private address unless that is allowed, and say so', async () => {
    const api = await place.run('server', { WEBHOOK_SECRET: 'x' }).ready()
    const { status, body } = await post(`${api}/v1/jobs`, { ...SUM, callback: { url: receiver.url } })
    expect([status, body['code']]).to.deep.equal([422, 'callback-not-allowed'])
    expect(receiver.received).to.deep.equal([])
  })

  it('hold at the worker, too, whatever was accepted', async () => {
    const api = await place.run('api', ENV).ready()
    // On the way, the API may be told to trust more than the workers do.
    await place.run('worker', { ...ENV, CALLBACK_ALLOW_PRIVATE: 'false' }).ready()
    const { body } = await post(`${api}/v1/jobs`, { ...SUM, callback: { url: receiver.url } })
    await untilPasses(async () => {
      const [delivery] = await deliveriesOf(api, body['jobId'])
      expect(delivery).to.include({ status: 'failed', attempts: 1 })
      expect(delivery?.lastError).to.match(/^url not allowed/)
    })
    expect(receiver.received).to.deep.equal([])
  })

  const DATABASES = ['sqlite', 'postgres'] as const
  for (const kind of DATABASES.filter((name) => storesWanted().has(name)))
    describe(`on ${kind}, when workers are killed`, () => {
      let database: Database | null
      let env: Record<string, string>
      beforeEach(async () => {
        database = kind === 'postgres' ? await createDatabase() : null
        env = database === null ? { ...ENV } : { ...ENV, DATABASE_URL: database.url }
      })
      afterEach(async () => {
        await place.close()
        await database?.drop()
      })

      it('are told although the worker died between the end and the delivery, once', async () => {
        const api = await place.run('api', env).ready()
        const first = place.run('worker', env)
        await first.ready()
        await post(`${api}/v1/definitions/callback.deliver/pause`, {})
        const { body } = await post(`${api}/v1/jobs`, { ...SUM, callback: { url: receiver.url } })
        await untilStatus(api, body['jobId'], 'succeeded')
        await first.kill()
        expect(receiver.received).to.deep.equal([])
        await post(`${api}/v1/definitions/callback.deliver/resume`, {})
        await place.run('worker', env).ready()
        await untilPasses(async () => {
          const [delivery, ...others] = await deliveriesOf(api, body['jobId'])
          expect(others).to.deep.equal([])
          expect(delivery).to.include({ status: 'succeeded', attempts: 1 })
        })
        expect(receiver.received).to.have.length(1)
      })

      it('are told again when the worker died in the middle of it, by the same id', async () => {
        receiver.answer = (response, n) => {
          if (n > 1) response.writeHead(204).end()
        }
        const api = await place.run('api', env).ready()
        const first = place.run('worker', env)
        await first.ready()
        const { body } = await post(`${api}/v1/jobs`, { ...SUM, callback: { url: receiver.url } })
        await untilPasses(() => expect(receiver.received).to.have.length(1))
        await first.kill()
        await place.run('worker', env).ready()
        await untilPasses(async () => {
          const [delivery] = await deliveriesOf(api, body['jobId'])
          expect(delivery).to.include({ status: 'succeeded', attempts: 2 })
        })
        expect(receiver.received).to.have.length(2)
        expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).to.equal(1)
      })
    })
})
