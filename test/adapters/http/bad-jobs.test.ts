import { expect } from 'chai'
import { gzipSync } from 'node:zlib'
import { v7 as uuidv7 } from 'uuid'
import { cursorAfter } from '../../../src/adapters/http/cursor.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest, statusOf } from './raw-request.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }
const echo = (more: object) => JSON.stringify({ definitionKey: 'echo', ...more })
const params = (json: string) => `{"definitionKey":"echo","params":${json}}`
const utf16 = Buffer.from('{"definitionKey":"echo"}', 'utf16le')

/** What is sent to POST /v1/jobs, and the only answer to it. */
const BODIES: readonly (readonly [string, string | Buffer, number, string, Record<string, string>?])[] = [
  ['a lone brace', '{', 400, 'malformed-json'],
  ['a trailing comma', '{"definitionKey":"echo",}', 400, 'malformed-json'],
  ['an empty body', '', 400, 'malformed-json'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400, 'malformed-json'],
  ['UTF-16', utf16, 400, 'malformed-json'],
  ['plain text', echo({}), 415, 'unsupported-media-type', { 'Content-Type': 'text/plain' }],
  ['XML', '<a/>', 415, 'unsupported-media-type', { 'Content-Type': 'application/xml' }],
  ['no media type', Buffer.from(echo({})), 415, 'unsupported-media-type', {}],
  ['JSON lines', echo({}), 415, 'unsupported-media-type', { 'Content-Type': 'application/jsonl' }],
  [
    'a charset of UTF-16',
    utf16,
    415,
    'unsupported-media-type',
    { 'Content-Type': 'application/json; charset=utf-16' },
  ],
  [
    'gzip',
    gzipSync(Buffer.alloc(5_000_000)),
    415,
    'unsupported-media-type',
    { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
  ],
  ['more than the maximum', params(`{"a":"${'x'.repeat(1_100_000)}"}`), 413, 'payload-too-large'],
  ['70 levels of params', params(`{"a":${'['.repeat(70)}${']'.repeat(70)}}`), 422, 'params-invalid'],
  [
    '100,000 levels of params',
    params(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    422,
    'params-invalid',
  ],
  [
    '150,000 levels of objects',
    params(`${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`),
    422,
    'params-invalid',
  ],
  ['500,000 levels at the top', '['.repeat(500_000) + ']'.repeat(500_000), 400, 'validation-error'],
  [
    '10,001 keys',
    params(JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [n, 1])))),
    422,
    'params-invalid',
  ],
  ['100,001 items', params(`{"a":[${'1,'.repeat(100_000)}1]}`), 422, 'params-invalid'],
  ['NUL in a value', params('{"a":"\\u0000"}'), 422, 'params-invalid'],
  ['NUL in a key', params('{"\\u0000":1}'), 422, 'params-invalid'],
  ['a lone surrogate', params('{"a":"\\ud800"}'), 422, 'params-invalid'],
  ['1e400', params('{"a":1e400}'), 422, 'params-invalid'],
  ['an integer that loses digits', params('{"a":9007199254740993}'), 422, 'params-invalid'],
  ['__proto__ in params', params('{"__proto__":{"admin":true}}'), 422, 'params-invalid'],
  ['constructor deep in params', params('{"a":[{"constructor":1}]}'), 422, 'params-invalid'],
  ['prototype in params', params('{"prototype":1}'), 422, 'params-invalid'],
  ['an array', '[]', 400, 'validation-error'],
  ['null', 'null', 400, 'validation-error'],
  ['a number', '1', 400, 'validation-error'],
  ['no definition key', '{}', 400, 'validation-error'],
  ['a definition key of another type', '{"definitionKey":1}', 400, 'validation-error'],
  ['an unknown definition', '{"definitionKey":"nope"}', 422, 'unknown-definition'],
  ['an unknown version', echo({ definitionVersion: 9 }), 422, 'unknown-definition'],
  ['a definition key named like a method', '{"definitionKey":"constructor"}', 422, 'unknown-definition'],
  [
    'a definition key of 10 kB',
    JSON.stringify({ definitionKey: 'x'.repeat(10_000) }),
    400,
    'validation-error',
  ],
  ['a path as key', '{"definitionKey":"../x"}', 400, 'validation-error'],
  ['control characters in the key', '{"definitionKey":"a\\nb"}', 400, 'validation-error'],
  ['NUL in the key', '{"definitionKey":"a\\u0000"}', 400, 'validation-error'],
  ['a lone surrogate in the key', '{"definitionKey":"a\\ud800"}', 400, 'validation-error'],
  ['an emoji as key', '{"definitionKey":"🎉"}', 400, 'validation-error'],
  ...[0, -1, 1.5, '1', 2 ** 31, null].map(
    (definitionVersion) =>
      [
        `version ${JSON.stringify(definitionVersion)}`,
        echo({ definitionVersion }),
        400,
        'validation-error',
      ] as const,
  ),
  ...[1.5, '5', 'NaN', 2 ** 31, -(2 ** 31) - 1, null, true].map(
    (priority) =>
      [`priority ${JSON.stringify(priority)}`, echo({ priority }), 400, 'validation-error'] as const,
  ),
  ...[0, -1, 1e9, 1001, '3'].map(
    (maxAttempts) =>
      [`maxAttempts ${JSON.stringify(maxAttempts)}`, echo({ maxAttempts }), 400, 'validation-error'] as const,
  ),
  ...[
    'tomorrow',
    '+294277-01-01T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-01-01',
    1,
    '',
    null,
  ].map((runAt) => [`runAt ${JSON.stringify(runAt)}`, echo({ runAt }), 400, 'validation-error'] as const),
  ...[-1, '5', 1e300, null].map(
    (delaySeconds) =>
      [
        `delaySeconds ${JSON.stringify(delaySeconds)}`,
        echo({ delaySeconds }),
        400,
        'validation-error',
      ] as const,
  ),
  ['a delay of 1e400', '{"definitionKey":"echo","delaySeconds":1e400}', 400, 'validation-error'],
  [
    'runAt and delaySeconds',
    echo({ runAt: '2030-01-01T00:00:00.000Z', delaySeconds: 1 }),
    400,
    'validation-error',
  ],
  ['an unknown field', echo({ parms: {} }), 400, 'validation-error'],
  ['__proto__ at the top', '{"definitionKey":"echo","__proto__":{"priority":9}}', 400, 'validation-error'],
  ['params that are an array', echo({ params: [] }), 400, 'validation-error'],
  ['params that are text', echo({ params: '{}' }), 400, 'validation-error'],
  ['params that are null', echo({ params: null }), 400, 'validation-error'],
  ['params that do not fit', '{"definitionKey":"typed","params":{"n":"1"}}', 422, 'params-invalid'],
  ...['', 'x'.repeat(256), 'a\u0000b', 'a\nb', 5, null].map(
    (idempotencyKey) =>
      [
        `key ${JSON.stringify(idempotencyKey).slice(0, 20)}`,
        echo({ idempotencyKey }),
        400,
        'validation-error',
      ] as const,
  ),
  [
    'a lone surrogate in the idempotency key',
    '{"definitionKey":"echo","idempotencyKey":"\\ud800"}',
    400,
    'validation-error',
  ],
  ['an empty key header', echo({}), 400, 'validation-error', { ...JSON_TYPE, 'Idempotency-Key': '' }],
  [
    'a long key header',
    echo({}),
    400,
    'validation-error',
    { ...JSON_TYPE, 'Idempotency-Key': 'x'.repeat(256) },
  ],
  [
    'two different keys',
    echo({ idempotencyKey: 'a' }),
    422,
    'idempotency-key-mismatch',
    { ...JSON_TYPE, 'Idempotency-Key': 'b' },
  ],
  [
    'multipart',
    '--x--',
    415,
    'unsupported-media-type',
    { 'Content-Type': 'multipart/form-data; boundary=x' },
  ],
]

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

