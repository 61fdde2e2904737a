import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { freePort } from '../support/postgres-server.js'
import { BUCKET, S3_KEYS, S3Server } from '../support/s3-server.js'
import { sampleVideo } from '../support/sample-video.js'
import { untilPasses } from '../support/until.js'
import { buildOnce } from './support/role-process.js'
import { get, untilStatus, Workplace } from './support/workplace.js'

describe('files on an S3 store', function () {
  this.timeout(90_000)
  let place: Workplace
  let s3: S3Server
  before(buildOnce)
  beforeEach(async () => {
    place = new Workplace()
    s3 = await S3Server.start()
  })
  afterEach(async () => {
    await place.close()
    await s3.close()
  })

  const settings = (): Record<string, string> => ({
    FILES: `s3://${BUCKET}/team`,
    FILES_ENDPOINT: s3.endpoint,
    FILES_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
    FILES_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
  })

  it('stop the start with exit code 78 and one line when they cannot be had', async () => {
    const mistakes: readonly [env: Record<string, string>, line: RegExp][] = [
      [{ FILES: 's3://nothing-here' }, /^FILES: there is no bucket nothing-here at http:\S+\n$/],
      [{ FILES_SECRET_ACCESS_KEY: 'hush-hush' }, /^FILES: FILES_SECRET_ACCESS_KEY does not fit .*\n$/],
      [{ FILES_ACCESS_KEY_ID: 'nobody' }, /^FILES: http:\S+ does not know FILES_ACCESS_KEY_ID\n$/],
      [{ FILES: 'gs://videos' }, /^FILES: got "gs:\/\/videos", takes a folder or s3:.*\n$/],
    ]
    for (const [env, line] of mistakes) {
      const server = place.run('server', {
        ...settings(),
        ...env,
      })
      expect(await server.ended()).to.equal(78)
      expect(server.stderr).to.match(line)
      expect(server.stdout + server.stderr).to.not.include('hush')
    }
  })

  it('may be away: the server starts, says so, and is ready when they are there again', async () => {
    let isAway = true
    s3.before = (ctx) => {
      if (isAway) ctx.throw(503, 'away')
    }
    const server = place.run('server', settings())
    const url = await server.ready()
    await server.prints(/no files can be read or kept yet/)
    const ready = await fetch(`${url}/readyz`)
    expect(ready.status).to.equal(503)
    expect(((await ready.json()) as { checks: object }).checks).to.include({ files: 'away', disk: 'ok' })
    isAway = false
    await untilPasses(async () => {
      expect((await fetch(`${url}/readyz`)).status).to.equal(200)
    })
    expect(await server.stop()).to.equal(0)
  })

  if (storesWanted().has('postgres')) {
    describe('between machines', () => {
      let database: Database
      before(async () => {
        database = await createDatabase('empty')
      })
      after(() => database.drop())

      it('carry a video from an API to a worker and back, which share nothing but PostgreSQL and the store', async () => {
        const healthPort = await freePort()
        const shared = { DATABASE_URL: database.url, FILES: `s3://${BUCKET}/team`, DB_POOL_MAX: '5' }
        const [apiHome, workerHome] = [join(place.path, 'api'), join(place.path, 'worker')]
        // Keys under both kinds of names.
        const api = place.run('api', { ...shared, ...settings(), DATA_DIR: apiHome })
        const worker = place.run('worker', {
          ...shared,
          DATA_DIR: workerHome,
          AWS_ENDPOINT_URL_S3: s3.endpoint,
          AWS_ACCESS_KEY_ID: S3_KEYS.accessKeyId,
          AWS_SECRET_ACCESS_KEY: S3_KEYS.secretAccessKey,
          HEALTH_PORT: String(healthPort),
        })
        const [url] = await Promise.all([api.ready(), worker.ready()])
        // Larger than a part, so that it goes in several.
        const options = [
          '-b:v',
          '40M',
          '-minrate',
          '40M',
          '-maxrate',
          '40M',
          '-bufsize',
          '1M',
          '-x264-params',
          'nal-hrd=cbr',
        ]
        const sample = await sampleVideo(join(place.path, 'sample.mp4'), {
          seconds: 3,
          width: 1280,
          height: 720,
          options,
        })
        const content = await readFile(sample)
        expect(content.length).to.be.greaterThan(9_000_000)

        const form = new FormData()
        form.append('quality', '720p')
        form.append('video', new Blob([content], { type: 'video/mp4' }), 'holiday.mp4')
        const accepted = await fetch(`${url}/v1/videos/encode`, { method: 'POST', body: form })
        expect(accepted.status).to.equal(201)
        const { jobId, inputFile } = (await accepted.json()) as { jobId: string; inputFile: string }
        expect(await s3.keys()).to.include(`team/uploads/${inputFile}`)

        const job = await untilStatus(url, jobId, 'succeeded')
        const { outputPath, sizeBytes } = job['result'] as { outputPath: string; sizeBytes: number }
        expect(await s3.keys()).to.deep.equal([`team/${outputPath}`, `team/uploads/${inputFile}`])

        const address = `${url}/v1/videos/${jobId}/download`
        const whole = await fetch(address)
        const video = Buffer.from(await whole.arrayBuffer())
        expect([
          whole.status,
          whole.headers.get('content-length'),
          whole.headers.get('accept-ranges'),
        ]).to.deep.equal([200, String(sizeBytes), 'bytes'])
        const part = await fetch(address, { headers: { Range: 'bytes=1000-1999' } })
        expect([part.status, part.headers.get('content-range')]).to.deep.equal([
          206,
          `bytes 1000-1999/${sizeBytes}`,
        ])
        expect(Buffer.from(await part.arrayBuffer()).equals(video.subarray(1000, 2000))).to.equal(true)
        const outside = await fetch(address, { headers: { Range: `bytes=${sizeBytes}-` } })
        expect([outside.status, outside.headers.get('content-range')]).to.deep.equal([
          416,
          `bytes */${sizeBytes}`,
        ])
        await outside.arrayBuffer()
        await mkdir(join(place.path, 'got'))
        await writeFile(join(place.path, 'got', 'video.mp4'), video)
        const facts = await new FfmpegVideoEncoder().probe(join(place.path, 'got', 'video.mp4'))
        expect(facts).to.include({ height: 720, videoCodec: 'h264' })

        // Nothing of it stays on either machine.
        for (const home of [apiHome, workerHome]) {
          expect(await readdir(join(home, 'tmp', 'uploads'))).to.deep.equal([])
          expect(await readdir(join(home, 'tmp', 'work'))).to.deep.equal([])
          expect(await readdir(home)).to.deep.equal(['tmp'])
        }
        const ready = await get<{ checks: object }>(`http://127.0.0.1:${healthPort}/readyz`)
        expect(ready.checks).to.include({ files: 'ok' })
        for (const { stdout } of [api, worker]) {
          expect(stdout).to.not.include(S3_KEYS.secretAccessKey)
          expect(stdout).to.not.include('other machines do not see')
        }
        expect(await Promise.all([api.stop(), worker.stop()])).to.deep.equal([0, 0])
      })

      it('are missing: a role by itself says that others do not see its folder, unless FILES names one', async () => {
        const env = { DATABASE_URL: database.url, DB_POOL_MAX: '5' }
        for (const role of ['api', 'worker'] as const) {
          const alone = place.run(role, env)
          await alone.ready()
          await alone.prints(/"message":"[^"]*which other machines do not see/)
          expect(await alone.stop()).to.equal(0)
          const shared = place.run(role, { ...env, FILES: join(place.path, 'shared') })
          await shared.ready()
          expect(await shared.stop()).to.equal(0)
          expect(shared.stdout).to.not.include('other machines')
        }
      })
    })
  }
})
