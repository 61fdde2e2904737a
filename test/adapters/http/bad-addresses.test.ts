import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { cursorAfter } from '../../../src/adapters/http/cursor.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest, statusOf } from './raw-request.js'

const QUERIES: readonly (readonly [string, string])[] = [
  ...['0', '-1', '1e9', 'abc', '1001', '1.5', '%2B1', '0x10', '9'.repeat(400)].map(
    (limit) => [`/v1/jobs?limit=${limit}`, 'invalid-query'] as const,
  ),
  ['/v1/jobs?limit=1&limit=2', 'invalid-query'],
  ...['1e12', '1000001', '-1', '1000000000000'].map(
    (offset) => [`/v1/jobs?offset=${offset}`, 'invalid-query'] as const,
  ),
  ...['foo', 'Queued', 'queued,', 'queued,foo', '%00'].map(
    (status) => [`/v1/jobs?status=${status}`, 'invalid-query'] as const,
  ),
  ['/v1/jobs?status[]=queued', 'invalid-query'],
  ['/v1/jobs?status=queued&status=failed', 'invalid-query'],
  ['/v1/jobs?sort=constructor', 'invalid-query'],
  ['/v1/jobs?__proto__=1', 'invalid-query'],
  ['/v1/jobs?constructor=', 'invalid-query'],
  ['/v1/jobs?toString=1', 'invalid-query'],
  ['/v1/jobs?definitionKey=%00', 'invalid-query'],
  ['/v1/definitions?x=1', 'invalid-query'],
  ['/healthz?x=1', 'invalid-query'],
  ['/v1/jobs?cursor=abc', 'invalid-cursor'],
  ['/v1/jobs?cursor=%27%20OR%201%3D1--', 'invalid-cursor'],
  [`/v1/jobs?cursor=${uuidv7()}`, 'invalid-cursor'],
  [`/v1/jobs?cursor=${Buffer.alloc(24).toString('base64url')}`, 'invalid-cursor'],
  [`/v1/jobs/${uuidv7()}/events?after=-1`, 'invalid-query'],
  [`/v1/jobs/${uuidv7()}/events?after=2147483648`, 'invalid-query'],
  [`/v1/jobs/${uuidv7()}/events?limit=10001`, 'invalid-query'],
]

const IDS = [
  'not-a-uuid',
  '%00',
  '1',
  'x'.repeat(4096),
  `${uuidv7()}0`,
  '..%2f..',
  '%F0%9F%8E%89',
  `{${uuidv7()}}`,
]

/** What the parser refuses is told in the same shape as everything else. */
function expectProblem(raw: string, code: string): void {
  const body = JSON.parse(raw.slice(raw.indexOf('\r\n\r\n'))) as Record<string, unknown>
  expect(raw).to.contain('Content-Type: application/problem+json\r\n')
  expect(body).to.include({ type: `/problems/${code}`, status: statusOf(raw), code })
  expect(body).to.include.all.keys('title', 'detail', 'instance', 'requestId')
}

