import type { FinalStatus } from '../domain/job.js'
import type { RetryPolicy } from '../domain/retry-policy.js'
import type { CallbackSettings, JobServerOptions, S3Settings, WorkerSettings } from './job-server-options.js'

/** Complete, and no more than that, by its type. */
type Names<T> = Readonly<Record<keyof T, true>>
type HttpSettings = Exclude<JobServerOptions['http'], false | undefined>

const S3: Names<S3Settings> = { endpoint: true, region: true, accessKeyId: true, secretAccessKey: true }
const HTTP: Names<HttpSettings> = { host: true, port: true }
const WORKER: Names<WorkerSettings> = { slots: true, name: true, cancelGraceMs: true }
const RETRY_POLICY: Names<RetryPolicy> = { baseMs: true, maxMs: true, jitter: true }
const RETENTION_DAYS: Names<Record<FinalStatus, number>> = { succeeded: true, failed: true, cancelled: true }
const CALLBACKS: Names<CallbackSettings> = { secret: true, allowPrivate: true, maxConcurrent: true }

/** What is in those that have parts. */
const OPTIONS: Readonly<Record<keyof JobServerOptions, true | Readonly<Record<string, true>>>> = {
  database: true,
  stores: true,
  notifier: true,
  fileStore: true,
  encoder: true,
  definitions: true,
  builtins: true,
  dataDir: true,
  files: true,
  s3: S3,
  http: HTTP,
  apiKeys: true,
  worker: WORKER,
  leaseMs: true,
  heartbeatMs: true,
  pollIntervalMs: true,
  retryPolicy: RETRY_POLICY,
  retentionDays: RETENTION_DAYS,
  callbacks: CALLBACKS,
  logger: true,
}

/**
 * A line for each option that there is none of. In JavaScript nothing else tells of a slip of the pen, and a server whose `databse` was passed over
 * would keep its jobs in memory.
 */
export function unknownOptions(options: JobServerOptions): readonly string[] {
  const inParts = Object.entries(OPTIONS).flatMap(([name, parts]) => {
    const given: unknown = options[name as keyof JobServerOptions]
    return parts === true || typeof given !== 'object' || given === null
      ? []
      : unknownIn(given, parts, `${name}.`)
  })
  return [...unknownIn(options, OPTIONS, ''), ...inParts]
}

function unknownIn(given: object, known: object, prefix: string): readonly string[] {
  return Object.entries(given)
    .filter(([name, value]) => value !== undefined && !Object.hasOwn(known, name))
    .map(([name]) => `${prefix}${name.slice(0, 100)}: is not known, takes ${Object.keys(known).join(', ')}`)
}
