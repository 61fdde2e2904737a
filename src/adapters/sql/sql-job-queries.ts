import {
  MAX_DELIVERIES,
  MAX_TOTAL,
  type DeadLetterFilter,
  type DeadLetterPage,
  type DeadLetterRecord,
  type JobFilter,
  type JobLogPage,
  type JobPage,
  type JobQueries,
  type JobRecord,
  type KeyHolder,
  type KeyName,
  type LogFilter,
  type Page,
  type Walk,
} from '../../application/ports/job-queries.js'
import type { AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import { DELIVERY } from '../../domain/delivery.js'
import type { Job, JobSummary } from '../../domain/job.js'
import type { JobEvent } from '../../domain/job-event.js'
import type { Row, SqlReader } from './dialect.js'
import { attemptsOf } from './attempts.js'
import { keyHolders, queuedUpTo } from './backlog.js'
import { deadLetterById, deadLetterIds, deadLetterOfJob, listDeadLetters } from './dead-letters.js'
import { jobIds, listJobs, livingWorker } from './job-lists.js'
import { jobOf, jobSummaryOf, optional } from './job-row.js'
import { eventOf } from './sql-live-queries.js'
import { logsOf } from './logs.js'

/** Reads of both SQL databases. */
export class SqlJobQueries implements JobQueries {
  constructor(private readonly reader: SqlReader) {}

  async get(id: string): Promise<JobRecord | null> {
    const { knex } = this.reader
    const query = knex('all_jobs as j')
      .leftJoin('workers as w', livingWorker(this.reader))
      .leftJoin('job_retries as r', 'r.job_id', 'j.id')
      .where('j.id', id)
      .select('j.*', 'w.heartbeat_at', 'w.lease_until', 'r.retried_from')
    const [row] = await this.reader.rows(query)
    return row === undefined ? null : this.record(jobOf(row, this.reader), row)
  }

  async list(filter: JobFilter, page: Page): Promise<JobPage> {
    const { rows, matching } = await listJobs(this.reader, filter, page)
    return {
      jobs: rows.slice(0, page.limit).map((row) => this.record(jobSummaryOf(row, this.reader), row)),
      total: Math.min(MAX_TOTAL, matching),
      totalIsCapped: matching > MAX_TOTAL,
      hasMore: rows.length > page.limit,
    }
  }

  jobIds(filter: JobFilter, walk: Walk): Promise<readonly string[]> {
    return jobIds(this.reader, filter, walk)
  }

  async events(jobId: string, after: number, limit: number): Promise<readonly JobEvent[] | null> {
    const { knex } = this.reader
    const rows = await this.reader.rows(
      knex('job_events')
        .where('job_id', jobId)
        .where('seq', '>', after)
        .orderBy('seq')
        .limit(limit)
        .select('*'),
    )
    if (rows.length === 0 && !(await this.isKept(jobId))) return null
    return rows.map((row) => eventOf(row, this.reader))
  }

  attempts(jobId: string, limit: number): Promise<readonly AttemptRecord[] | null> {
    return attemptsOf(this.reader, jobId, limit)
  }

  logs(jobId: string, filter: LogFilter): Promise<JobLogPage | null> {
    return logsOf(this.reader, jobId, filter)
  }

  async deliveries(jobId: string): Promise<readonly Job[] | null> {
    const { knex } = this.reader
    // Every source of rows has an index of its own for this; the key is a literal, or a plan would not know that they fit.
    const query = knex('all_jobs')
      .whereRaw(`definition_key = '${DELIVERY.key}' and params ->> 'jobId' = ?`, [jobId])
      .orderBy('id', 'desc')
      .limit(MAX_DELIVERIES)
      .select('*')
    const rows = await this.reader.rows(query, true)
    if (rows.length === 0 && !(await this.isKept(jobId))) return null
    return rows.map((row) => jobOf(row, this.reader))
  }

  deadLetterOf(jobId: string): Promise<DeadLetter | null> {
    return deadLetterOfJob(this.reader, jobId)
  }

  deadLetters(filter: DeadLetterFilter, page: Omit<Page, 'before'>): Promise<DeadLetterPage> {
    return listDeadLetters(this.reader, filter, page)
  }

  deadLetter(id: string): Promise<DeadLetterRecord | null> {
    return deadLetterById(this.reader, id)
  }

  deadLetterIds(filter: DeadLetterFilter, walk: Walk): Promise<readonly Pick<DeadLetter, 'id' | 'jobId'>[]> {
    return deadLetterIds(this.reader, filter, walk)
  }

  queuedUpTo(limit: number): Promise<number> {
    return queuedUpTo(this.reader, limit)
  }

  keyHolders(names: readonly KeyName[]): Promise<readonly (KeyHolder | null)[]> {
    return keyHolders(this.reader, names)
  }

  private async isKept(jobId: string): Promise<boolean> {
    return (await this.reader.rows(this.reader.knex('all_jobs').where('id', jobId).select('id'))).length > 0
  }

  private record<J extends JobSummary>(job: J, row: Row): JobRecord<J> {
    return {
      job,
      retriedFrom: row['retried_from'] as string | null,
      heartbeatAt: optional(row['heartbeat_at'], this.reader),
      leaseExpiresAt: optional(row['lease_until'], this.reader),
    }
  }
}
