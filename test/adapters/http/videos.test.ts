import { connect } from 'node:net'
import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { backlogFull } from '../../../src/application/backlog.js'
import type { HttpDeps } from '../../../src/adapters/http/deps.js'
import { openHarness, type Harness } from './harness.js'
import { MP4, upload } from './uploads.js'

describe('HTTP: videos', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const encode = async (): Promise<string> => {
    const answer = await api.call('POST', '/v1/videos/encode', { body: upload({ name: 'my video.mp4' }) })
    expect(answer.status).to.equal(201)
    return answer.body.jobId as string
  }
  const encoded = async (content: string, name = 'out-1080p.mp4'): Promise<string> => {
    const jobId = await encode()
    const outputPath = await api.writeOutput(name, content)
    await api.finish(jobId, { outputPath, outputFilename: name })
    return jobId
  }

  it('accepts a video, keeps it and makes a job of it', async () => {
    const form = upload({ name: 'my video.mp4', fields: { format: 'webm', quality: '720p', priority: '10' } })
    const { status, headers, body } = await api.call('POST', '/v1/videos/encode', { body: form })
    expect(status).to.equal(201)
    const { jobId, inputFile } = body
    expect(body).to.deep.equal({ jobId, status: 'queued', message: 'Video encoding job created', inputFile })
    expect(inputFile).to.match(/^[A-Za-z0-9._-]+my_video\.mp4$/)
    expect(headers.get('location')).to.equal(`/v1/jobs/${jobId}`)
    const job = (await api.call('GET', `/v1/jobs/${jobId}`)).body
    expect(job).to.deep.include({ definitionKey: 'encode.video', definitionVersion: 1, priority: 10 })
    expect(job.params).to.deep.equal({
      inputPath: `uploads/${inputFile}`,
      originalFilename: 'my video.mp4',
      format: 'webm',
      quality: '720p',
    })
    expect(await api.deps.files.size(job.params.inputPath)).to.equal(MP4.length)
    expect(await api.strayFiles()).to.deep.equal({ temporary: [], kept: [inputFile] })
    expect(api.encoder.probed).to.equal(1)
  })

  it('takes a file that is as large as one may be', async () => {
    const { maxUploadBytes } = api.deps.limits
    const content = Buffer.concat([MP4, Buffer.alloc(maxUploadBytes - MP4.length)])
    const { status, body } = await api.call('POST', '/v1/videos/encode', { body: upload({ content }) })
    expect(status).to.equal(201)
    expect(await api.deps.files.size(`uploads/${body.inputFile as string}`)).to.equal(maxUploadBytes)
  })

  it('keeps nothing of a video for whose job there is no room', async () => {
    const full = await openHarness(() => ({ enqueue: () => Promise.resolve({ error: backlogFull() }) }))
    const { status, body } = await full.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect([status, body.code]).to.deep.equal([503, 'backlog-full'])
    expect(await full.strayFiles()).to.deep.equal({ temporary: [], kept: [] })
    await full.close()
  })

  it('encodes to 1080p mp4 when nothing is said', async () => {
    const job = (await api.call('GET', `/v1/jobs/${await encode()}`)).body
    expect(job.params).to.deep.include({ format: 'mp4', quality: '1080p' })
    expect(job.priority).to.equal(0)
  })

  it('tells the status, and the output once there is one', async () => {
    const waiting = await encode()
    const before = await api.call('GET', `/v1/videos/${waiting}/status`)
    expect(before.status).to.equal(200)
    expect(before.body).to.deep.include({ jobId: waiting, status: 'queued', definitionKey: 'encode.video' })
    expect(before.body).to.not.have.any.keys('outputPath', 'outputFilename', 'downloadUrl')
    await api.call('POST', `/v1/jobs/${waiting}/cancel`)
    const jobId = await encoded('0123456789')
    expect((await api.call('GET', `/v1/videos/${jobId}/status`)).body).to.deep.include({
      jobId,
      status: 'succeeded',
      definitionKey: 'encode.video',
      outputPath: 'outputs/out-1080p.mp4',
      outputFilename: 'out-1080p.mp4',
      downloadUrl: `/v1/videos/${jobId}/download`,
    })
  })

  it('hands out the file with its name, size and type', async () => {
    const jobId = await encoded('0123456789')
    const answer = await api.call('GET', `/v1/videos/${jobId}/download`)
    expect([answer.status, answer.text]).to.deep.equal([200, '0123456789'])
    expect(answer.headers.get('content-disposition')).to.equal('attachment; filename="out-1080p.mp4"')
    expect(answer.headers.get('content-type')).to.equal('video/mp4')
    expect(answer.headers.get('content-length')).to.equal('10')
    expect(answer.headers.get('accept-ranges')).to.equal('bytes')
    const head = await api.call('HEAD', `/v1/videos/${jobId}/download`)
    expect([head.status, head.text]).to.deep.equal([200, ''])
    expect(head.headers.get('content-length')).to.equal('10')
  })

  for (const [range, status, text, contentRange] of [
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=-300', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-99999999999999999999', 206, '89', 'bytes 8-9/10'],
    ['items=0-3', 200, '0123456789', null],
  ] as const) {
    it(`answers ${status} to Range: ${range}`, async () => {
      const jobId = await encoded('0123456789')
      const answer = await api.call('GET', `/v1/videos/${jobId}/download`, { headers: { Range: range } })
      expect([answer.status, answer.text]).to.deep.equal([status, text])
      expect(answer.headers.get('content-range')).to.equal(contentRange)
      expect(answer.headers.get('content-length')).to.equal(String(text.length))
    })
  }

  it('answers 416 to ranges outside the file and to several at once', async () => {
    const jobId = await encoded('0123456789')
    const many = `bytes=${Array.from({ length: 500 }, (_, n) => `${n}-${n}`).join(',')}`
    for (const range of [
      'bytes=-0',
      'bytes=10-',
      'bytes=5-2',
      'bytes=0-1,3-4',
      'bytes=x-y',
      'bytes=',
      many,
    ]) {
      const answer = await api.call('GET', `/v1/videos/${jobId}/download`, { headers: { Range: range } })
      expect([range, answer.status]).to.deep.equal([range, 416])
      expect(answer.headers.get('content-range')).to.equal('bytes */10')
      expect(answer.headers.get('content-disposition')).to.equal(null)
    }
  })

  it('continues a download only of the file that it began with', async () => {
    const jobId = await encoded('0123456789')
    const path = `/v1/videos/${jobId}/download`
    const etag = (await api.call('HEAD', path)).headers.get('etag') as string
    const same = await api.call('GET', path, { headers: { Range: 'bytes=4-', 'If-Range': etag } })
    expect(same.status).to.equal(206)
    const other = await api.call('GET', path, { headers: { Range: 'bytes=4-', 'If-Range': '"other"' } })
    expect([other.status, other.text]).to.deep.equal([200, '0123456789'])
  })

  it('sends a file that the client has no second time, and none that it does not mean', async () => {
    const jobId = await encoded('0123456789')
    const path = `/v1/videos/${jobId}/download`
    const etag = (await api.call('HEAD', path)).headers.get('etag') as string
    for (const [name, value, status] of [
      ['If-None-Match', etag, 304],
      ['If-None-Match', `"other", W/${etag}`, 304],
      ['If-None-Match', '*', 304],
      ['If-None-Match', '"other"', 200],
      ['If-Match', `"other", ${etag}`, 200],
      ['If-Match', '*', 200],
      ['If-Match', '"other"', 412],
      ['If-Match', `W/${etag}`, 412],
    ] as const) {
      const answer = await api.call('GET', path, { headers: { [name]: value } })
      expect([name, value, answer.status]).to.deep.equal([name, value, status])
      expect(answer.headers.get('etag')).to.equal(etag)
      if (status === 304) expect(answer.text).to.equal('')
    }
  })

  it('hands out an empty file', async () => {
    const jobId = await encoded('')
    const answer = await api.call('GET', `/v1/videos/${jobId}/download`)
    expect([answer.status, answer.text]).to.deep.equal([200, ''])
  })

  it('answers 409 before the encoding is done and 410 when its file is gone', async () => {
    const waiting = await encode()
    const early = await api.call('GET', `/v1/videos/${waiting}/download`)
    expect([early.status, early.body.code]).to.deep.equal([409, 'video-not-ready'])
    await api.call('POST', `/v1/jobs/${waiting}/cancel`)
    const jobId = await encoded('x')
    await api.deps.files.remove('outputs/out-1080p.mp4')
    const gone = await api.call('GET', `/v1/videos/${jobId}/download`)
    expect([gone.status, gone.body.code]).to.deep.equal([410, 'video-gone'])
  })

  it('answers 404 for jobs that are not there or have no video', async () => {
    const { jobId } = (await api.post('/v1/jobs', { definitionKey: 'echo' })).body
    for (const end of ['status', 'download']) {
      expect((await api.call('GET', `/v1/videos/${jobId}/${end}`)).body.code).to.equal('not-a-video-job')
      expect((await api.call('GET', `/v1/videos/${uuidv7()}/${end}`)).body.code).to.equal('job-not-found')
    }
  })

  for (const [name, disposition] of [
    ['größe "x".mp4', 'attachment; filename="größe \\"x\\".mp4"'],
    [
      'a\r\nX-Evil: 1.mp4',
      'attachment; filename="a??X-Evil: 1.mp4"; filename*=UTF-8\'\'a%0D%0AX-Evil%3A%201.mp4',
    ],
    ['../../x.mp4', 'attachment; filename="x.mp4"'],
    ['x;filename=evil.exe;.mp4', 'attachment; filename="x;filename=evil.exe;.mp4"'],
    ['🎬.mp4', 'attachment; filename="??.mp4"; filename*=UTF-8\'\'%F0%9F%8E%AC.mp4'],
  ] as const) {
    it(`hands out a file named ${JSON.stringify(name)} without a header of its making`, async () => {
      const jobId = await encode()
      const outputPath = await api.writeOutput('out.mp4', 'x')
      await api.finish(jobId, { outputPath, outputFilename: name })
      const { status, headers } = await api.call('GET', `/v1/videos/${jobId}/download`)
      expect([status, headers.get('x-evil')]).to.deep.equal([200, null])
      expect(headers.get('content-disposition')).to.equal(disposition)
    })
  }

  it('hands out nothing from outside the folders of videos', async () => {
    for (const outputPath of [
      '../../../etc/passwd',
      'outputs/../../x',
      '/etc/passwd',
      'outputs',
      'jobs.db',
    ]) {
      const jobId = await encode()
      await api.finish(jobId, { outputPath, outputFilename: 'x.mp4' })
      expect((await api.call('GET', `/v1/videos/${jobId}/download`)).status).to.equal(400)
    }
  })

  it('survives a client that leaves in the middle of a download', async () => {
    const jobId = await encoded('x'.repeat(20_000_000))
    const response = await fetch(`${api.url}/v1/videos/${jobId}/download`)
    await response.body?.cancel()
    expect((await api.call('GET', '/healthz')).status).to.equal(200)
    expect(api.logged).to.deep.equal([])
  })
})

