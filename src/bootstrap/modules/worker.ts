import { ContainerModule } from 'inversify'
import type { Logger } from '../../application/ports/logger.js'
import { IsolatePool, type IsolatePoolOptions } from '../../adapters/isolation/isolate-pool.js'
import { ProcessExecutor } from '../../adapters/isolation/process-executor.js'
import { JobWriter } from '../../adapters/worker/job-writer.js'
import { LogWriter } from '../../adapters/worker/log-writer.js'
import { MetricsFolding } from '../../adapters/worker/metrics-folding.js'
import { Recovery } from '../../adapters/worker/recovery.js'
import { Worker } from '../../adapters/worker/worker.js'
import { isolatePoolOptions } from '../isolate-options.js'
import { TOKENS } from '../tokens.js'
import { VERSION } from '../version.js'

const HOOK_MS = 5_000
/** A fifth less work for the database and for this process, where brief jobs end all the time. */
const SETTLE_GATHER_MS = 10

export const workerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.executor).toResolvedValue(
    (registry, logger, config, tracing, files) =>
      new ProcessExecutor(
        registry,
        new IsolatePool(told(isolatePoolOptions(config, process.env, HOOK_MS), logger)),
        logger,
        { graceMs: config.cancelGraceMs, hookMs: HOOK_MS, tracing },
        files,
      ),
    [TOKENS.registry, TOKENS.logger, TOKENS.config, TOKENS.tracing, TOKENS.files],
  )
  bind(TOKENS.jobWriter).toResolvedValue(
    (settleJobs, { jobs, clock }, logger) => new JobWriter(settleJobs, jobs, clock, logger, SETTLE_GATHER_MS),
    [TOKENS.settleJobs, TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.worker).toResolvedValue(
    (stores, registry, executor, writer, newId, random, logger, transitions, tracing, config) =>
      new Worker(
        {
          store: stores.jobs,
          workers: stores.workers,
          notifier: stores.notifier,
          clock: stores.clock,
          registry,
          executor,
          writer,
          logs: new LogWriter(stores.logs, stores.clock, logger),
          newId,
          random,
          logger: logger.child({ worker: config.workerName }),
          transitions,
          tracing,
        },
        {
          name: config.workerName,
          host: config.hostname,
          pid: process.pid,
          version: VERSION,
          slots: config.slots,
          leaseMs: config.leaseMs,
          heartbeatMs: config.heartbeatMs,
          cancelCheckMs: config.cancelCheckMs,
          pollIntervalMs: config.pollIntervalMs,
          drainMs: config.cancelGraceMs,
        },
      ),
    [
      TOKENS.stores,
      TOKENS.registry,
      TOKENS.executor,
      TOKENS.jobWriter,
      TOKENS.newId,
      TOKENS.random,
      TOKENS.logger,
      TOKENS.transitions,
      TOKENS.tracing,
      TOKENS.config,
    ],
  )
  bind(TOKENS.metricsFolding).toResolvedValue(
    ({ metrics, clock }, logger) => new MetricsFolding(metrics, clock, logger),
    [TOKENS.stores, TOKENS.logger],
  )
  bind(TOKENS.recovery).toResolvedValue(
    (recoverOrphans, stores, { leaseMs }, logger) =>
      new Recovery(recoverOrphans, stores.clock, () => stores.reachableSince(), leaseMs, logger),
    [TOKENS.recoverOrphans, TOKENS.stores, TOKENS.config, TOKENS.logger],
  )
})

/** With a word in the log when the program of isolates is another one. */
function told(options: IsolatePoolOptions, logger: Logger): IsolatePoolOptions {
  return {
    ...options,
    isReplaced: () => {
      if (options.isReplaced?.() !== true) return false
      logger.error(
        'this server was built or installed anew in its place: its worker takes no more jobs until it is restarted',
      )
      return true
    },
  }
}
