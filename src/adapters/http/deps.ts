import type { ChangeFeed } from '../../application/change-feed.js'
import type { ExplainJob } from '../../application/explain-job.js'
import type { JobFeed } from '../../application/job-feed.js'
import type { WorkerRegistry } from '../../application/ports/worker-registry.js'
import type { EnqueueAnswer, EnqueueRequest } from '../../application/enqueue-jobs.js'
import type { Clock } from '../../application/ports/clock.js'
import type { DefinitionStore } from '../../application/ports/definition-store.js'
import type { FileStore } from '../../application/ports/file-store.js'
import type { JobQueries } from '../../application/ports/job-queries.js'
import type { JobStore } from '../../application/ports/job-store.js'
import type { Logger } from '../../application/ports/logger.js'
import type { VideoEncoder } from '../../application/ports/video-encoder.js'
import type { BodyPace } from './body.js'

/** Everything that the HTTP adapter stands on. */
export interface HttpDeps {
  /** Keeps one job; callers may come in at once, so it should share commits among them. */
  readonly enqueue: (request: EnqueueRequest) => Promise<EnqueueAnswer>
  readonly jobs: Pick<JobStore, 'requestCancel'>
  readonly queries: JobQueries
  readonly definitions: DefinitionStore
  readonly workers: Pick<WorkerRegistry, 'list'>
  readonly explain: (jobId: string) => ReturnType<ExplainJob['execute']>
  /** Shared by all streams and long polls of this process; whoever makes it ends it. */
  readonly jobFeed: Pick<JobFeed, 'isKnown' | 'watch'>
  readonly changeFeed: Pick<ChangeFeed, 'watch'>
  readonly encoder: VideoEncoder
  readonly files: FileStore
  /** Absolute folder for uploads that are not accepted yet; exists, on the same file system as the kept ones. */
  readonly uploadDir: string
  readonly logger: Logger
  readonly newId: () => string
  readonly clock: Clock
  /** Throws StorageUnavailableError unless the database answers. */
  readonly ping: () => Promise<void>
  /** A stop was asked for: not ready any more, and connections are not kept. */
  readonly isStopping: () => boolean
  readonly limits: {
    readonly maxBodyBytes: number
    readonly maxUploadBytes: number
    /** Clients that may follow or wait for something at once. */
    readonly maxStreams: number
    /** How fast a body has to come, and how long a client may take nothing of its answer. Default: 1 KiB in 30 s. */
    readonly bodyPace?: BodyPace
  }
}