describe('HTTP: downloads that go wrong', () => {
  let api: Harness
  let read: HttpDeps['files']['read']
  before(async () => {
    api = await openHarness(({ files, limits }) => {
      const { keepUpload, size, remove } = files
      const rest = { keepUpload, size, remove }
      for (const [name, method] of Object.entries(rest)) Object.assign(rest, { [name]: method.bind(files) })
      read = (path, range) => files.read(path, range)
      return {
        files: { ...rest, read: (path, range) => read(path, range) },
        limits: { ...limits, bodyPace: { windowMs: 100, minBytes: 1 } },
      }
    })
  })
  after(() => api.close())

  const encoded = async (): Promise<string> => {
    const { jobId } = (await api.post('/v1/jobs', { definitionKey: 'encode.video' })).body
    const outputPath = await api.writeOutput('out.mp4', 'x'.repeat(20_000_000))
    await api.finish(jobId, { outputPath, outputFilename: 'out.mp4' })
    return `/v1/videos/${jobId}/download`
  }

  it('lets go of the file when the client takes nothing more of it', async () => {
    const real = read
    const released = new Promise<void>((resolve) => {
      read = async function* (path, range) {
        try {
          yield* real(path, range)
        } finally {
          resolve()
        }
      }
    })
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause()
    socket.on('error', () => undefined)
    socket.write(`GET ${await encoded()} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await released
    socket.destroy()
    read = real
  })

  it('opens no file for a download behind an answer that its client did not wait for', async () => {
    const real = read
    let open = 0
    read = async function* (path, range) {
      open += 1
      try {
        yield* real(path, range)
      } finally {
        open -= 1
      }
    }
    const { jobId } = (await api.post('/v1/jobs', { definitionKey: 'echo' })).body
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1').pause()
    const heads = [`/v1/jobs/${jobId}?wait=60`, ...Array<string>(5).fill(await encoded())]
    socket.write(heads.map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''))
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(open).to.equal(0)
    read = real
  })

  it('says 500 and logs it once when the file cannot be read', async () => {
    const path = await encoded()
    const real = read
    read = async function* () {
      await Promise.resolve()
      throw new Error('EIO: i/o error')
    }
    const answer = await api.call('GET', path)
    expect([answer.status, answer.body.code]).to.deep.equal([500, 'internal-error'])
    expect(answer.headers.get('content-disposition')).to.equal(null)
    expect(api.logged).to.have.length(1)
    api.logged.length = 0
    read = real
  })

  it('breaks off and logs it once when the file ends in an error', async () => {
    const path = await encoded()
    const real = read
    read = async function* (path, range) {
      for await (const chunk of real(path, range)) {
        yield chunk
        throw new Error('EIO: i/o error')
      }
    }
    const error = await api.call('GET', path).catch((reason: unknown) => reason)
    expect(error).to.be.instanceOf(TypeError)
    expect(api.logged.map(({ message }) => message)).to.deep.equal(['a response broke off'])
    api.logged.length = 0
    read = real
  })
})