describe('HTTP: bad addresses, queries and protocol', () => {
  let api: Harness
  before(async () => {
    api = await openHarness()
  })
  after(() => api.close())
  afterEach('nothing was made and nothing failed', async () => {
    expect(await api.jobCount()).to.equal(0)
    expect(api.logged).to.deep.equal([])
    const alive = await fetch(`${api.url}/healthz`)
    expect(alive.status).to.equal(200)
    await alive.text()
  })

  for (const [path, code] of QUERIES) {
    it(`refuses GET ${path.slice(0, 60)} with 400 ${code}`, async () => {
      const answer = await api.call('GET', path)
      expect([answer.status, answer.body.code]).to.deep.equal([400, code])
    })
  }

  it('refuses a cursor of which one character was changed', async () => {
    const genuine = cursorAfter(uuidv7())
    expect((await api.call('GET', `/v1/jobs?cursor=${genuine}`)).status).to.equal(200)
    for (let at = 0; at < genuine.length; at += 1) {
      const forged = genuine.slice(0, at) + (genuine[at] === 'A' ? 'B' : 'A') + genuine.slice(at + 1)
      expect((await api.call('GET', `/v1/jobs?cursor=${forged}`)).body.code).to.equal('invalid-cursor')
    }
  })

  for (const value of ["' OR 1=1--", '%', '\\', '{"$ne":1}', '*', '_']) {
    it(`finds nothing for the definition key ${value}`, async () => {
      const answer = await api.call('GET', `/v1/jobs?definitionKey=${encodeURIComponent(value)}`)
      expect(answer.status).to.equal(200)
      expect(answer.body).to.deep.include({ jobs: [], total: 0 })
    })
  }

  for (const id of IDS) {
    for (const [method, path] of [
      ['GET', `/v1/jobs/${id}`],
      ['POST', `/v1/jobs/${id}/cancel`],
      ['GET', `/v1/jobs/${id}/events`],
      ['GET', `/v1/videos/${id}/status`],
      ['GET', `/v1/videos/${id}/download`],
    ] as const) {
      it(`refuses ${method} ${path.slice(0, 40)} with 400`, async () => {
        const answer = await api.call(method, path)
        expect([answer.status, answer.body.code]).to.deep.equal([400, 'malformed-id'])
      })
    }
  }

  it('refuses a malformed percent-encoding with 400', async () => {
    expect((await api.call('GET', '/v1/jobs/%E0%A4')).body.code).to.equal('malformed-url')
    expect((await api.call('GET', '/%zz')).body.code).to.equal('malformed-url')
  })

  it('refuses long URLs with 414 and long headers with 431', async () => {
    expect((await api.call('GET', `/v1/jobs?definitionKey=${'x'.repeat(9000)}`)).status).to.equal(414)
    const raw = await rawRequest(api.url, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    expect(statusOf(raw)).to.equal(431)
    expectProblem(raw, 'headers-too-large')
  })

  it('answers 404 for what is not there and 405 with Allow for another method', async () => {
    for (const path of ['/nope', '/v1', '/v1/jobs/', '/V1/jobs', '/v1/jobs/a/b/c', '//v1/jobs']) {
      const answer = await api.call('GET', path)
      expect([path, answer.status, answer.body.code]).to.deep.equal([path, 404, 'not-found'])
    }
    const answer = await api.call('DELETE', '/v1/jobs')
    expect([answer.status, answer.body.code]).to.deep.equal([405, 'method-not-allowed'])
    expect(answer.headers.get('allow')?.split(', ').sort()).to.deep.equal(['GET', 'HEAD', 'OPTIONS', 'POST'])
    const cancel = await api.call('GET', `/v1/jobs/${uuidv7()}/cancel`)
    expect([cancel.status, cancel.headers.get('allow')]).to.deep.equal([405, 'POST, OPTIONS'])
    expect(
      (await rawRequest(api.url, 'PROPFIND /v1/jobs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).slice(
        9,
        12,
      ),
    ).to.equal('405')
  })

  it('answers JSON to whoever asks for XML', async () => {
    const answer = await api.call('GET', '/v1/jobs', { headers: { Accept: 'text/xml' } })
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([
      200,
      'application/json; charset=utf-8',
    ])
  })

  for (const [name, request] of [
    [
      'a length and chunks',
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}'],
    ['a bare line feed', 'GET /healthz HTTP/1.1\nHost: a\nX: y\n\n'],
    ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n'],
  ] as const) {
    it(`refuses ${name} with 400 and ends the connection`, async () => {
      const raw = await rawRequest(api.url, request)
      expect(statusOf(raw)).to.equal(400)
      expect(raw).to.match(/\r\nConnection: close\r\n/i)
      expectProblem(raw, 'malformed-request')
    })
  }

  it('refuses a request without Host, which HTTP/1.0 may do', async () => {
    const raw = await rawRequest(api.url, 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n')
    expect(statusOf(raw)).to.equal(400)
    expectProblem(raw, 'malformed-request')
    expect(statusOf(await rawRequest(api.url, 'GET /healthz HTTP/1.0\r\n\r\n'))).to.equal(200)
  })

  it('says nothing wrong about a request when what follows it is no HTTP', async () => {
    const raw = await rawRequest(api.url, 'GET /v1/jobs HTTP/1.1\r\nHost: a\r\n\r\nno HTTP\r\n\r\n')
    expect(raw).to.not.contain('400')
  })

  it('answers whatever a client says it expects', async () => {
    const head = 'GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nConnection: close\r\n\r\n'
    expect(statusOf(await rawRequest(api.url, head))).to.equal(200)
  })

  for (const id of [
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'f47ac10b-58cc-4372-a567-0e02b2c3d479',
    '%300000000-0000-0000-0000-00000000000%30',
  ]) {
    it(`knows no job ${id}`, async () => {
      for (const path of [`/v1/jobs/${id}`, `/v1/jobs/${id}/events`, `/v1/videos/${id}/status`]) {
        const answer = await api.call('GET', path)
        expect([answer.status, answer.body.code]).to.deep.equal([404, 'job-not-found'])
      }
    })
  }

  it('answers HEAD as GET, without the body', async () => {
    for (const path of ['/healthz', '/v1/jobs', '/v1/definitions', `/v1/jobs/${uuidv7()}`, '/nope']) {
      const [get, head] = [await api.call('GET', path), await api.call('HEAD', path)]
      expect([path, head.status, head.text]).to.deep.equal([path, get.status, ''])
      for (const name of ['content-type', 'content-length', 'cache-control'])
        expect(head.headers.get(name)).to.equal(get.headers.get(name))
    }
  })

  it('does not look at Host and forwarding headers', async () => {
    const commas = ','.repeat(10_000)
    const raw = await rawRequest(
      api.url,
      `GET /healthz HTTP/1.1\r\nHost: evil.com@x\r\nX-Forwarded-Proto: ${commas}\r\nConnection: close\r\n\r\n`,
    )
    expect(statusOf(raw)).to.equal(200)
    expect(raw).to.not.contain('evil')
  })
})
