import { createHash } from 'node:crypto'
import { CronerCalendar } from '../adapters/calendar/croner-calendar.js'
import { callbackFlaw, ANYWHERE } from '../adapters/definitions/url-policy.js'
import { InlineExecutor } from '../adapters/isolation/inline-executor.js'
import { createMemoryStores } from '../adapters/memory/memory-stores.js'
import { JobWriter } from '../adapters/worker/job-writer.js'
import { LogWriter } from '../adapters/worker/log-writer.js'
import { Worker } from '../adapters/worker/worker.js'
import { CancelJobs } from '../application/cancel-jobs.js'
import { EnqueueBatch } from '../application/enqueue-batch.js'
import { EnqueueJobs } from '../application/enqueue-jobs.js'
import { EnqueueLanes } from '../application/enqueue-lanes.js'
import { JobRegistry } from '../application/job-registry.js'
import { silentLogger } from '../application/ports/logger.js'
import { untraced } from '../application/ports/tracing.js'
import { PublishDefinitions } from '../application/publish-definitions.js'
import { SettleJobs } from '../application/settle-jobs.js'
import { TransitionLog } from '../application/transition-log.js'
import { refuseFlawedSchedules } from '../bootstrap/declared-schedule-flaws.js'
import { embeddedConfig } from '../bootstrap/embedded-config.js'
import { EmbeddedClient } from '../bootstrap/job-client.js'
import type { JobServerOptions } from '../bootstrap/job-server-options.js'
import { jsonSchemaOf } from '../bootstrap/json-schema.js'
import { VERSION } from '../bootstrap/version.js'
import { sequentialIds } from './sequential-ids.js'
import { SettableClock } from './settable-clock.js'
import { TestServer } from './test-server.js'
import { WatchedExecutor } from './watched-executor.js'

export interface TestServerOptions extends Pick<JobServerOptions, 'definitions' | 'retryPolicy' | 'logger'> {
  /** What the clock shows at first. Default: noon of 1 January 2026, UTC. */
  readonly now?: Date | undefined
  /** Jobs that may run at once. Default 10. */
  readonly slots?: number | undefined
  /** How long, in real time, a handler may work on what it has opened before a call gives up with an error. Default 10,000. */
  readonly patienceMs?: number | undefined
}

/** A lease that outlives every test: nobody is there to take it over. */
const LEASE_MS = 1_000 * 365 * 86_400_000
const HOOK_MS = 5_000
const PATIENCE_MS = 10_000

/**
 * A job server in memory for tests of what jobs do: it opens no database, port, process or timer, and nothing in it moves but by
 * `runUntilIdle` and `advance`. Delays between attempts have no jitter, and ids are the same in every run. Needs no stop.
 *
 * Callbacks are not sent: their deliveries stay queued, as jobs of `callback.deliver`. Schedules are checked and do not fire.
 *
 * @throws JobServerError `validation-error` for a malformed definition or schedule; ConfigError for a malformed option.
 */
export async function createTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const { definitions = [], retryPolicy = {}, logger = silentLogger } = options
  const config = embeddedConfig({
    retryPolicy,
    worker: options.slots === undefined ? {} : { slots: options.slots },
  })
  const registry = new JobRegistry()
  for (const definition of definitions) registry.register(definition)
  refuseFlawedSchedules(registry, new CronerCalendar())

  const clock = new SettableClock(options.now?.getTime())
  const stores = createMemoryStores({ clock })
  const { jobs, definitions: published, notifier, workers } = stores
  const [newId, random] = [sequentialIds(), () => 0.5]
  const log = new TransitionLog(logger, () => clock.monotonicMs())
  const enqueueJobs = new EnqueueJobs(
    jobs,
    published,
    registry,
    notifier,
    clock,
    newId,
    (text) => createHash('sha256').update(text).digest('hex'),
    (url) => callbackFlaw(url, ANYWHERE),
    null,
    log,
  )
  const isLimited = (): boolean => true
  const settleJobs = new SettleJobs(jobs, notifier, clock, random, newId, config.retryPolicy, isLimited, log)
  const inline = { graceMs: config.cancelGraceMs, hookMs: HOOK_MS, timers: clock }
  const executor = new WatchedExecutor(
    new InlineExecutor(registry, logger, inline),
    options.patienceMs ?? PATIENCE_MS,
  )
  const worker = new Worker(
    {
      store: jobs,
      workers,
      notifier,
      clock,
      registry,
      executor,
      writer: new JobWriter(settleJobs, jobs, clock, logger),
      logs: new LogWriter(stores.logs, clock, logger, clock),
      newId,
      random,
      logger,
      transitions: log,
      tracing: untraced,
      timers: clock,
    },
    {
      name: config.workerName,
      host: config.hostname,
      pid: process.pid,
      version: VERSION,
      slots: config.slots,
      leaseMs: LEASE_MS,
      heartbeatMs: LEASE_MS / 6,
      cancelCheckMs: Infinity,
      pollIntervalMs: Infinity,
      drainMs: 0,
    },
  )
  await new PublishDefinitions(registry, published, notifier, jsonSchemaOf).execute()
  await worker.heartbeat()
  const client = new EmbeddedClient(
    stores,
    new EnqueueLanes(enqueueJobs, new EnqueueBatch(enqueueJobs, stores.jobs)),
    enqueueJobs,
    new CancelJobs(jobs, notifier, newId, log),
    untraced,
  )
  return new TestServer(client, { stores, clock, worker, executor })
}
