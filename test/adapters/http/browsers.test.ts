import { expect } from 'chai'
import { Guard, type GuardOptions } from '../../../src/adapters/http/access/guard.js'
import { KeyRing } from '../../../src/adapters/http/access/key-ring.js'
import { bearer, KEYS, openGuarded, SECRETS } from './guarded-harness.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest } from './raw-request.js'

describe('HTTP: while no key is set', () => {
  const open = (options: Partial<GuardOptions> = {}) => openGuarded({ configured: [], ...options })
  const answerTo = async (api: Harness, headers: Record<string, string>) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const text = await rawRequest(
      api.url,
      `GET /v1/jobs HTTP/1.1\r\n${lines.join('')}Connection: close\r\n\r\n`,
    )
    return { status: Number(text.split(' ')[1]), text }
  }

  it('requests to this machine by its own names are taken', async () => {
    const api = await open({ listensOn: 'jobs.internal' })
    const hosts = [
      'localhost',
      'LOCALHOST:3000',
      '127.0.0.1:3000',
      '127.9.9.9',
      '[::1]:3000',
      'a.localhost',
      'Jobs.Internal:80',
    ]
    for (const Host of hosts)
      expect([Host, (await answerTo(api, { Host })).status]).to.deep.equal([Host, 200])
    await api.close()
  })

  it('requests by any other name are refused: a page may have pointed it here', async () => {
    const api = await open()
    const hosts = [
      'evil.example',
      'localhost.evil.example',
      '10.0.0.5',
      '127.0.0.1.evil.example',
      '127.evil.example',
    ]
    for (const Host of [...hosts, 'evil.example@localhost', 'localhost/x', '', '[::2]', 'evillocalhost']) {
      const { status, text } = await answerTo(api, { Host })
      expect([Host, status]).to.deep.equal([Host, 403])
      expect(text).to.include('foreign-host').and.include('set API_KEYS')
    }
    await api.close()
  })

  it('a server that listens everywhere is reached by any address, but by no foreign name', async () => {
    for (const listensOn of ['0.0.0.0', '::']) {
      const api = await open({ listensOn })
      for (const Host of ['10.0.0.5:3000', '[fe80::1]:3000', 'localhost'])
        expect((await answerTo(api, { Host })).status, Host).to.equal(200)
      expect((await answerTo(api, { Host: 'evil.example' })).status).to.equal(403)
      await api.close()
    }
  })

  it('pages of other origins are refused, those of its own and the named ones are not', async () => {
    const api = await open({ origins: new Set(['https://app.example', '*']) })
    const Host = '127.0.0.1:3000'
    for (const Origin of ['http://127.0.0.1:3000', 'https://app.example'])
      expect((await answerTo(api, { Host, Origin })).status, Origin).to.equal(200)
    for (const Origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:4000',
      'http://localhost:3000',
      'x',
    ]) {
      const { status, text } = await answerTo(api, { Host, Origin })
      expect([Origin, status]).to.deep.equal([Origin, 403])
      expect(text).to.include('foreign-origin').and.include('CORS_ORIGINS')
    }
    await api.close()
  })

  it('a form of a foreign page starts no job', async () => {
    const api = await open()
    const answer = await api.post('/v1/jobs', { definitionKey: 'echo' }, { Origin: 'https://evil.example' })
    expect([answer.status, await api.jobCount()]).to.deep.equal([403, 0])
    await api.close()
  })

  it('probes are answered whatever they call this machine', async () => {
    const api = await open()
    const text = await rawRequest(
      api.url,
      'GET /readyz HTTP/1.1\r\nHost: pod-1.cluster\r\nConnection: close\r\n\r\n',
    )
    expect(text).to.match(/^HTTP\/1\.1 200 /)
    await api.close()
  })
})

describe('HTTP: CORS', () => {
  const ORIGIN = 'https://app.example'
  const preflight = { Origin: ORIGIN, 'Access-Control-Request-Method': 'POST' }

  it('is off unless origins are named', async () => {
    const api = await openHarness()
    const answer = await api.call('GET', '/v1/jobs', { headers: { Origin: ORIGIN } })
    expect(answer.headers.get('access-control-allow-origin')).to.equal(null)
    expect(answer.headers.get('vary')).to.equal(null)
    await api.close()
  })

  it('lets pages of the named origins read every answer, refusals too, and no other', async () => {
    const open = await openHarness(({ clock }, stores) => ({
      corsOrigins: new Set([ORIGIN]),
      guard: new Guard({
        keys: new KeyRing(KEYS, stores.apiKeys, clock),
        listensOn: '127.0.0.1',
        origins: new Set([ORIGIN]),
        limiter: null,
      }),
    }))
    const allowedTo = async (origin: string, init: { headers?: Record<string, string> } = {}) => {
      const { headers } = await open.call('GET', '/v1/jobs', { headers: { ...init.headers, Origin: origin } })
      expect(headers.get('vary')).to.equal('Origin')
      return headers.get('access-control-allow-origin')
    }
    expect(await allowedTo(ORIGIN, bearer(SECRETS.read))).to.equal(ORIGIN)
    expect(await allowedTo(ORIGIN)).to.equal(ORIGIN)
    expect(await allowedTo('https://other.example')).to.equal(null)
    const asked = await open.call('OPTIONS', '/v1/jobs', { headers: preflight })
    expect(asked.status).to.equal(204)
    expect(asked.headers.get('access-control-allow-methods')).to.include('POST')
    expect(asked.headers.get('access-control-allow-headers'))
      .to.include('Authorization')
      .and.include('Idempotency-Key')
      // As instrumented pages send it, and players that read a video in pieces.
      .and.include('traceparent')
      .and.include('If-Match')
      .and.include('If-Range')
    const read = await open.call('GET', '/v1/jobs', { headers: { Origin: ORIGIN } })
    expect(read.headers.get('access-control-expose-headers')).to.include('ETag').and.include('Content-Range')
    await open.close()
  })

  it('takes * for any origin', async () => {
    const api = await openHarness(() => ({ corsOrigins: new Set(['*']) }))
    const { headers } = await api.call('GET', '/v1/jobs', { headers: { Origin: ORIGIN } })
    expect(headers.get('access-control-allow-origin')).to.equal(ORIGIN)
    await api.close()
  })
})

describe('HTTP: security headers', () => {
  it('are on every answer, whatever it is', async () => {
    const api = await openGuarded({})
    const answers = [
      ...['GET /healthz', 'GET /openapi.json', 'GET /v1/jobs', 'GET /nope'].map(
        (line) => `${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
      ),
      'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n',
      'this is not HTTP\r\n\r\n',
    ]
    for (const bytes of answers) {
      const text = (await rawRequest(api.url, bytes)).toLowerCase()
      for (const header of [
        'x-content-type-options: nosniff',
        "content-security-policy: default-src 'none'; frame-ancestors 'none'",
        'x-frame-options: deny',
        'referrer-policy: no-referrer',
        'cross-origin-resource-policy: same-origin',
        'cache-control: no-store',
      ])
        expect(text, bytes).to.include(`\r\n${header}\r\n`)
    }
    await api.close()
  })
})
