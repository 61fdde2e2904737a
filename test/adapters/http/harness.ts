import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { z } from 'zod'
import { callbackFlaw, PUBLIC_INTERNET } from '../../../src/adapters/definitions/url-policy.js'
import { CronerCalendar } from '../../../src/adapters/calendar/croner-calendar.js'
import { createLocalFileStore } from '../../../src/adapters/files/local-file-store.js'
import { Guard } from '../../../src/adapters/http/access/guard.js'
import { KeyRing } from '../../../src/adapters/http/access/key-ring.js'
import { createApp, type HttpDeps } from '../../../src/adapters/http/create-app.js'
import { listen } from '../../../src/adapters/http/listen.js'
import { createMemoryStores } from '../../../src/adapters/memory/memory-stores.js'
import { announcedStores } from '../../../src/application/announced-stores.js'
import { BulkOperations } from '../../../src/application/bulk-operations.js'
import { CancelJobs } from '../../../src/application/cancel-jobs.js'
import { ChangeFeed } from '../../../src/application/change-feed.js'
import { ChangeSchedules } from '../../../src/application/change-schedules.js'
import { EnqueueBatch } from '../../../src/application/enqueue-batch.js'
import { EnqueueJobs } from '../../../src/application/enqueue-jobs.js'
import { EnqueueLanes } from '../../../src/application/enqueue-lanes.js'
import { ExplainJob } from '../../../src/application/explain-job.js'
import { JobFeed } from '../../../src/application/job-feed.js'
import { JobRegistry } from '../../../src/application/job-registry.js'
import { PauseDefinition } from '../../../src/application/pause-definition.js'
import type { Logger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import type { MediaFacts, ProbedVideo, VideoEncoder } from '../../../src/application/ports/video-encoder.js'
import { PreviewSchedule } from '../../../src/application/preview-schedule.js'
import { PublishDefinitions } from '../../../src/application/publish-definitions.js'
import { RetryDeadLetter } from '../../../src/application/retry-dead-letter.js'
import { RunSchedule } from '../../../src/application/run-schedule.js'
import { type JobServerError } from '../../../src/domain/errors.js'
import type { ActiveJob } from '../../../src/domain/job.js'
import type { JsonObject, JsonValue } from '../../../src/domain/json.js'
import { decideOutcome } from '../../../src/domain/outcome.js'
import { systemClock } from '../../../src/bootstrap/system-clock.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { AnswerChecker } from './answer-checker.js'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed JSON; `undefined` when the answer is not JSON. */
  readonly body: any
}

/** Says what it is told to; real encoding is tested with the real encoder. */
export class ScriptedEncoder implements VideoEncoder {
  available = true
  refusal: JobServerError | null = null
  probed = 0
  /** How long a look takes. */
  look: (signal?: AbortSignal) => Promise<void> = () => Promise.resolve()

  isAvailable(): Promise<boolean> {
    return Promise.resolve(this.available)
  }

