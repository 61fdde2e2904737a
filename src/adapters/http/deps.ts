import type { BulkOperations } from '../../application/bulk-operations.js'
import type { ChangeFeed } from '../../application/change-feed.js'
import type { ChangeSchedules } from '../../application/change-schedules.js'
import type { Accepted, EnqueueAnswer, EnqueueRequest } from '../../application/enqueue-jobs.js'
import type { ExplainJob } from '../../application/explain-job.js'
import type { JobFeed } from '../../application/job-feed.js'
import type { PauseDefinition } from '../../application/pause-definition.js'
import type { PreviewSchedule } from '../../application/preview-schedule.js'
import type { Clock } from '../../application/ports/clock.js'
import type { DefinitionStore } from '../../application/ports/definition-store.js'
import type { FileStore } from '../../application/ports/file-store.js'
import type { JobQueries } from '../../application/ports/job-queries.js'
import type { JobStore } from '../../application/ports/job-store.js'
import type { MetricsStore } from '../../application/ports/metrics-store.js'
import type { Logger } from '../../application/ports/logger.js'
import type { ScheduleStore } from '../../application/ports/schedule-store.js'
import type { VideoEncoder } from '../../application/ports/video-encoder.js'
import type { WorkerRegistry } from '../../application/ports/worker-registry.js'
import type { RetryDeadLetter } from '../../application/retry-dead-letter.js'
import type { RunSchedule } from '../../application/run-schedule.js'
import type { Guard } from './access/guard.js'
import type { BodyPace } from './body.js'

/** What a server needs for its work, each by its name: `ok`, or in a few words what is wrong. */
export interface Readiness {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, string>>
}

/** Everything that the HTTP adapter stands on. */
export interface HttpDeps {
  /** Keeps one job; callers may come in at once, so it should share commits among them. */
  readonly enqueue: (
    request: EnqueueRequest,
    /** Of the body it came in, where that was announced. */
    bytes?: number,
  ) => Promise<EnqueueAnswer>
  readonly enqueueAll: (
    requests: readonly EnqueueRequest[],
    traceparent: string,
    /** Of the body they came in; `undefined` when it was not announced. */
    bytes: number | undefined,
  ) => Promise<readonly Accepted[]>
  readonly jobs: Pick<JobStore, 'requestCancel'>
  readonly bulk: Pick<BulkOperations, keyof BulkOperations>
  readonly retryDeadLetter: Pick<RetryDeadLetter, 'execute'>
  readonly pauseDefinition: Pick<PauseDefinition, 'execute'>
  readonly schedules: Pick<ScheduleStore, 'get' | 'list' | 'ticks'>
  readonly changeSchedules: Pick<ChangeSchedules, 'create' | 'patch' | 'remove'>
  readonly runSchedule: Pick<RunSchedule, 'execute'>
  readonly previewSchedule: Pick<PreviewSchedule, 'of' | 'ofKept'>
  readonly queries: JobQueries
  readonly definitions: DefinitionStore
  readonly metrics: MetricsStore
  /** What Prometheus scrapes. */
  readonly exposition: { readonly contentType: string; text(): Promise<string> }
  readonly workers: Pick<WorkerRegistry, 'list'>
  readonly explain: (jobId: string) => ReturnType<ExplainJob['execute']>
  /** Shared by all streams and long polls of this process; whoever makes it ends it. */
  readonly jobFeed: Pick<JobFeed, 'isKnown' | 'watch'>
  readonly changeFeed: Pick<ChangeFeed, 'watch'>
  readonly encoder: VideoEncoder
  readonly files: Pick<FileStore, 'keepUpload' | 'size' | 'read' | 'remove'>
  /** Absolute folder for uploads that are not accepted yet; exists, on the same file system as the kept ones. */
  readonly uploadDir: string
  /** Absolute folder of the built dashboard; may be missing. */
  readonly pageDir: string
  readonly logger: Logger
  readonly newId: () => string
  readonly clock: Clock
  readonly guard: Guard
  /** Origins whose pages may read answers, as browsers write them; `*` for any. */
  readonly corsOrigins: ReadonlySet<string>
  /** Whether this server can do its work; never rejects. */
  readonly readiness: () => Promise<Readiness>
  /** A stop was asked for: connections are not kept. */
  readonly isStopping: () => boolean
  readonly limits: {
    readonly maxBodyBytes: number
    readonly maxBatchBytes: number
    readonly maxUploadBytes: number
    /** How old figures may be unless a caller says otherwise. */
    readonly metricsCacheMs: number
    /** Clients that may follow or wait for something at once. */
    readonly maxStreams: number
    /** How fast a body has to come, and how long a client may take nothing of its answer. Default: 1 KiB in 30 s. */
    readonly bodyPace?: BodyPace
  }
}
