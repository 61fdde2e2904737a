import { createServer } from 'node:http'
import { expect } from 'chai'
import { listen } from '../../../src/adapters/http/listen.js'
import { problemOf, PROBLEMS } from '../../../src/adapters/http/problem.js'
import { JobServerError, type ErrorCode } from '../../../src/domain/errors.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest } from './raw-request.js'

describe('HTTP: the server itself', () => {
  let api: Harness
  let stopping = false
  let checks: Record<string, string> = { database: 'ok' }
  let readiness = () =>
    Promise.resolve({ ready: Object.values(checks).every((state) => state === 'ok'), checks })
  before(async () => {
    api = await openHarness(() => ({ isStopping: () => stopping, readiness: () => readiness() }))
  })
  after(() => api.close())
  afterEach(() => {
    stopping = false
    checks = { database: 'ok' }
    api.logged.length = 0
  })

  it('says who it is and where to go', async () => {
    const { status, body } = await api.call('GET', '/', { headers: { Accept: 'application/json' } })
    expect(status).to.equal(200)
    expect(body.name).to.equal('job-server')
    for (const link of Object.values<string>(body.links))
      expect((await fetch(api.url + link)).status).to.equal(200)
  })

  it('is healthy and ready', async () => {
    expect((await api.call('GET', '/healthz')).body).to.deep.equal({ status: 'ok' })
    expect((await api.call('GET', '/readyz')).body).to.deep.equal({ status: 'ready', checks })
    const head = await api.call('HEAD', '/healthz')
    expect([head.status, head.text]).to.deep.equal([200, ''])
  })

  it('names what it lacks while it is not ready, but healthy', async () => {
    checks = { database: 'away', disk: 'ok', worker: 'holds no lease' }
    const answer = await api.call('GET', '/readyz')
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'not-ready'])
    expect(answer.body.detail).to.equal('database: away; worker: holds no lease')
    expect(answer.body.checks).to.deep.equal(checks)
    expect((await api.call('GET', '/healthz')).status).to.equal(200)
  })

  it('keeps no connection while it stops, but finishes what comes', async () => {
    stopping = true
    for (const answer of [await api.call('GET', '/v1/jobs'), await api.call('GET', '/nope')]) {
      expect(answer.headers.get('connection')).to.equal('close')
    }
    expect((await api.post('/v1/jobs', { definitionKey: 'echo' })).status).to.equal(201)
  })

  it('answers 500 to its own failures without a reason and logs each once', async () => {
    const healthy = readiness
    readiness = () => Promise.reject(new Error('select * from secrets'))
    const answer = await api.call('GET', '/readyz', { headers: { 'X-Request-Id': 'abc-1' } })
    expect([answer.status, answer.body.code, answer.body.requestId]).to.deep.equal([
      500,
      'internal-error',
      'abc-1',
    ])
    expect(answer.text).to.not.match(/select|secrets|\.ts/)
    expect(api.logged).to.have.length(1)
    expect(api.logged[0]?.fields).to.include({ requestId: 'abc-1', method: 'GET', path: '/readyz' })
    readiness = healthy
  })

  it('keeps a sane request id and replaces any other', async () => {
    const idFor = async (given: string) =>
      (await api.call('GET', '/healthz', { headers: { 'X-Request-Id': given } })).headers.get('x-request-id')
    expect(await idFor('req-42.a:b_c')).to.equal('req-42.a:b_c')
    for (const bad of ['', 'a b', '<script>', '"', 'x'.repeat(101), '-x'])
      expect(await idFor(bad)).to.match(/^[0-9a-f-]{36}$/)
  })

  it('says of everything that passes when to come again', () => {
    for (const [code, { status }] of Object.entries(PROBLEMS)) {
      if (status !== 503) continue
      const { headers } = problemOf(new JobServerError(code as ErrorCode, 'x'), 'id')
      expect(headers['Retry-After'], code).to.match(/^[1-9]\d*$/)
    }
  })

  it('names the methods of an address', async () => {
    const answer = await api.call('OPTIONS', '/v1/jobs')
    expect([answer.status, answer.text]).to.deep.equal([204, ''])
    expect(answer.headers.get('allow')).to.contain('POST')
    const endless = 'OPTIONS /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx'
    expect(await rawRequest(api.url, endless)).to.match(/^HTTP\/1\.1 204 [^]*\r\nConnection: close\r\n/)
  })
})

describe('HTTP: listen', () => {
  const appOf = (handle: (answer: (text: string) => void) => void) => ({
    callback: () => (_request: unknown, response: { end(text: string): void }) => {
      handle((text) => {
        response.end(text)
      })
    },
  })

  it('lets what is in flight finish, takes nothing new, and does not wait for idle connections', async () => {
    let answer: ((text: string) => void) | undefined
    const { url, close } = await listen(
      appOf((respond) => (answer === undefined ? (answer = respond) : respond('x'))),
      {
        host: '127.0.0.1',
        port: 0,
      },
    )
    const slow = fetch(url)
    while (answer === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(await (await fetch(url)).text()).to.equal('x')
    const closed = close()
    expect(close()).to.equal(closed)
    const refused = await fetch(url).catch((error: unknown) => error)
    expect(refused).to.be.instanceOf(TypeError)
    answer('done')
    expect(await (await slow).text()).to.equal('done')
    await closed
  })

  it('cuts what does not end in time', async () => {
    const { url, close } = await listen(
      appOf(() => undefined),
      { host: '127.0.0.1', port: 0 },
    )
    const hanging = fetch(url).catch((error: unknown) => error)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await close(20)
    expect(await hanging).to.be.instanceOf(TypeError)
  })

  it('tells when the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const error = await listen(
      appOf(() => undefined),
      { host: '127.0.0.1', port },
    ).catch((reason: unknown) => reason)
    expect(error).to.have.property('code', 'EADDRINUSE')
    other.close()
  })
})