describe('HTTP: bad requests about jobs', () => {
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

  for (const [name, body, status, code, headers = JSON_TYPE] of BODIES) {
    it(`refuses ${name} with ${status} ${code}`, async () => {
      const answer = await api.call('POST', '/v1/jobs', { body, headers })
      expect([answer.status, answer.body.code]).to.deep.equal([status, code])
      expect(answer.text).to.not.match(/select |insert |node_modules|\.ts:|x{101}/i)
      if (code === 'validation-error') expect(answer.body.errors[0].pointer).to.match(/^(\/|$)/)
    })
  }

  it('points at what is wrong', async () => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo', priority: 'high', color: 1 })
    expect(body.errors).to.deep.equal([{ pointer: '/color', message: 'is not known' }])
    const typed = await api.post('/v1/jobs', { definitionKey: 'typed', params: { n: 'x' } })
    expect(typed.body.errors[0].pointer).to.equal('/params/n')
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

  it('counts a body that does not say its length, and ends the connection', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const head =
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    const raw = await rawRequest(api.url, head + chunk.repeat(40))
    expect(statusOf(raw)).to.equal(413)
    expect(raw).to.match(/\r\nConnection: close\r\n/i)
  })

  it('refuses a length over the maximum before it comes', async () => {
    const head =
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{'
    const raw = await rawRequest(api.url, head)
    expect(statusOf(raw)).to.equal(413)
    expect(raw).to.match(/\r\nConnection: close\r\n/i)
  })

  for (const [name, request] of [
    [
      'a length and chunks',
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['two lengths', 'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}'],
    ['a bare line feed', 'GET /healthz HTTP/1.1\nHost: a\nX: y\n\n'],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['no HTTP at all', '\u0016\u0003\u0001 hello\r\n\r\n'],
  ] as const) {
    it(`refuses ${name} with 400 and ends the connection`, async () => {
      const raw = await rawRequest(api.url, request)
      expect(statusOf(raw)).to.equal(400)
      expect(raw).to.match(/\r\nConnection: close\r\n/i)
    })
  }

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

describe('HTTP: unusual requests about jobs that are fine', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  it('takes the last one of repeated keys', async () => {
    const { status, body } = await api.post(
      '/v1/jobs',
      '{"definitionKey":"nope","definitionKey":"echo","params":{"a":1,"a":2}}',
    )
    expect(status).to.equal(201)
    expect((await api.call('GET', `/v1/jobs/${body.jobId}`)).body.params).to.deep.equal({ a: 2 })
  })

  it('takes a due time in the past for now', async () => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo', runAt: '1970-01-01T00:00:00.000Z' })
    const job = (await api.call('GET', `/v1/jobs/${body.jobId}`)).body
    expect(job.runAt).to.equal(job.queuedAt)
  })

  it('takes JSON with its charset named, and a cancel with a body that nobody asked for', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      'Application/JSON',
    ]) {
      const { status, body } = await api.post('/v1/jobs', { definitionKey: 'echo' }, { 'Content-Type': type })
      expect([type, status]).to.deep.equal([type, 201])
      const cancel = await api.post(`/v1/jobs/${body.jobId}/cancel`, 'not json')
      expect(cancel.status).to.equal(202)
    }
  })

  it('keeps texts that would harm a log or a page as they are', async () => {
    const params = { log: '"\n{"level":"error"}\u001b[31m', page: '<img src=x onerror=alert(1)>' }
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo', params })
    const job = await api.call('GET', `/v1/jobs/${body.jobId}`)
    expect(job.body.params).to.deep.equal(params)
    expect(job.headers.get('x-content-type-options')).to.equal('nosniff')
    expect(job.text).to.not.contain('\n{')
  })

  it('finds a job by its id in capital letters', async () => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo' })
    const answer = await api.call('GET', `/v1/jobs/${String(body.jobId).toUpperCase()}`)
    expect([answer.status, answer.body.jobId]).to.deep.equal([200, body.jobId])
  })
})
