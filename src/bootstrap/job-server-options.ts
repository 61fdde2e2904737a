import type { FileStore } from '../application/ports/file-store.js'
import type { Logger } from '../application/ports/logger.js'
import type { Notifier } from '../application/ports/notifier.js'
import type { Stores } from '../application/ports/stores.js'
import type { VideoEncoder } from '../application/ports/video-encoder.js'
import type { FinalStatus } from '../domain/job.js'
import type { JobDefinition } from '../domain/job-definition.js'
import type { RetryPolicy } from '../domain/retry-policy.js'

export interface JobServerOptions {
  /** `memory` (default), `sqlite:<path>`, `postgres://…` or `postgresql://…`; migrated before it is used. */
  readonly database?: string
  /** Stores of your own instead of a `database`; they are not closed by `stop`. */
  readonly stores?: Stores
  /** Carries hints between servers in place of the stores' own; yours to close, after `stop`. */
  readonly notifier?: Notifier
  /** Keeps uploads and outputs in place of `files` and `s3`. */
  readonly fileStore?: FileStore
  /** Looks into videos and encodes them in place of ffmpeg. */
  readonly encoder?: VideoEncoder
  /** What this server can run: these, and nothing that other modules have registered. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each has params and a result of its own
  readonly definitions?: readonly JobDefinition<any, any, any>[]
  /** Also the definitions that come with the server, such as `echo` and `encode.video`. Default false. */
  readonly builtins?: boolean
  /** For uploads and outputs. Default `./data`; made when first needed. */
  readonly dataDir?: string
  /** Where uploads and outputs are kept instead: a folder, or `s3://<bucket>[/<prefix>]`. Default: `dataDir`. */
  readonly files?: string
  /** Of the S3 store that `files` names; without keys, those that Amazon's SDK finds. */
  readonly s3?: S3Settings
  /** Opens a port for the REST API; `port` 0 takes any free one. Default false: mount `callback()` yourself, or do without. */
  readonly http?: false | { readonly host?: string; readonly port?: number }
  /**
   * Keys of the REST API, as in `API_KEYS`. Without any, and none in the database, whoever reaches `callback()` gets in, and a port of
   * `http` takes only requests to this machine's own names.
   */
  readonly apiKeys?: string
  /** Runs jobs in this process. `false`: only accepts them, for workers elsewhere. */
  readonly worker?: false | WorkerSettings
  /** How long a worker may be silent before its jobs are given to others. Default 60,000. */
  readonly leaseMs?: number
  /** How often a worker renews its lease; at most half of it. Default: a sixth of the lease. */
  readonly heartbeatMs?: number
  /** Longest sleep between two claims while notifications work. Default 60,000. */
  readonly pollIntervalMs?: number
  readonly retryPolicy?: Partial<RetryPolicy>
  /** Days for which finished jobs are kept, by their status; 0 is for ever. Default 7, of failed ones 30. */
  readonly retentionDays?: Partial<Readonly<Record<FinalStatus, number>>>
  readonly callbacks?: CallbackSettings
  /** Default: what the server could not do, to stderr; `silentLogger` keeps quiet. */
  readonly logger?: Logger
}

/** How those are told who ask for it with a `callback` of their job. */
export interface CallbackSettings {
  /** As `WEBHOOK_SECRET`; without one, requests are not signed. */
  readonly secret?: string
  /** Whether callbacks may go to private addresses and to any port. Default false. */
  readonly allowPrivate?: boolean
  /** Requests that may be under way at once in the whole cluster. Default 5. */
  readonly maxConcurrent?: number
}

export interface S3Settings {
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string
  /** Default `us-east-1`. */
  readonly region?: string
  readonly accessKeyId?: string
  readonly secretAccessKey?: string
}

export interface WorkerSettings {
  /** Jobs that may run at once. Default 10. */
  readonly slots?: number
  /** Display name; need not be unique. Default `worker-<pid>`. */
  readonly name?: string
  /** Time a job has to end after a cancel, a timeout, or `stop`. Default 5000. */
  readonly cancelGraceMs?: number
}
