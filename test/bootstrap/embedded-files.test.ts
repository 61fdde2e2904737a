import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { ConfigError } from '../../src/bootstrap/config-error.js'
import { createJobServer, type JobServer } from '../../src/bootstrap/create-job-server.js'
import type { JobServerOptions } from '../../src/bootstrap/job-server-options.js'
import { BUCKET, S3_KEYS, S3Server } from '../support/s3-server.js'
import { sampleVideo } from '../support/sample-video.js'

describe('an embedded server with files on an S3 store', function () {
  this.timeout(60_000)
  let s3: S3Server
  let dataDir: string
  const servers: JobServer[] = []
  beforeEach(async () => {
    s3 = await S3Server.start()
    dataDir = await mkdtemp(join(tmpdir(), 'embedded-files-'))
  })
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
    await s3.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  async function create(options: JobServerOptions): Promise<JobServer> {
    const server = await createJobServer({
      builtins: true,
      dataDir,
      http: { port: 0 },
      files: `s3://${BUCKET}/mine`,
      s3: { endpoint: s3.endpoint, ...S3_KEYS },
      ...options,
    })
    servers.push(server)
    return server
  }

  it('encodes what was uploaded, and keeps nothing here', async () => {
    const server = await create({})
    await server.start()
    const sample = await sampleVideo(join(dataDir, 'sample.mp4'))
    const form = new FormData()
    form.append('video', new Blob([await readFile(sample)]), 'a.mp4')
    const accepted = await fetch(`${server.url}/v1/videos/encode`, { method: 'POST', body: form })
    const { jobId, inputFile } = (await accepted.json()) as { jobId: string; inputFile: string }
    const { status, result } = await server.waitFor(jobId, { timeoutMs: 50_000 })
    expect(status).to.equal('succeeded')
    const { outputPath } = result as { outputPath: string }
    expect(await s3.keys()).to.deep.equal([`mine/${outputPath}`, `mine/uploads/${inputFile}`])
    const download = await fetch(`${server.url}/v1/videos/${jobId}/download`)
    expect((await download.arrayBuffer()).byteLength).to.be.greaterThan(1_000)
    expect(await readdir(join(dataDir, 'tmp', 'work'))).to.deep.equal([])
  })

  it('refuses options that cannot be used, by their own names', async () => {
    const failureOf = (options: JobServerOptions): Promise<unknown> =>
      create(options).then(
        () => null,
        (error: unknown) => (error as ConfigError).lines,
      )
    expect(String(await failureOf({ files: 'ftp://store' }))).to.match(
      /^files: got "ftp:\/\/store", takes a folder or/,
    )
    expect(String(await failureOf({ s3: { endpoint: 'store' } }))).to.match(/^s3\.endpoint: got/)
    expect(String(await failureOf({ s3: { accessKeyId: 'id' } }))).to.match(/^s3\.secretAccessKey: got/)
    const server = await create({ files: 's3://nothing-here' })
    const refusal = await server.start().then(
      () => null,
      (error: unknown) => error,
    )
    expect(refusal).to.be.instanceOf(ConfigError)
  })
})
