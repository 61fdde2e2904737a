import { type lookup } from 'node:dns'
import { expect } from 'chai'
import {
  deliverCallback,
  type DeliveryDependencies,
} from '../../../src/adapters/definitions/deliver-callback.js'
import { webhookHeaders } from '../../../src/adapters/definitions/webhook-headers.js'
import { ANYWHERE, PUBLIC_INTERNET } from '../../../src/adapters/definitions/url-policy.js'
import { DELIVERY, httpStatusOf } from '../../../src/domain/delivery.js'
import { aRunningJob, NOON } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { isSignedBy, WebhookReceiver } from '../../support/webhook-receiver.js'
import { runRecorded } from './recording-context.js'

const PARAMS = { messageId: uuid(7), jobId: uuid(1), event: 'succeeded', occurredAt: NOON.toISOString() }
const [NEW, OLD] = [Buffer.from('new secret'), Buffer.from('old secret')]

interface Failure {
  readonly name: string
  readonly message: string
  readonly delayMs?: number
}

describe('the delivery of a callback', () => {
  let receiver: WebhookReceiver
  beforeEach(async () => (receiver = await new WebhookReceiver().open()))
  afterEach(() => receiver.close())

  function deliver(
    overrides: Partial<DeliveryDependencies> & { readonly url?: string; readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const { url = receiver.url, signal, ...deps } = overrides
    const definition = deliverCallback({
      findJob: () => Promise.resolve({ url, view: { jobId: uuid(1), status: 'succeeded', result: 'ž' } }),
      secrets: [NEW],
      policy: ANYWHERE,
      concurrencyLimit: 5,
      now: () => NOON,
      random: () => 0.5,
      ...deps,
    })
    return runRecorded(definition, PARAMS, signal).result
  }

  async function failure(work: Promise<unknown>): Promise<Failure> {
    return work.then(
      () => {
        throw new Error('it was delivered')
      },
      (error: unknown) => error as Failure,
    )
  }

  it('posts the event and the job as JSON, signed', async () => {
    expect(await deliver()).to.deep.equal({ httpStatus: 204 })
    const [request] = receiver.received
    expect(request?.path).to.equal('/hook')
    expect(request?.headers).to.include({
      'content-type': 'application/json',
      'webhook-id': uuid(7),
      'webhook-timestamp': String(NOON.getTime() / 1000),
    })
    expect(JSON.parse(request!.body)).to.deep.equal({
      type: 'job.succeeded',
      timestamp: NOON.toISOString(),
      data: { jobId: uuid(1), status: 'succeeded', result: 'ž' },
    })
    expect(isSignedBy(NEW, request!)).to.equal(true)
    expect(isSignedBy(OLD, request!)).to.equal(false)
    expect(isSignedBy(NEW, { ...request!, body: `${request!.body} ` })).to.equal(false)
  })

  it('makes the signature that others make of the same message', () => {
    const at = new Date(1_614_265_330_000)
    const secrets = [Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')]
    const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body: '{"test": 2432232314}', secrets }
    expect(webhookHeaders(message)).to.deep.equal({
      'webhook-id': message.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('signs by each of several secrets, and not at all without one', async () => {
    await deliver({ secrets: [NEW, OLD] })
    await deliver({ secrets: [] })
    const [rotating, unsigned] = receiver.received
    expect([isSignedBy(NEW, rotating!), isSignedBy(OLD, rotating!)]).to.deep.equal([true, true])
    expect(unsigned?.headers).to.not.have.property('webhook-signature')
    expect(unsigned?.headers).to.have.property('webhook-id', uuid(7))
  })

  it('takes every 2xx for a success and reads no answer, however large', async () => {
    receiver.answer = (response) => {
      response.writeHead(200)
      const flood = (): boolean => response.write(Buffer.alloc(1024 * 1024)) && flood()
      response.on('drain', flood).on('error', () => undefined)
      flood()
    }
    expect(await deliver()).to.deep.equal({ httpStatus: 200 })
  })

  it('is tried again after its own delays when the receiver answers anything else', async () => {
    for (const status of [400, 404, 500, 503]) {
      receiver.answer = (response) => void response.writeHead(status).end('no')
      const failed = await failure(deliver())
      expect(failed).to.include({
        name: 'RetryAfterError',
        message: `the receiver answered ${status}`,
        delayMs: 2_000,
      })
      expect(httpStatusOf(aRunningJob({ errorSummary: failed.message }))).to.equal(status)
    }
  })

  it('waits as long as Retry-After says, at most a day, never less than its own delay', async () => {
    const delays = []
    for (const value of [
      '120',
      new Date(NOON.getTime() + 90_000).toUTCString(),
      '1',
      '9999999',
      'soon',
      '-5',
    ]) {
      receiver.answer = (response) => void response.writeHead(429, { 'Retry-After': value }).end()
      delays.push((await failure(deliver())).delayMs)
    }
    expect(delays).to.deep.equal([120_000, 90_000, 2_000, 86_400_000, 2_000, 2_000])
  })

  it('is over for good when the receiver is gone', async () => {
    receiver.answer = (response) => void response.writeHead(410).end()
    const failed = await failure(deliver())
    expect(failed).to.include({ name: 'PermanentError', message: 'the receiver answered 410' })
  })

  it('follows no redirect', async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      receiver.answer = (response) =>
        void response.writeHead(status, { Location: `${receiver.url}/other` }).end()
      expect((await failure(deliver())).message).to.equal(`the receiver answered ${status}`)
    }
    expect(receiver.received.map(({ path }) => path)).to.deep.equal(Array(5).fill('/hook'))
  })

  it('is tried again when there is no answer in time, or no receiver', async () => {
    receiver.answer = () => undefined
    const slow = await failure(deliver({ timeoutMs: 50 }))
    expect(slow).to.include({
      name: 'RetryAfterError',
      message: 'the receiver cannot be reached: no complete answer within 0.05 s',
    })
    const { url } = receiver
    await receiver.close()
    const gone = await failure(deliver({ url }))
    expect(gone.name).to.equal('RetryAfterError')
    expect(gone.message).to.match(/^the receiver cannot be reached: .*ECONNREFUSED/)
    expect(httpStatusOf(aRunningJob({ errorSummary: gone.message }))).to.equal(null)
    receiver = await new WebhookReceiver().open()
  })

  it('ends at once when its run is aborted', async () => {
    const abort = new AbortController()
    receiver.answer = () => {
      abort.abort(new Error('the worker is stopping'))
    }
    expect((await failure(deliver({ signal: abort.signal }))).message).to.equal('the worker is stopping')
  })

  it('never connects to an address that is not public', async () => {
    const hosts = ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254', 'localhost']
    for (const host of hosts) {
      const failed = await failure(deliver({ policy: PUBLIC_INTERNET, url: `http://${host}/` }))
      expect(failed, host).to.include({ name: 'PermanentError' })
      expect(failed.message, host).to.match(/^url not allowed: /)
    }
    expect(receiver.received).to.deep.equal([])
  })

  it('checks the address that its name has when it is connected to', async () => {
    for (const address of ['127.0.0.1', '::1', '::ffff:10.0.0.1', '169.254.169.254']) {
      const resolve = ((_name: string, _options: unknown, done: (...answer: unknown[]) => void) => {
        done(null, [{ address, family: address.includes(':') ? 6 : 4 }])
      }) as unknown as typeof lookup
      const policy = { ...PUBLIC_INTERNET, allowsPort: () => true }
      const url = `http://receiver.example:${receiver.port}/`
      const failed = await failure(deliver({ policy, url, resolve }))
      expect(failed, address).to.include({ name: 'PermanentError' })
      expect(failed.message, address).to.match(/^url not allowed: its name leads/)
    }
    expect(receiver.received).to.deep.equal([])
  })

  it('gives up when its job is not kept any more', async () => {
    const failed = await failure(deliver({ findJob: () => Promise.resolve(null) }))
    expect(failed).to.include({ name: 'PermanentError' })
  })

  it('runs in the worker itself, as one of few', () => {
    const deps = {
      findJob: () => Promise.resolve(null),
      secrets: [],
      policy: ANYWHERE,
      now: () => NOON,
      random: () => 0,
    }
    expect(deliverCallback({ ...deps, concurrencyLimit: 5 })).to.include({
      ...DELIVERY,
      isolation: 'inline',
      concurrencyLimit: 5,
      defaultMaxAttempts: 20,
    })
  })
})
