import type { FileStore } from '../application/ports/file-store.js'
import type { Logger } from '../application/ports/logger.js'
import type { Notifier } from '../application/ports/notifier.js'
import type { Stores } from '../application/ports/stores.js'
import type { VideoEncoder } from '../application/ports/video-encoder.js'
import type { FinalStatus } from '../domain/job.js'
import type { JobDefinition } from '../domain/job-definition.js'
import type { RetryPolicy } from '../domain/retry-policy.js'

/** Some of it; what is `undefined` is not said. */
type OrUndefined<T> = { readonly [Name in keyof T]?: T[Name] | undefined }

export interface JobServerOptions {
  /** `memory` (default), `sqlite:<path>`, `postgres://…` or `postgresql://…`; migrated before it is used. */
  readonly database?: string | undefined
  /** Stores of your own instead of a `database`; they are not closed by `stop`. */
  readonly stores?: Stores | undefined
  /** Carries hints between servers in place of the stores' own; yours to close, after `stop`. */
  readonly notifier?: Notifier | undefined
  /** Keeps uploads and outputs in place of `files` and `s3`. */
  readonly fileStore?: FileStore | undefined
  /** Looks into videos and encodes them in place of ffmpeg. */
  readonly encoder?: VideoEncoder | undefined
  /** What this server can run: these, and nothing that other modules have registered. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each has params and a result of its own
  readonly definitions?: readonly JobDefinition<any, any, any>[] | undefined
  /** Also the definitions that come with the server, such as `echo` and `encode.video`. Default false. */
  readonly builtins?: boolean | undefined
  /** For uploads and outputs. Default `./data`; made when first needed. */
  readonly dataDir?: string | undefined
  /** Where uploads and outputs are kept instead: a folder, or `s3://<bucket>[/<prefix>]`. Default: `dataDir`. */
  readonly files?: string | undefined
  /** Of the S3 store that `files` names; without keys, those that Amazon's SDK finds. */
  readonly s3?: S3Settings | undefined
  /** Opens a port for the REST API; `port` 0 takes any free one. Default false: mount `callback()` yourself, or do without. */
  readonly http?:
    false | { readonly host?: string | undefined; readonly port?: number | undefined } | undefined
  /**
   * Keys of the REST API, as in `API_KEYS`. Without any, and none in the database, whoever reaches `callback()` gets in, and a port of
   * `http` takes only requests to this machine's own names.
   */
  readonly apiKeys?: string | undefined
  /** Runs jobs in this process. `false`: only accepts them, for workers elsewhere. */
  readonly worker?: false | WorkerSettings | undefined
  /** How long a worker may be silent before its jobs are given to others. Default 60,000. */
  readonly leaseMs?: number | undefined
  /** How often a worker renews its lease; at most half of it. Default: a sixth of the lease. */
  readonly heartbeatMs?: number | undefined
  /** Longest sleep between two claims while notifications work. Default 60,000. */
  readonly pollIntervalMs?: number | undefined
  readonly retryPolicy?: OrUndefined<RetryPolicy> | undefined
  /** Days for which finished jobs are kept, by their status; 0 is for ever. Default 7, of failed ones 30. */
  readonly retentionDays?: OrUndefined<Record<FinalStatus, number>> | undefined
  readonly callbacks?: CallbackSettings | undefined
  /** Default: what the server could not do, to stderr; `silentLogger` keeps quiet. */
  readonly logger?: Logger | undefined
}

/** How those are told who ask for it with a `callback` of their job. */
export interface CallbackSettings {
  /** As `WEBHOOK_SECRET`; without one, requests are not signed. */
  readonly secret?: string | undefined
  /** Whether callbacks may go to private addresses and to any port. Default false. */
  readonly allowPrivate?: boolean | undefined
  /** Requests that may be under way at once in the whole cluster. Default 5. */
  readonly maxConcurrent?: number | undefined
}

export interface S3Settings {
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string | undefined
  /** Default `us-east-1`. */
  readonly region?: string | undefined
  readonly accessKeyId?: string | undefined
  readonly secretAccessKey?: string | undefined
}

export interface WorkerSettings {
  /** Jobs that may run at once. Default 10. */
  readonly slots?: number | undefined
  /** Display name; need not be unique. Default `worker-<pid>`. */
  readonly name?: string | undefined
  /** Time a job has to end after a cancel, a timeout, or `stop`. Default 5000. */
  readonly cancelGraceMs?: number | undefined
}
