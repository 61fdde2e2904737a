import { expect } from 'chai'
import { createClient, type ClientOptions, type JobRequest } from '../../src/client/index.js'
import { createJobServer, defineJob, type JobServerOptions } from '../../src/index.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { createTestServer, type TestServerOptions } from '../../src/testing/index.js'

/** Everything that may be left out, as a program that passes its own options on has it. */
type Unsaid<T> = {
  readonly [Name in keyof T as Partial<T> extends Pick<T, Name> ? Name : never]-?: undefined
}

const unsaid = undefined
const greet = defineJob({
  key: 'greet',
  version: 1,
  defaultMaxAttempts: unsaid,
  timeoutSeconds: unsaid,
  concurrencyLimit: unsaid,
  isolation: unsaid,
  memoryLimitMb: unsaid,
  params: unsaid,
  schedules: [{ name: 'greetings', cron: '@yearly', params: unsaid, priority: unsaid }],
  onEnd: unsaid,
  run: () => 'hello',
})

const server: Unsaid<JobServerOptions> = {
  database: unsaid,
  stores: unsaid,
  notifier: unsaid,
  fileStore: unsaid,
  encoder: unsaid,
  definitions: unsaid,
  builtins: unsaid,
  dataDir: unsaid,
  files: unsaid,
  s3: unsaid,
  http: unsaid,
  apiKeys: unsaid,
  worker: unsaid,
  leaseMs: unsaid,
  heartbeatMs: unsaid,
  pollIntervalMs: unsaid,
  retryPolicy: unsaid,
  retentionDays: unsaid,
  callbacks: unsaid,
  logger: unsaid,
}
const parts = {
  http: { host: unsaid, port: 0 },
  worker: { slots: unsaid, name: unsaid, cancelGraceMs: unsaid },
  retryPolicy: { baseMs: unsaid, maxMs: unsaid, jitter: unsaid },
  retentionDays: { succeeded: unsaid },
  callbacks: { secret: unsaid, allowPrivate: unsaid, maxConcurrent: unsaid },
  s3: { endpoint: unsaid, region: unsaid, accessKeyId: unsaid, secretAccessKey: unsaid },
}
const client: Unsaid<ClientOptions> = {
  apiKey: unsaid,
  timeoutMs: unsaid,
  retry: unsaid,
  headers: unsaid,
  fetch: unsaid,
}
const request: Unsaid<JobRequest<unknown>> = {
  definitionVersion: unsaid,
  params: unsaid,
  priority: unsaid,
  maxAttempts: unsaid,
  idempotencyKey: unsaid,
  runAt: unsaid,
  delaySeconds: unsaid,
  callback: unsaid,
}

describe('options that are undefined', () => {
  const folder = tempDir()
  after(() => {
    folder.remove()
  })

  it('are none, of a server, its client and what they are asked', async () => {
    const jobs = await createJobServer({ ...server, ...parts, dataDir: folder.path, definitions: [greet] })
    await jobs.start()
    const { job } = await jobs.enqueue(greet, {}, { priority: unsaid, runAt: unsaid })
    expect(await jobs.waitFor(job.id, { timeoutMs: unsaid })).to.include({ result: 'hello' })
    expect(await jobs.events(job.id, { after: unsaid, limit: unsaid })).to.have.length(3)

    const retry = { retries: unsaid, baseMs: 1, maxMs: unsaid }
    let asked = 0
    const failing: typeof fetch = (...call) =>
      asked++ === 0 ? Promise.reject(new Error('cut')) : fetch(...call)
    const remote = createClient({ ...client, url: String(jobs.url), retry, fetch: failing })
    const handle = await remote.jobs.create({ ...request, definitionKey: 'greet' })
    expect(await handle.result({ timeoutMs: unsaid, signal: unsaid })).to.equal('hello')
    await remote.videos
      .encode(new Blob(['x']), { format: unsaid, quality: unsaid, priority: unsaid, filename: unsaid })
      .catch((error: unknown) => expect(error).to.not.have.property('code', 'validation-error'))
    await jobs.stop()
  })

  it('are none, of the testing kit', async () => {
    const options: Unsaid<TestServerOptions> = {
      definitions: unsaid,
      retryPolicy: unsaid,
      logger: unsaid,
      now: unsaid,
      slots: unsaid,
      patienceMs: unsaid,
    }
    const kit = await createTestServer({ ...options, definitions: [greet] })
    const { job } = await kit.enqueue(greet, {})
    expect(await kit.waitFor(job.id)).to.include({ result: 'hello' })
  })
})
