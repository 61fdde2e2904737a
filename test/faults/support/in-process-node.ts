import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import { InlineExecutor } from '../../../src/adapters/isolation/inline-executor.js'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { JobWriter } from '../../../src/adapters/worker/job-writer.js'
import { LogWriter } from '../../../src/adapters/worker/log-writer.js'
import { Recovery } from '../../../src/adapters/worker/recovery.js'
import { Worker } from '../../../src/adapters/worker/worker.js'
import type { JobRegistry } from '../../../src/application/job-registry.js'
import type { Logger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { RecoverOrphans } from '../../../src/application/recover-orphans.js'
import { untraced } from '../../../src/application/ports/tracing.js'
import { silentTransitions } from '../../../src/application/transition-log.js'
import { SettleJobs } from '../../../src/application/settle-jobs.js'

const POLICY = { baseMs: 50, maxMs: 200, jitter: 0.3 }
const POOL = { max: 6, idleTimeoutMs: 10_000, connectionTimeoutMs: 2_000 }

/** Everything that a worker role runs, with connections of its own, inside this process. */
export interface InProcessNode {
  readonly stores: Stores
  readonly worker: Worker
  start(): void
  stop(): Promise<void>
}

export async function openNode(
  url: string,
  name: string,
  { registry, leaseMs, logger }: { registry: JobRegistry; leaseMs: number; logger: Logger },
): Promise<InProcessNode> {
  const stores = await openPostgresStores({ url, pool: POOL, logger })
  const { jobs, workers, notifier, clock } = stores
  const random = Math.random
  const isLimited = (): boolean => true
  const settle = new SettleJobs(jobs, notifier, clock, random, uuidv7, POLICY, isLimited)
  const writer = new JobWriter(settle, jobs, clock, logger)
  const executor = new InlineExecutor(registry, logger, { graceMs: 500, hookMs: 1_000 })
  const recover = new RecoverOrphans(jobs, workers, notifier, clock, random, uuidv7, POLICY, logger)
  const recovery = new Recovery(recover, clock, () => stores.reachableSince(), leaseMs, logger)
  const worker = new Worker(
    {
      store: jobs,
      workers,
      notifier,
      clock,
      registry,
      executor,
      writer,
      logs: new LogWriter(stores.logs, clock, logger),
      newId: randomUUID,
      random,
      logger,
      transitions: silentTransitions,
      tracing: untraced,
    },
    {
      name,
      host: 'here',
      pid: process.pid,
      version: '0',
      slots: 8,
      leaseMs,
      heartbeatMs: leaseMs / 6,
      cancelCheckMs: 200,
      pollIntervalMs: 1_000,
      drainMs: 1_000,
    },
  )
  return {
    stores,
    worker,
    start: () => {
      recovery.start()
      worker.start()
    },
    stop: async () => {
      await worker.drain()
      await recovery.stop()
      await stores.close()
    },
  }
}
