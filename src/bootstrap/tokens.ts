import type { ServiceIdentifier } from 'inversify'
import type Koa from 'koa'
import type { Backlog } from '../application/backlog.js'
import type { BulkOperations } from '../application/bulk-operations.js'
import type { CancelJobs } from '../application/cancel-jobs.js'
import type { ChangeFeed } from '../application/change-feed.js'
import type { ChangeSchedules } from '../application/change-schedules.js'
import type { EnqueueJobs, EnqueueTarget } from '../application/enqueue-jobs.js'
import type { EnqueueLanes } from '../application/enqueue-lanes.js'
import type { ExplainJob } from '../application/explain-job.js'
import type { JobFeed } from '../application/job-feed.js'
import type { JobRegistry } from '../application/job-registry.js'
import type { KnownDefinitions } from '../application/known-definitions.js'
import type { PauseDefinition } from '../application/pause-definition.js'
import type { Calendar } from '../application/ports/calendar.js'
import type { Executor } from '../application/ports/executor.js'
import type { FileStore } from '../application/ports/file-store.js'
import type { Logger } from '../application/ports/logger.js'
import type { Stores } from '../application/ports/stores.js'
import type { VideoEncoder } from '../application/ports/video-encoder.js'
import type { PreviewSchedule } from '../application/preview-schedule.js'
import type { FireSchedules } from '../application/fire-schedules.js'
import type { PruneHistory } from '../application/prune-history.js'
import type { PruneTicks } from '../application/prune-ticks.js'
import type { PublishDefinitions } from '../application/publish-definitions.js'
import type { PublishSchedules } from '../application/publish-schedules.js'
import type { RecoverOrphans } from '../application/recover-orphans.js'
import type { RetryDeadLetter } from '../application/retry-dead-letter.js'
import type { RunSchedule } from '../application/run-schedule.js'
import type { SettleJobs } from '../application/settle-jobs.js'
import type { SweepFiles } from '../application/sweep-files.js'
import type { TransitionLog } from '../application/transition-log.js'
import type { Guard } from '../adapters/http/access/guard.js'
import type { KeyRing } from '../adapters/http/access/key-ring.js'
import type { Leader } from '../adapters/scheduler/leader.js'
import type { Scheduler } from '../adapters/scheduler/scheduler.js'
import type { JobWriter } from '../adapters/worker/job-writer.js'
import type { Tracing } from '../application/ports/tracing.js'
import type { PrometheusMetrics } from '../adapters/telemetry/prometheus-metrics.js'
import type { MetricsFolding } from '../adapters/worker/metrics-folding.js'
import type { Recovery } from '../adapters/worker/recovery.js'
import type { Worker } from '../adapters/worker/worker.js'
import type { Config } from './config.js'
import type { Lifecycle } from './lifecycle.js'
import type { PublishedLimits } from './published-limits.js'
import type { Readiness } from './readiness.js'

const token = <T>(name: string): ServiceIdentifier<T> => Symbol.for(`job-server.${name}`)

/** Everything the container knows by name. */
export const TOKENS = {
  config: token<Config>('Config'),
  logger: token<Logger>('Logger'),
  registry: token<JobRegistry>('JobRegistry'),
  lifecycle: token<Lifecycle>('Lifecycle'),
  readiness: token<Readiness>('Readiness'),
  keyRing: token<KeyRing>('KeyRing'),
  guard: token<Guard>('Guard'),
  newId: token<() => string>('NewId'),
  random: token<() => number>('Random'),
  sha256: token<(text: string) => string>('Sha256'),
  stores: token<Stores>('Stores'),
  files: token<FileStore>('FileStore'),
  encoder: token<VideoEncoder>('VideoEncoder'),
  transitions: token<TransitionLog>('TransitionLog'),
  cancelJobs: token<CancelJobs>('CancelJobs'),
  bulkOperations: token<BulkOperations>('BulkOperations'),
  retryDeadLetter: token<RetryDeadLetter>('RetryDeadLetter'),
  pauseDefinition: token<PauseDefinition>('PauseDefinition'),
  enqueueJobs: token<EnqueueJobs>('EnqueueJobs'),
  knownDefinitions: token<KnownDefinitions>('KnownDefinitions'),
  backlog: token<Backlog | null>('Backlog'),
  enqueueInto: token<(target: EnqueueTarget) => EnqueueJobs>('EnqueueInto'),
  enqueueLanes: token<EnqueueLanes>('EnqueueLanes'),
  calendar: token<Calendar>('Calendar'),
  changeSchedules: token<ChangeSchedules>('ChangeSchedules'),
  runSchedule: token<RunSchedule>('RunSchedule'),
  previewSchedule: token<PreviewSchedule>('PreviewSchedule'),
  publishSchedules: token<PublishSchedules>('PublishSchedules'),
  publishDefinitions: token<PublishDefinitions>('PublishDefinitions'),
  recoverOrphans: token<RecoverOrphans>('RecoverOrphans'),
  jobFeed: token<JobFeed>('JobFeed'),
  changeFeed: token<ChangeFeed>('ChangeFeed'),
  explainJob: token<ExplainJob>('ExplainJob'),
  settleJobs: token<SettleJobs>('SettleJobs'),
  publishedLimits: token<PublishedLimits>('PublishedLimits'),
  executor: token<Executor>('Executor'),
  jobWriter: token<JobWriter>('JobWriter'),
  worker: token<Worker>('Worker'),
  recovery: token<Recovery>('Recovery'),
  fireSchedules: token<FireSchedules>('FireSchedules'),
  pruneHistory: token<PruneHistory>('PruneHistory'),
  pruneTicks: token<PruneTicks>('PruneTicks'),
  sweepFiles: token<SweepFiles>('SweepFiles'),
  leader: token<Leader>('Leader'),
  scheduler: token<Scheduler>('Scheduler'),
  metricsFolding: token<MetricsFolding>('MetricsFolding'),
  prometheus: token<PrometheusMetrics>('PrometheusMetrics'),
  tracing: token<Tracing>('Tracing'),
  app: token<Koa>('App'),
} as const
