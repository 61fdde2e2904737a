import { connect } from 'node:net'
import { expect } from 'chai'
import { gzipSync } from 'node:zlib'
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
    '9999-12-31T23:59:59-14:00',
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
    'a key header that is not UTF-8',
    echo({}),
    400,
    'validation-error',
    { ...JSON_TYPE, 'Idempotency-Key': 'k\u00e9' },
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

describe('HTTP: bad bodies', () => {
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
      if (status === 413) expect(answer.headers.get('connection')).to.equal('close')
      if (code === 'validation-error') expect(answer.body.errors[0].pointer).to.match(/^(\/|$)/)
    })
  }

  it('points at what is wrong', async () => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo', priority: 'high', color: 1 })
    expect(body.errors).to.deep.equal([{ pointer: '/color', message: 'is not known' }])
    const typed = await api.post('/v1/jobs', { definitionKey: 'typed', params: { n: 'x' } })
    expect(typed.body.errors[0].pointer).to.equal('/params/n')
  })

  it('echoes no more than 100 characters of what was sent', async () => {
    const deep = Array.from({ length: 40 }).reduce<unknown>(
      (inner) => ({ ['k'.repeat(90)]: inner }),
      '\u0000',
    )
    const { status, body } = await api.post('/v1/jobs', { definitionKey: 'echo', params: deep })
    expect(status).to.equal(422)
    expect(body.errors[0].pointer).to.match(/^\/params\/k{90}.?/)
    expect(body.errors[0].pointer).to.have.length(100)
  })

  it('counts a body that does not say its length, and ends the connection', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const head =
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
    const raw = await rawRequest(api.url, head + chunk.repeat(40))
    expect(statusOf(raw)).to.equal(413)
    expect(raw).to.match(/\r\nConnection: close\r\n/i)
  })

  it('tells it also to a client that sends everything before it listens', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause()
    const failed: Error[] = []
    socket.on('error', (error) => failed.push(error))
    const type = 'Content-Type: application/json\r\nContent-Length: 8000000'
    socket.write(`POST /v1/jobs HTTP/1.1\r\nHost: a\r\n${type}\r\n\r\n`)
    await new Promise((resolve) => socket.write(Buffer.alloc(8_000_000, 'x'), resolve))
    let raw = ''
    socket.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1'))).resume()
    await new Promise((resolve) => socket.once('close', resolve))
    expect(failed).to.deep.equal([])
    expect(statusOf(raw)).to.equal(413)
  })

  it('counts such a body also when all of it comes at once', async () => {
    const small = await openHarness(({ limits }) => ({ limits: { ...limits, maxBodyBytes: 100 } }))
    try {
      const head =
        'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n'
      const raw = await rawRequest(small.url, `${head}65\r\n${'x'.repeat(101)}\r\n0\r\n\r\n`)
      expect([statusOf(raw), raw.includes('payload-too-large')]).to.deep.equal([413, true])
    } finally {
      await small.close()
    }
  })

  it('keeps the connection of a body that was refused', async () => {
    const post = (body: string) =>
      `POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const raw = await rawRequest(api.url, ['{', '[]', echo({ color: 1 })].map(post).join(''))
    expect(raw.match(/HTTP\/1\.1 \d{3}/g)?.map(statusOf)).to.deep.equal([400, 400, 400])
    expect(raw).not.to.match(/\r\nConnection: close\r\n/i)
  })

  it('refuses a length over the maximum before it comes', async () => {
    const head =
      'POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{'
    const raw = await rawRequest(api.url, head)
    expect(statusOf(raw)).to.equal(413)
    expect(raw).to.match(/\r\nConnection: close\r\n/i)
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
      'application/json;charset=utf8',
      'application/json ; charset = utf-8 ; ',
      'application/json;',
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

  it('takes a body with a byte order mark, at once or in pieces', async () => {
    const json = Buffer.from('\uFEFF{"definitionKey":"echo","params":{"text":"größe"}}')
    const head = `POST /v1/jobs HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\nConnection: close\r\n\r\n`
    expect(statusOf(await rawRequest(api.url, Buffer.concat([Buffer.from(head), json])))).to.equal(201)
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').setNoDelay()
    let raw = ''
    socket.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1')))
    socket.write(head)
    // The second half of a letter comes after the first.
    for (const byte of json) {
      await new Promise((resolve) => setImmediate(resolve))
      socket.write(Buffer.of(byte))
    }
    await new Promise((resolve) => socket.once('close', resolve))
    expect(statusOf(raw)).to.equal(201)
  })

  it('finds a job by its id in capital letters', async () => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo' })
    const answer = await api.call('GET', `/v1/jobs/${String(body.jobId).toUpperCase()}`)
    expect([answer.status, answer.body.jobId]).to.deep.equal([200, body.jobId])
  })
})
