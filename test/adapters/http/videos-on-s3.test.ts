import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect } from 'chai'
import { deferred } from '../../support/eventually.js'
import { S3Files } from '../../support/s3-files.js'
import { untilPasses } from '../../support/until.js'
import { openHarness, type Harness } from './harness.js'
import { filePart, MP4, MULTIPART, multipart, upload } from './uploads.js'

const MIB = 1024 * 1024

describe('HTTP: videos on an S3 store', function () {
  this.timeout(20_000)
  let s3: S3Files
  let api: Harness
  beforeEach(async () => {
    s3 = new S3Files()
    const files = await s3.open()
    api = await openHarness(({ limits }) => ({
      files,
      uploadDir: files.uploadTempDir,
      limits: { ...limits, maxUploadBytes: 20 * MIB },
    }))
  })
  afterEach(async () => {
    await api.close()
    await s3.close()
  })

  const large = (bytes: number): Buffer => Buffer.concat([MP4, Buffer.alloc(bytes - MP4.length)])

  async function nothingIsLeft(): Promise<void> {
    expect(await s3.server.keys()).to.deep.equal([])
    expect(await s3.server.unfinished()).to.deep.equal([])
    expect(await readdir(api.deps.uploadDir)).to.deep.equal([])
    expect(await api.jobCount()).to.equal(0)
  }

  it('keeps an upload, and hands out the encoded file whole and in parts', async () => {
    const { status, body } = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect(status).to.equal(201)
    expect(await s3.server.keys()).to.deep.equal([`some/prefix/uploads/${body.inputFile}`])
    expect(await readdir(api.deps.uploadDir)).to.deep.equal([])
    await s3.write('outputs/out-1080p.mp4', '0123456789')
    await api.finish(body.jobId as string, {
      outputPath: 'outputs/out-1080p.mp4',
      outputFilename: 'out-1080p.mp4',
    })
    const path = `/v1/videos/${body.jobId}/download`
    const answers: readonly [
      range: string | null,
      status: number,
      text: string,
      contentRange: string | null,
    ][] = [
      [null, 200, '0123456789', null],
      ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
      ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
      ['bytes=-3', 206, '789', 'bytes 7-9/10'],
      ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ]
    for (const [range, expected, text, contentRange] of answers) {
      const answer = await api.call('GET', path, range === null ? {} : { headers: { Range: range } })
      expect([answer.status, answer.text]).to.deep.equal([expected, text])
      expect(answer.headers.get('content-length')).to.equal(String(text.length))
      expect(answer.headers.get('accept-ranges')).to.equal('bytes')
      expect(answer.headers.get('content-range')).to.equal(contentRange)
    }
    const outside = await api.call('GET', path, { headers: { Range: 'bytes=10-' } })
    expect([outside.status, outside.headers.get('content-range')]).to.deep.equal([416, 'bytes */10'])
    const head = await api.call('HEAD', path)
    expect([head.status, head.headers.get('content-length')]).to.deep.equal([200, '10'])
    await api.deps.files.remove('outputs/out-1080p.mp4')
    expect((await api.call('GET', path)).body).to.include({ code: 'video-gone' })
  })

  it('leaves nothing of an upload that is too large', async () => {
    const body = upload({ content: large(21 * MIB) })
    expect((await api.call('POST', '/v1/videos/encode', { body })).status).to.equal(413)
    await nothingIsLeft()
  })

  it('leaves nothing of an upload whose client leaves while it is being kept', async () => {
    const gate = deferred()
    let parts = 0
    s3.server.before = async (ctx) => {
      if (!('partNumber' in ctx.query)) return
      parts += 1
      await gate.promise
    }
    const body = multipart([[filePart('v.mp4'), large(18 * MIB)]])
    const client = connect(Number(new URL(api.url).port), '127.0.0.1')
    client.write(
      `POST /v1/videos/encode HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${MULTIPART['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    client.write(body)
    await untilPasses(() => {
      expect(parts).to.equal(3)
    })
    client.destroy()
    await untilPasses(nothingIsLeft)
    gate.resolve()
  })

  it('answers 503 while the store is away, and keeps no job and no file', async () => {
    const { body } = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    await api.finish(body.jobId as string, { outputPath: 'outputs/o.mp4', outputFilename: 'o.mp4' })
    s3.server.before = (ctx) => {
      ctx.throw(503, 'away')
    }
    const refused = await api.call('POST', '/v1/videos/encode', { body: upload({}) })
    expect([refused.status, refused.body.code]).to.deep.equal([503, 'storage-unavailable'])
    expect(refused.headers.get('retry-after')).to.equal('1')
    const download = await api.call('GET', `/v1/videos/${body.jobId}/download`)
    expect([download.status, download.body.code]).to.deep.equal([503, 'storage-unavailable'])
    expect(await api.jobCount()).to.equal(1)
    expect(await readdir(api.deps.uploadDir)).to.deep.equal([])
  })
})
