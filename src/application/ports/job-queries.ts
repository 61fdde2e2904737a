import type { AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import type { FinishedJob, FinishedJobSummary, Job, JobStatus, JobSummary } from '../../domain/job.js'
import type { JobEvent } from '../../domain/job-event.js'
import type { LogLine } from '../../domain/job-log.js'
import type { JobSearch } from '../../domain/job-search.js'

/**
 * What can be read. Answers are consistent snapshots; none changes anything.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface JobQueries {
  /** The job, live or finished; `null` when there is none. */
  get(id: string): Promise<JobRecord | null>
  /** Newest first: by id, or with a bound of creation by that time, then id. */
  list(filter: JobFilter, page: Page): Promise<JobPage>
  /** The ids that `list` would answer, without counting. */
  jobIds(filter: JobFilter, walk: Walk): Promise<readonly string[]>
  /** Events after the given id, oldest first; `null` when there is no such job. */
  events(jobId: string, after: number, limit: number): Promise<readonly JobEvent[] | null>
  /**
   * Runs that ended and the one that is under way, by run, at most `limit` of them: the latest. A job that puts itself off again and
   * again may have any number. `null` when there is no such job.
   */
  attempts(jobId: string, limit: number): Promise<readonly AttemptRecord[] | null>
  /** What the runs of a job wrote, oldest first; `null` when there is no such job. */
  logs(jobId: string, filter: LogFilter): Promise<JobLogPage | null>
  /** The deliveries that are kept of what a job's callback was told, newest first, at most 1,000; `null` when there is no such job. */
  deliveries(jobId: string): Promise<readonly Job[] | null>
  /** The dead letter of a failed job; `null` when it has none. */
  deadLetterOf(jobId: string): Promise<DeadLetter | null>
  /** Newest first (by id), without those that were discarded. */
  deadLetters(filter: DeadLetterFilter, page: Omit<Page, 'before'>): Promise<DeadLetterPage>
  /** `null` when there is none with this id, or it was discarded. */
  deadLetter(id: string): Promise<DeadLetterRecord | null>
  /** Dead letters and their jobs, in the order of `deadLetters`, without counting. */
  deadLetterIds(filter: DeadLetterFilter, walk: Walk): Promise<readonly Pick<DeadLetter, 'id' | 'jobId'>[]>
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

/** A job with what other rows say of it. */
export interface JobRecord<J extends JobSummary = Job> {
  readonly job: J
  /** The job that this one is the retry of. */
  readonly retriedFrom: string | null
  /** Both `null` unless the job is active under a living worker's row. */
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
  /** Accepted at this time or later. */
  readonly createdAfter?: Date
  /** Accepted before this time. */
  readonly createdBefore?: Date
  readonly search?: JobSearch
  readonly ids?: readonly string[]
  /** Only jobs that `JobStore.retry` would take: failed or cancelled, never retried, their dead letter not discarded. */
  readonly retriable?: boolean
}

export interface DeadLetterFilter {
  readonly definitionKey?: string
  /** A part of the error; upper and lower case of ASCII letters are the same. */
  readonly errorContains?: string
  readonly movedBefore?: Date
  readonly ids?: readonly string[]
  /** Only those that were not retried. */
  readonly unretried?: boolean
}

/** One step of a walk through everything that matches. */
export interface Walk {
  readonly limit: number
  /** Only what comes after this one: the last id of the step before. */
  readonly after?: string
}

/** A dead letter with its job. */
export interface DeadLetterRecord<J extends FinishedJobSummary = FinishedJob> {
  readonly deadLetter: DeadLetter
  readonly job: J
  readonly retriedJobId: string | null
}

export interface DeadLetterPage {
  readonly deadLetters: readonly DeadLetterRecord<FinishedJobSummary>[]
  /** How many match the filter. */
  readonly total: number
}

export interface Page {
  readonly limit: number
  readonly offset: number
  /** Only jobs that come after this one: the last one of the page before. */
  readonly before?: string
}

export interface JobPage {
  readonly jobs: readonly JobRecord<JobSummary>[]
  /** How many match the filter, counted up to 10,000. */
  readonly total: number
  readonly totalIsCapped: boolean
  /** More jobs follow this page. */
  readonly hasMore: boolean
}

export const MAX_TOTAL = 10_000
export const MAX_DELIVERIES = 1_000
