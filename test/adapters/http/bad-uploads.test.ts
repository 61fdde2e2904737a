import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { JobServerError, StorageUnavailableError } from '../../../src/domain/errors.js'
import type { HttpDeps } from '../../../src/adapters/http/deps.js'
import { deferred } from '../../support/eventually.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest, statusOf } from './raw-request.js'
import { fieldPart, filePart, MP4, MULTIPART, multipart, upload } from './uploads.js'

const MXF = Buffer.concat([Buffer.from('060e2b34020501010d01020101020400', 'hex'), Buffer.alloc(1000)])
const ZIP = Buffer.concat([Buffer.from('PK\u0003\u0004\u0014\0', 'latin1'), Buffer.alloc(200)])
const ELF = Buffer.concat([Buffer.from('\u007fELF\u0002\u0001\u0001', 'latin1'), Buffer.alloc(200)])
const PLAYLIST = Buffer.from(
  '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n',
)

/** What is sent as multipart, and the only answer to it. */
const FORMS: readonly (readonly [string, Buffer | FormData, number, string, Record<string, string>?])[] = [
  ['a form without a file', multipart([[fieldPart('format'), 'mp4']]), 400, 'validation-error'],
  ['an empty form', multipart([]), 400, 'validation-error'],
  ['a file without a name', multipart([[filePart(''), MP4]]), 400, 'validation-error'],
  ['a file in another field', upload({ field: 'movie' }), 400, 'validation-error'],
  ['a file in a field without a name', multipart([[filePart('v.mp4', ''), MP4]]), 400, 'malformed-multipart'],
  [
    'two files',
    multipart([
      [filePart('a.mp4'), MP4],
      [filePart('b.mp4'), MP4],
    ]),
    400,
    'validation-error',
  ],
  [
    'two files in two fields',
    multipart([
      [filePart('a.mp4'), MP4],
      [filePart('b.mp4', 'b'), MP4],
    ]),
    400,
    'validation-error',
  ],
  [
    '1,000 fields',
    multipart([
      [filePart('v.mp4'), MP4],
      ...Array.from({ length: 1000 }, (_, n) => [fieldPart(`f${n}`), 'x'] as const),
    ]),
    400,
    'validation-error',
  ],
  [
    'a field of 500 kB',
    multipart([
      [filePart('v.mp4'), MP4],
      [fieldPart('format'), 'x'.repeat(500_000)],
    ]),
    400,
    'validation-error',
  ],
  [
    'a field name of 500 kB',
    multipart([
      [filePart('v.mp4'), MP4],
      [fieldPart('x'.repeat(5000)), 'x'],
    ]),
    400,
    'validation-error',
  ],
  ['a field nobody knows', upload({ fields: { colour: 'red' } }), 400, 'validation-error'],
  ['a field named __proto__', upload({ fields: { ['__proto__']: 'x' } }), 400, 'validation-error'],
  ['a field with brackets', upload({ fields: { 'quality[a][b]': '720p' } }), 400, 'validation-error'],
  [
    'a field with a large index',
    upload({ fields: { 'quality[99999999]': '720p' } }),
    400,
    'validation-error',
  ],
  [
    'the same field twice',
    multipart([
      [fieldPart('format'), 'mp4'],
      [fieldPart('format'), 'avi'],
      [filePart('v.mp4'), MP4],
    ]),
    400,
    'validation-error',
  ],
  ...['8k', '', '1080P', 'constructor'].map(
    (quality) => [`quality ${quality}`, upload({ fields: { quality } }), 400, 'validation-error'] as const,
  ),
  ...['mp4;rm -rf /', '-f', 'mov', '../mp4'].map(
    (format) => [`format ${format}`, upload({ fields: { format } }), 400, 'validation-error'] as const,
  ),
  ...['high', '1.5', '2147483648', '1e3', '', ' 1'].map(
    (priority) =>
      [`priority "${priority}"`, upload({ fields: { priority } }), 400, 'validation-error'] as const,
  ),
  [
    'no boundary',
    multipart([[filePart('v.mp4'), MP4]]),
    400,
    'malformed-multipart',
    { 'Content-Type': 'multipart/form-data' },
  ],
  [
    'another boundary',
    multipart([[filePart('v.mp4'), MP4]]),
    400,
    'malformed-multipart',
    { 'Content-Type': 'multipart/form-data; boundary=y' },
  ],
  ['a body without its end', multipart([[filePart('v.mp4'), MP4]], ''), 400, 'malformed-multipart'],
  [
    'a body that ends in a header',
    Buffer.from('--x\r\nContent-Disposition: form-data; na'),
    400,
    'malformed-multipart',
  ],
  ['a part without a disposition', multipart([['Content-Type: video/mp4', MP4]]), 400, 'validation-error'],
  ['NUL in a file name', upload({ name: 'a\u0000b.mp4' }), 400, 'malformed-multipart'],
  ['a part without headers', Buffer.from('--x\r\n\r\nabc\r\n--x--\r\n'), 400, 'malformed-multipart'],
  ['a body that is not multipart', Buffer.from('hello'), 400, 'malformed-multipart'],
  ['JSON', Buffer.from('{}'), 415, 'unsupported-media-type', { 'Content-Type': 'application/json' }],
  [
    'another kind of multipart',
    multipart([[filePart('v.mp4'), MP4]]),
    415,
    'unsupported-media-type',
    { 'Content-Type': 'multipart/mixed; boundary=x' },
  ],
  [
    'a compressed form',
    multipart([[filePart('v.mp4'), MP4]]),
    415,
    'unsupported-media-type',
    { ...MULTIPART, 'Content-Encoding': 'gzip' },
  ],
  [
    'a file over the maximum',
    upload({ content: Buffer.concat([MP4, Buffer.alloc(2_000_001 - MP4.length)]) }),
    413,
    'payload-too-large',
  ],
  [
    'a body far over the maximum',
    upload({ content: Buffer.concat([MP4, Buffer.alloc(8_000_000)]) }),
    413,
    'payload-too-large',
  ],
  ['an empty file', upload({ content: Buffer.alloc(0) }), 422, 'unsupported-video'],
  ['a file of one byte', upload({ content: Buffer.from([0]) }), 422, 'unsupported-video'],
  [
    'text named .mp4',
    upload({ content: Buffer.from('hello, I am a text\n'.repeat(50)) }),
    422,
    'unsupported-video',
  ],
  ['a program', upload({ content: ELF }), 422, 'unsupported-video'],
  ['an archive', upload({ content: ZIP }), 422, 'unsupported-video'],
  [
    'a drawing',
    upload({ content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>') }),
    422,
    'unsupported-video',
  ],
  ['an MXF file, which no probe takes', upload({ name: 'a.mxf', content: MXF }), 422, 'unsupported-video'],
  ['a playlist', upload({ name: 'a.m3u8', content: PLAYLIST }), 422, 'unsupported-video'],
  [
    'a list of files',
    upload({ content: Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n") }),
    422,
    'unsupported-video',
  ],
]

const HOSTILE_NAMES = [
  '../../etc/passwd',
  'C:\\Windows\\x.mp4',
  `${'n'.repeat(5000)}.mp4`,
  'evil\u202egpj.mp4',
  '-i',
  'con',
  '.',
  '..',
  '/etc/passwd',
  'größe 🎬.mp4',
  '<img src=x onerror=alert(1)>.mp4',
  "'; drop table jobs; --.mp4",
  '$(reboot).mp4',
]

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10))
}

describe('HTTP: bad uploads', () => {
  let api: Harness
  let broken: Partial<HttpDeps> = {}
  before(async () => {
    const pace = { windowMs: 300, minBytes: 10 }
    api = await openHarness((deps) => ({
      limits: { ...deps.limits, bodyPace: pace },
      enqueue: (request) => (broken.enqueue ?? deps.enqueue)(request),
      uploadDir: deps.uploadDir,
    }))
  })
  after(() => api.close())
  beforeEach(() => {
    broken = {}
    api.encoder.available = true
    api.encoder.refusal = null
    api.encoder.look = () => Promise.resolve()
    api.logged.length = 0
  })
  const expectNothingLeft = async () => {
    expect(await api.strayFiles()).to.deep.equal({ temporary: [], kept: [] })
    expect(await api.jobCount()).to.equal(0)
    expect(api.logged).to.deep.equal([])
    expect((await api.call('GET', '/healthz')).status).to.equal(200)
  }

  for (const [name, form, status, code, headers] of FORMS) {
    it(`refuses ${name} with ${status} ${code}`, async () => {
      const init = form instanceof FormData ? { body: form } : { body: form, headers: headers ?? MULTIPART }
      const answer = await api.call('POST', '/v1/videos/encode', init)
      expect([answer.status, answer.body.code]).to.deep.equal([status, code])
      await expectNothingLeft()
    })
  }

  it('asks for ffmpeg before it takes anything', async () => {
    api.encoder.available = false
    const answer = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'ffmpeg-unavailable'])
    expect(answer.headers.get('retry-after')).to.equal('60')
    await expectNothingLeft()
  })

  it('refuses what the probe refuses', async () => {
    api.encoder.refusal = new JobServerError('unsupported-video', 'no video stream in it')
    const answer = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect([answer.status, answer.body.code, answer.body.detail]).to.deep.equal([
      422,
      'unsupported-video',
      'no video stream in it',
    ])
    await expectNothingLeft()
  })

  it('removes the kept file when the job is refused, and when the database is away', async () => {
    const refusals = [
      () => Promise.resolve({ error: new JobServerError('unknown-definition', 'not published') }),
      () => Promise.reject(new StorageUnavailableError(new Error('connection to 10.0.0.1 refused'))),
    ]
    for (const [index, refusal] of refusals.entries()) {
      broken = { enqueue: refusal }
      const answer = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
      expect([answer.status, answer.body.code]).to.deep.equal(
        index === 0 ? [422, 'unknown-definition'] : [503, 'storage-unavailable'],
      )
      expect(answer.text).to.not.contain('10.0.0.1')
      await expectNothingLeft()
    }
  })

  it('says 500 without a reason, logs it once and cleans up, when the server itself fails', async () => {
    broken = { enqueue: () => Promise.reject(new Error('select secret from jobs')) }
    const answer = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect([answer.status, answer.body.code]).to.deep.equal([500, 'internal-error'])
    expect(answer.text).to.not.contain('secret')
    expect(api.logged).to.have.length(1)
    expect(api.logged[0]?.fields).to.include({ requestId: answer.body.requestId, path: '/v1/videos/encode' })
    api.logged.length = 0
    await expectNothingLeft()
  })

  const head =
    'POST /v1/videos/encode HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n'
  const begun = Buffer.concat([
    Buffer.from(`${head}Content-Length: 1000000\r\n\r\n--x\r\n${filePart('v.mp4')}\r\n\r\n`),
    MP4,
  ])

  it('leaves nothing of a client that goes away in the middle', async () => {
    const socket: Socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(begun)
    await until(async () => (await api.strayFiles()).temporary.length === 1)
    socket.destroy()
    await until(async () => (await api.strayFiles()).temporary.length === 0)
    await expectNothingLeft()
  })

  it('leaves nothing of many clients that go away at any moment', async () => {
    for (let cut = 0; cut < begun.length; cut += 37) {
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(begun.subarray(0, cut))
      await new Promise((resolve) => setTimeout(resolve, cut % 4))
      socket.destroy()
    }
    await until(async () => (await api.strayFiles()).temporary.length === 0)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expectNothingLeft()
  })

  for (const [what, isHeard] of [
    ['ends the look at a video whose client goes away, and keeps nothing', true],
    ['keeps nothing of a video whose client goes away while it is looked at, however long that takes', false],
  ] as const)
    it(what, async () => {
      const goOn = deferred()
      api.encoder.look = (signal) =>
        isHeard ? once(signal!, 'abort').then(() => signal!.throwIfAborted()) : goOn.promise
      const body = multipart([[filePart('v.mp4'), MP4]])
      const before = api.encoder.probed
      const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
      socket.write(`${head}Content-Length: ${body.length}\r\n\r\n`)
      socket.write(body)
      await until(() => api.encoder.probed > before)
      socket.destroy()
      await once(socket, 'close')
      await new Promise((resolve) => setTimeout(resolve, 50))
      goOn.resolve()
      await until(async () => (await api.strayFiles()).temporary.length === 0)
      await expectNothingLeft()
    })

  it('answers 408 to an upload that stands still, and removes it', async () => {
    const raw = await rawRequest(api.url, begun, 5000)
    expect(statusOf(raw)).to.equal(408)
    expect(raw).to.match(/\r\nConnection: close\r\n/i)
    await expectNothingLeft()
  })

  it('answers 408 to an upload that drips', async () => {
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    let raw = ''
    socket.on('data', (chunk: Buffer) => (raw += chunk.toString('latin1'))).on('error', () => undefined)
    socket.write(begun)
    const drip = setInterval(() => socket.writable && socket.write('x'), 100)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    expect(statusOf(raw)).to.equal(408)
    await expectNothingLeft()
  })

  it('cuts an upload without an announced length once it is over the maximum', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    const start = `--x\r\n${filePart('v.mp4')}\r\n\r\n`
    const body = `${start.length.toString(16)}\r\n${start}\r\n${chunk.repeat(80)}`
    const raw = await rawRequest(api.url, `${head}Transfer-Encoding: chunked\r\n\r\n${body}`, 5000)
    expect(statusOf(raw)).to.equal(413)
    await expectNothingLeft()
  })
})