  async probe(path: string, signal?: AbortSignal): Promise<ProbedVideo> {
    this.probed += 1
    expect(path).to.match(/^\//)
    await this.look(signal)
    if (this.refusal !== null) throw this.refusal
    const facts = { width: 320, height: 240, durationSeconds: 1, videoCodec: 'h264', audioCodec: null }
    return { ...facts, sizeBytes: 1, container: 'mov', framesPerSecond: 25 }
  }

  encode(): Promise<MediaFacts> {
    return Promise.reject(new Error('the API never encodes'))
  }
}

/** A running API over the in-memory store, with its own folders; every answer is checked against the document. */
export interface Harness {
  readonly url: string
  readonly stores: Stores
  readonly encoder: ScriptedEncoder
  readonly deps: HttpDeps
  readonly logged: { readonly message: string; readonly fields: unknown }[]
  call(method: string, path: string, init?: RequestInit): Promise<Answered>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answered>
  /** Number of jobs in the store. */
  jobCount(): Promise<number>
  /** Names of all files that uploads left, temporary and kept. */
  strayFiles(): Promise<{ readonly temporary: string[]; readonly kept: string[] }>
  /** Lets a worker take every job that is due. */
  claim(): Promise<readonly ActiveJob[]>
  /** Runs a queued job to its success. */
  finish(jobId: string, result: JsonValue): Promise<void>
  writeOutput(name: string, content: string): Promise<string>
  close(): Promise<void>
}

export async function openHarness(
  overrides: (deps: HttpDeps, stores: Stores) => Partial<HttpDeps> = () => ({}),
): Promise<Harness> {
  const root = await mkdtemp(join(tmpdir(), 'job-server-http-'))
  const files = await createLocalFileStore({ dataDir: root, newId: uuidv7 })
  await mkdir(join(root, 'page'))
  await writeFile(join(root, 'page', 'index.html'), '<!doctype html><title>page</title>')
  let ticks = Date.parse('2024-01-01T10:00:00.000Z')
  const clock = { now: () => new Date((ticks += 1)), monotonicMs: () => ticks }
  const stores = announcedStores(createMemoryStores({ clock }))
  const registry = await definitionsOf(stores)
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
  const { jobs, definitions, queries, metrics, notifier, schedules } = stores
  const calendar = new CronerCalendar()
  const flaw = (url: string): string | null => callbackFlaw(url, PUBLIC_INTERNET)
  const enqueueJobs = new EnqueueJobs(jobs, definitions, registry, notifier, clock, uuidv7, sha256, flaw)
  const lanes = new EnqueueLanes(enqueueJobs, new EnqueueBatch(enqueueJobs, jobs))
  const encoder = new ScriptedEncoder()
  const logged: Harness['logged'] = []
  const jobFeed = new JobFeed(stores.live, stores.changes, systemClock, recorder(logged))
  const changeFeed = new ChangeFeed(stores.changes)
  const base: HttpDeps = {
    enqueue: (request) => lanes.enqueue(request),
    enqueueAll: (...batch) => lanes.enqueueAll(...batch),
    jobs,
    bulk: new BulkOperations(jobs, new CancelJobs(jobs, notifier, uuidv7), queries, notifier, clock, uuidv7),
    retryDeadLetter: new RetryDeadLetter(jobs, queries, notifier, clock, uuidv7),
    pauseDefinition: new PauseDefinition(definitions, notifier),
    schedules,
    changeSchedules: new ChangeSchedules(schedules, definitions, registry, calendar, clock, uuidv7),
    runSchedule: new RunSchedule(schedules, definitions, registry, jobs, notifier, clock, uuidv7),
    previewSchedule: new PreviewSchedule(schedules, calendar, clock),
    queries,
    definitions,
    metrics,
    exposition: {
      contentType: 'text/plain; version=0.0.4; charset=utf-8',
      text: () => Promise.resolve('up 1\n'),
    },
    workers: stores.workers,
    explain: (jobId) => new ExplainJob(stores).execute(jobId),
    jobFeed,
    changeFeed,
    encoder,
    files,
    uploadDir: files.uploadTempDir,
    pageDir: join(root, 'page'),
    logger: recorder(logged),
    newId: uuidv7,
    clock,
    guard: new Guard({
      keys: new KeyRing([], stores.apiKeys, clock),
      listensOn: null,
      origins: new Set(),
      limiter: null,
    }),
    corsOrigins: new Set(),
    readiness: () => Promise.resolve({ ready: true, checks: { database: 'ok' } }),
    isStopping: () => false,
    limits: {
      maxBodyBytes: 1_048_576,
      maxBatchBytes: 2_097_152,
      maxUploadBytes: 2_000_000,
      metricsCacheMs: 30_000,
      maxStreams: 100,
    },
  }
  const deps = { ...base, ...overrides(base, stores) }
  const { url, close } = await listen(createApp(deps), { host: '127.0.0.1', port: 0 })
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as object
  const checker = new AnswerChecker(document)

  const call: Harness['call'] = async (method, path, init = {}) => {
    const response = await fetch(`${url}${path}`, { method, ...init })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined
    const answered = { status: response.status, headers: response.headers, text, body }
    checker.check(method, path, answered)
    return answered
  }
  return {
    url,
    stores,
    encoder,
    deps,
    logged,
    call,
    post: (path, body, headers = {}) =>
      call('POST', path, {
        headers: { 'Content-Type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    jobCount: async () => (await queries.list({}, { limit: 1, offset: 0 })).total,
    strayFiles: async () => ({
      temporary: await readdir(files.uploadTempDir),
      kept: await readdir(join(root, 'uploads')),
    }),
    claim: () => claim(stores),
    finish: (jobId, result) => finish(stores, jobId, result),
    async writeOutput(name, content) {
      await writeFile(join(root, 'outputs', name), content)
      return `outputs/${name}`
    },
    async close() {
      jobFeed.stop()
      changeFeed.stop()
      await close(0)
      await rm(root, { recursive: true })
    },
  }
}

const jsonSchemaOf = (schema: unknown) => z.toJSONSchema(schema as z.ZodType) as JsonObject

async function definitionsOf(stores: Stores): Promise<JobRegistry> {
  const registry = new JobRegistry()
  registry.register({ key: 'echo', version: 1, run: (params: unknown) => params })
  registry.register({ key: 'echo', version: 2, run: (params: unknown) => params })
  registry.register({ key: 'typed', version: 1, params: z.object({ n: z.number() }), run: () => null })
  registry.register({ key: 'encode.video', version: 1, concurrencyLimit: 3, run: () => null })
  await new PublishDefinitions(registry, stores.definitions, stores.notifier, jsonSchemaOf).execute()
  return registry
}

async function claim({ jobs, workers, clock }: Stores): Promise<readonly ActiveJob[]> {
  const incarnation = uuidv7()
  const definitions = ['echo@1', 'echo@2', 'typed@1', 'encode.video@1'].map((ref) => {
    const [key = '', version] = ref.split('@')
    return { key, version: Number(version) }
  })
  const worker = { name: 'worker-1', host: 'h', pid: 1, version: '1', slots: 1, definitions }
  await workers.register({ incarnation, ...worker }, 60_000)
  return (await jobs.claim({ incarnation, limit: 100, now: clock.now(), definitions })).jobs
}

async function finish(stores: Stores, jobId: string, result: JsonValue): Promise<void> {
  const { jobs, clock } = stores
  const job = (await claim(stores)).find(({ id }) => id === jobId)
  if (job === undefined) throw new Error('the job could not be claimed')
  const at = { now: clock.now(), random: 0, policy: DEFAULT_RETRY_POLICY, newId: uuidv7 }
  const outcome = decideOutcome(job, { kind: 'succeeded', result }, at)
  const answers = await jobs.settle([{ lease: job.lease, outcome }], clock.now())
  expect(answers).to.deep.equal(['applied'])
}

function recorder(logged: Harness['logged']): Logger {
  const error = (message: string, fields?: unknown) => void logged.push({ message, fields })
  const logger: Logger = {
    debug: () => undefined,
    info: () => undefined,
    warn: error,
    error,
    child: () => logger,
  }
  return logger
}
