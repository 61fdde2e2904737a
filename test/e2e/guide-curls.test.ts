import { statSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import { sampleVideo } from '../support/sample-video.js'
import { GuideShell, readGuide, type GuideBlock } from './support/guide.js'
import { buildOnce } from './support/role-process.js'
import { post, untilStatus, Workplace } from './support/workplace.js'

const guide = readGuide(new URL('fixtures/users-guide.md', import.meta.url))
const run = new Set<GuideBlock>()

/** The blocks of one language under a heading; each is remembered as shown. */
function blocks(heading: string, language = 'bash'): GuideBlock[] {
  const found = guide.filter((block) => block.heading === heading && block.language === language)
  if (found.length === 0) throw new Error(`the guide has no ${language} under ${heading}`)
  found.forEach((block) => run.add(block))
  return found
}

function commands(heading: string): readonly string[] {
  return blocks(heading).flatMap((block) => block.commands)
}

function command(heading: string): string {
  return commands(heading)[0] ?? ''
}

function shown(heading: string): Record<string, unknown> {
  return JSON.parse(blocks(heading, 'json')[0]?.text ?? '') as Record<string, unknown>
}

describe("the user's guide, as written", function () {
  this.timeout(120_000)
  const place = new Workplace()
  let url: string
  let shell: GuideShell

  before(buildOnce)
  before(async () => {
    const video = await sampleVideo(join(place.path, 'video.mp4'))
    const server = place.run('server', { BACKOFF_BASE_SECONDS: '0.05' })
    url = await server.ready()
    shell = new GuideShell(place.path, url, video)
  })
  after(() => place.close())

  const enqueue = async (heading: string): Promise<string> => {
    const answer = await shell.json(command(heading))
    expect(answer).to.include.keys('jobId', 'status')
    expect(answer['status']).to.equal('queued')
    return String(answer['jobId'])
  }

  it('starts a job with every field that it shows, once per idempotency key', async () => {
    const body = shown('POST /v1/jobs')
    const first = await post(`${url}/v1/jobs`, body)
    expect(first.status).to.equal(201)
    const second = await post(`${url}/v1/jobs`, body)
    expect([second.status, second.body['jobId']]).to.deep.equal([200, first.body['jobId']])
  })

  it('lists jobs with filters', async () => {
    const page = await shell.json(command('GET /v1/jobs'))
    expect(page).to.include.keys('jobs', 'total', 'nextCursor')
    for (const line of commands('List All Jobs'))
      expect(await shell.json(line)).to.include.keys('jobs', 'total')
  })

  it('lists the definitions in the shape that it shows', async () => {
    const answer = await shell.json(command('GET /v1/definitions'))
    const definitions = answer['definitions'] as Record<string, unknown>[]
    const [example] = shown('GET /v1/definitions')['definitions'] as Record<string, unknown>[]
    expect(definitions.find(({ key }) => key === 'encode.video')).to.deep.include(example)
    for (const definition of definitions) expect(definition).to.include.keys(Object.keys(example ?? {}))
  })

  const ends: Readonly<Record<string, object>> = {
    '1. `echo@1` - Simple Echo Job': { status: 'succeeded', result: { message: 'Hello World' } },
    '3. `compute.math@1` - Math Computation': { status: 'succeeded', result: 9_227_465 },
    '4. `process.data@1` - Data Processing': { status: 'succeeded' },
    '5. `call.api@1` - API Call Simulation': { status: 'succeeded' },
    '6. `process.batch@1` - Batch Processing': { status: 'succeeded', result: { processed: 3 } },
    '7. `failing@1` - Failing Job (for testing)': {
      status: 'failed',
      attempts: 3,
      errorSummary: 'Intentional failure',
    },
  }
  for (const [heading, end] of Object.entries(ends)) {
    it(`runs ${heading}`, async () => {
      const jobId = await enqueue(heading)
      const { status } = end as { status: string }
      expect(await untilStatus(url, jobId, status)).to.deep.include(end)
    })
  }

  it('starts and monitors a job', async () => {
    const [create = '', look = '', events = ''] = commands('Start and Monitor a Job')
    const jobId = await shell.run(create)
    expect(await shell.json(look)).to.include({ jobId, definitionKey: 'compute.math', priority: 10 })
    expect((await shell.json(events))['jobId']).to.equal(jobId)
    await untilStatus(url, jobId, 'succeeded')
    const told = (await shell.json(command('GET /v1/jobs/:jobId/events'), jobId))['events']
    expect((told as { eventType: string }[]).map(({ eventType }) => eventType)).to.deep.equal([
      'queued',
      'started',
      'result',
      'succeeded',
    ])
    for (const event of told as object[]) expect(event).to.include.keys('id', 'eventType', 'at', 'payload')
  })

  it('cancels a running job', async () => {
    const jobId = await enqueue('4. `process.data@1` - Data Processing')
    await untilStatus(url, jobId, 'running')
    const answer = await shell.json(command('Cancel a Running Job'), jobId)
    expect(answer).to.deep.include({ jobId, status: 'cancelling', message: 'Cancellation requested' })
    await untilStatus(url, jobId, 'cancelled')
  })

  it('lists what was given up, tells about it and retries it', async () => {
    const jobId = await enqueue('7. `failing@1` - Failing Job (for testing)')
    await untilStatus(url, jobId, 'failed')
    const { jobs, total } = await shell.json(command('GET /v1/dlq'))
    const [newest] = jobs as Record<string, unknown>[]
    expect(newest).to.include({
      originalJobId: jobId,
      errorSummary: 'Intentional failure',
      retriedJobId: null,
    })
    expect(total).to.be.at.least(1)
    const dlqJobId = String(newest?.['dlqJobId'])
    expect(await shell.json(command('GET /v1/dlq/:dlqJobId'), dlqJobId)).to.deep.include({
      dlqJobId,
      params: {},
    })
    const retried = await shell.json(command('POST /v1/dlq/:dlqJobId/retry'), dlqJobId)
    expect(retried).to.include({ status: 'queued', message: 'Job retried from DLQ' })
    const again = await untilStatus(url, String(retried['jobId']), 'failed')
    expect(again).to.include({ attempts: 5, maxAttempts: 5, retriedFrom: jobId })
    expect(await shell.json(command('POST /v1/dlq/:dlqJobId/retry'), dlqJobId)).to.include({
      code: 'dead-letter-already-retried',
      jobId: retried['jobId'],
    })
  })

  it('encodes a video, tells its status in the shape that it shows, and gives it back', async () => {
    const upload = await shell.json(command('POST /v1/videos/encode'))
    const example = shown('POST /v1/videos/encode')
    expect(upload).to.include.keys(Object.keys(example))
    expect(upload).to.include({ status: example['status'], message: example['message'] })
    expect(upload['inputFile']).to.match(/-video\.mp4$/)
    const jobId = String(upload['jobId'])
    await untilStatus(url, jobId, 'succeeded')

    const status = await shell.json(command('GET /v1/videos/:jobId/status'), jobId)
    expect(status).to.include.keys(Object.keys(shown('GET /v1/videos/:jobId/status')))
    expect(status['outputPath']).to.match(/^outputs\/.*-video-1080p\.mp4$/)
    expect(status['outputPath']).to.equal(`outputs/${String(status['outputFilename'])}`)
    expect(status['downloadUrl']).to.equal(`/v1/videos/${jobId}/download`)

    await shell.run(command('GET /v1/videos/:jobId/download'), jobId)
    const facts = await new FfmpegVideoEncoder().probe(join(place.path, 'encoded-video.mp4'))
    expect(facts).to.include({ height: 180, videoCodec: 'h264' })
  })

  it('encodes a video as the list of definitions shows', async () => {
    const { jobId } = await shell.json(command('2. `encode.video@1` - Video Encoding (FFmpeg)'))
    await untilStatus(url, jobId, 'succeeded')
  })

  it('goes through the complete workflow of a video', async () => {
    const [upload = '', status = '', events = '', download = ''] = commands(
      'Complete Video Encoding Workflow',
    )
    const jobId = await shell.run(upload)
    expect(await shell.json(status)).to.include({ jobId, definitionKey: 'encode.video' })
    expect((await shell.json(events))['events']).to.be.an('array')
    await untilStatus(url, jobId, 'succeeded')
    await shell.run(download)
    expect(statSync(join(place.path, 'encoded-video.mp4')).size).to.be.greaterThan(1_000)
  })

  it('tells the metrics in the shapes that it shows', async () => {
    const [overall = '', byDefinition = '', overTime = ''] = commands('View Metrics')
    const metrics = await shell.json(overall)
    const example = shown('GET /v1/metrics')
    expect(metrics).to.have.keys(Object.keys(example))
    for (const [part, fields] of Object.entries(example))
      expect(metrics[part], part).to.have.keys(Object.keys(fields as object))
    expect((metrics['summary'] as Record<string, unknown>)['byStatus']).to.include.keys(
      'queued',
      'cancelling',
    )

    const first = (list: unknown): Record<string, unknown> => (list as Record<string, unknown>[])[0] ?? {}
    const { definitions } = await shell.json(byDefinition)
    expect(first(definitions)).to.have.keys(
      Object.keys(first(shown('GET /v1/metrics/definitions')['definitions'])),
    )

    const { data } = await shell.json(overTime)
    expect(data).to.have.length(24)
    expect(first(data)).to.have.keys(Object.keys(first(shown('GET /v1/metrics/throughput')['data'])))

    const answer = await fetch(`${url}/v1/metrics/performance?ttl=0`)
    expect(await answer.json()).to.have.keys(Object.keys(shown('GET /v1/metrics/performance')))
  })

  it('has no other command in it', () => {
    const left = guide.filter((block) => block.text.includes('curl') && !run.has(block))
    expect(left.map(({ heading, text }) => `${heading}: ${text}`)).to.deep.equal([])
  })
})