describe('HTTP: hostile file names', () => {
  let api: Harness
  before(async () => {
    api = await openHarness()
  })
  after(() => api.close())

  for (const name of HOSTILE_NAMES) {
    it(`never lets ${JSON.stringify(name).slice(0, 40)} touch the disk`, async () => {
      const body = multipart([[filePart(name.replaceAll('"', '%22')), MP4]])
      const answer = await api.call('POST', '/v1/videos/encode', { body, headers: MULTIPART })
      expect(answer.status).to.equal(201)
      expect(answer.body.inputFile).to.match(/^[A-Za-z0-9._-]{1,200}$/)
      const job = (await api.call('GET', `/v1/jobs/${answer.body.jobId}`)).body
      expect(job.params.inputPath).to.equal(`uploads/${answer.body.inputFile}`)
      expect(job.params.originalFilename.length).to.be.at.most(255)
      expect(job.params.originalFilename).to.not.match(/[\p{Cc}\p{Bidi_Control}]/u)
      const { temporary, kept } = await api.strayFiles()
      expect(temporary).to.deep.equal([])
      expect(kept).to.include(answer.body.inputFile)
    })
  }

  it('keeps a name in other alphabets as the client wrote it', async () => {
    const answer = await api.call('POST', '/v1/videos/encode', { body: upload({ name: 'größe 🎬.mp4' }) })
    const job = (await api.call('GET', `/v1/jobs/${answer.body.jobId}`)).body
    expect(job.params.originalFilename).to.equal('größe 🎬.mp4')
  })
})
