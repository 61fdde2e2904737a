import type { AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import type { Job, JobStatus } from '../../domain/job.js'
import type { JobEvent } from '../../domain/job-event.js'
import type { LogLine } from '../../domain/job-log.js'

/**
 * What can be read. Answers are consistent snapshots; none changes anything.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface JobQueries {
  /** The job, live or finished; `null` when there is none. */
  get(id: string): Promise<JobRecord | null>
  /** Newest first (by id). */
  list(filter: JobFilter, page: Page): Promise<JobPage>
  /** Events after the given id, oldest first; `null` when there is no such job. */
  events(jobId: string, after: number, limit: number): Promise<readonly JobEvent[] | null>
  /** Every run that ended and the one that is under way, by run; `null` when there is no such job. */
  attempts(jobId: string): Promise<readonly AttemptRecord[] | null>
  /** What the runs of a job wrote, oldest first; `null` when there is no such job. */
  logs(jobId: string, filter: LogFilter): Promise<JobLogPage | null>
  /** The dead letter of a failed job; `null` when it has none. */
  deadLetterOf(jobId: string): Promise<DeadLetter | null>
  /** How many jobs are queued, counted up to `limit`: the cost follows the limit, not the table. */
  queuedUpTo(limit: number): Promise<number>
  /** Who holds each idempotency key; `null` for a free one. Same order. */
  keyHolders(names: readonly KeyName[]): Promise<readonly (KeyHolder | null)[]>
}

/** What an idempotency key belongs to. */
export interface KeyName {
  readonly definitionKey: string
  /** As the caller sent it; 0 for none. */
  readonly version: number
  readonly key: string
}

export interface KeyHolder {
  readonly job: Job
  readonly bodyHash: string
}

/** A job with what its worker's row says of it; both `null` unless it is active under a living row. */
export interface JobRecord {
  readonly job: Job
  readonly heartbeatAt: Date | null
  readonly leaseExpiresAt: Date | null
}

export interface LogFilter {
  /** Only lines with a higher id. */
  readonly after: number
  /** Only this run's; all runs' when absent. */
  readonly run?: number
  readonly limit: number
}

export interface JobLogPage {
  readonly lines: readonly LogLine[]
  /** Lines of these runs that are not kept: the oldest of a run that wrote too much, and what was lost on the way. */
  readonly dropped: number
}

export interface JobFilter {
  readonly statuses?: readonly JobStatus[]
  readonly definitionKey?: string
}

export interface Page {
  readonly limit: number
  readonly offset: number
  /** Only jobs with a lower id: the last one of the page before. */
  readonly before?: string
}

export interface JobPage {
  readonly jobs: readonly JobRecord[]
  /** How many match the filter, counted up to 10,000. */
  readonly total: number
  readonly totalIsCapped: boolean
  /** More jobs follow this page. */
  readonly hasMore: boolean
}

export const MAX_TOTAL = 10_000
