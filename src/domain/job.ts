import type { Callback } from './callback.js'
import type { JsonObject, JsonValue } from './json.js'
import type { Lease } from './lease.js'

export const JOB_STATUSES = ['queued', 'running', 'cancelling', 'succeeded', 'failed', 'cancelled'] as const
export type JobStatus = (typeof JOB_STATUSES)[number]
export const FINAL_STATUSES = ['succeeded', 'failed', 'cancelled'] as const
export type FinalStatus = (typeof FINAL_STATUSES)[number]

/** What is true of a job in every status. */
interface JobFacts {
  readonly id: string
  readonly definitionKey: string
  readonly definitionVersion: number
  readonly params: JsonObject
  /** Higher runs first. */
  readonly priority: number
  readonly maxAttempts: number
  /** Attempts begun and not given back; never more than `maxAttempts`. */
  readonly attempts: number
  /** Claims so far; never goes back. */
  readonly run: number
  /** Crashes, kills for memory and lost leases in a row. */
  readonly crashes: number
  /** Attempts given back: deploys, drains, leases that ran out while the database was away. */
  readonly interruptions: number
  readonly idempotencyKey: string | null
  /** Who is told what becomes of it. */
  readonly callback: Callback | null
  /** What its enqueue was a part of: a `traceparent` of W3C Trace Context. */
  readonly traceparent: string | null
  /** The schedule that made it, whether or not there still is one of that id. */
  readonly scheduleId: string | null
  /** When the job is, or was last, due. */
  readonly runAt: Date
  readonly queuedAt: Date
  /** Start of the latest run; kept while a retry waits. */
  readonly startedAt: Date | null
  /** Display name of the last worker. */
  readonly workerName: string | null
  /** The last error, at most 1,000 characters. */
  readonly errorSummary: string | null
  /** 0–100, as the handler last told. */
  readonly progress: number | null
}

export interface QueuedJob extends JobFacts {
  readonly status: 'queued'
}

/** Claimed by a live worker, or orphaned; the only kind of job that has a lease. */
export interface ActiveJob extends JobFacts {
  readonly status: 'running' | 'cancelling'
  readonly lease: Lease
  readonly startedAt: Date
}

/** What a run needs of its job; plain JSON, so that it can be sent to another process. */
export type RunnableJob = Pick<
  ActiveJob,
  | 'id'
  | 'definitionKey'
  | 'definitionVersion'
  | 'params'
  | 'attempts'
  | 'maxAttempts'
  | 'run'
  | 'crashes'
  | 'traceparent'
>

/** Nothing changes it any more but retention. */
export interface FinishedJob extends JobFacts {
  readonly status: FinalStatus
  readonly finishedAt: Date
  readonly result: JsonValue
}

export type Job = QueuedJob | ActiveJob | FinishedJob

type WithoutBulk<T> = T extends Job ? Omit<T, 'params' | 'result'> : never

/** A job without what is as large as its user makes it, so that a list costs what it shows. */
export type JobSummary = WithoutBulk<Job>
export type FinishedJobSummary = WithoutBulk<FinishedJob>

/** A job that is accepted but not yet stored. */
export interface NewJob extends JobFacts {
  readonly status: 'queued'
  readonly idempotency: Idempotency | null
}

/** Who may claim a key: one job for each (definition, version as sent, key); the hash tells the same body from another. */
export interface Idempotency {
  readonly key: string
  /** The version as the caller sent it, 0 for none. */
  readonly version: number
  readonly bodyHash: string
}

/** Every transition that the state machine knows; `docs/state-machine.md` draws the same table. */
export const TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ['running', 'cancelled'],
  running: ['succeeded', 'failed', 'queued', 'cancelling'],
  cancelling: ['cancelled', 'succeeded'],
  succeeded: [],
  failed: [],
  cancelled: [],
}

export function isFinished<J extends JobSummary>(job: J): job is Extract<J, { status: FinalStatus }> {
  return job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled'
}

/** What a caller asks for, with every default filled in. */
export interface JobRequest {
  readonly definitionKey: string
  readonly definitionVersion: number
  readonly params: JsonObject
  readonly priority: number
  readonly maxAttempts: number
  /** `null`: due at once. */
  readonly runAt: Date | null
  readonly idempotency: Idempotency | null
  readonly callback: Callback | null
  readonly traceparent: string | null
  readonly scheduleId: string | null
}

/** A job that was just accepted. A due time in the past means now, so that the order of arrival holds. */
export function newJob(request: JobRequest, id: string, now: Date): NewJob {
  const { definitionKey, definitionVersion, params, priority, maxAttempts } = request
  const { runAt, idempotency, callback, traceparent, scheduleId } = request
  // Each by its name: an object that begins as a copy of the rest of another costs a hundred times as much.
  return {
    id,
    status: 'queued',
    definitionKey,
    definitionVersion,
    params,
    priority,
    maxAttempts,
    attempts: 0,
    run: 0,
    crashes: 0,
    interruptions: 0,
    idempotencyKey: idempotency?.key ?? null,
    idempotency,
    callback,
    traceparent,
    scheduleId,
    runAt: runAt === null || runAt < now ? now : runAt,
    queuedAt: now,
    startedAt: null,
    workerName: null,
    errorSummary: null,
    progress: null,
  }
}

/** The same job once it is kept: how its key was claimed is nobody's business any more. */
export function queuedJob(job: NewJob): QueuedJob {
  // Each by its name, as above.
  return {
    id: job.id,
    status: 'queued',
    definitionKey: job.definitionKey,
    definitionVersion: job.definitionVersion,
    params: job.params,
    priority: job.priority,
    maxAttempts: job.maxAttempts,
    attempts: job.attempts,
    run: job.run,
    crashes: job.crashes,
    interruptions: job.interruptions,
    idempotencyKey: job.idempotencyKey,
    callback: job.callback,
    traceparent: job.traceparent,
    scheduleId: job.scheduleId,
    runAt: job.runAt,
    queuedAt: job.queuedAt,
    startedAt: job.startedAt,
    workerName: job.workerName,
    errorSummary: job.errorSummary,
    progress: job.progress,
  }
}

/** What the order of claims is told by. */
export type ClaimPlace = Pick<JobFacts, 'id' | 'priority' | 'runAt'>

/** The order in which jobs that are due start: higher priority, then earlier due time, then lower id. */
export function claimOrder(a: ClaimPlace, b: ClaimPlace): number {
  return b.priority - a.priority || a.runAt.getTime() - b.runAt.getTime() || (a.id < b.id ? -1 : 1)
}
