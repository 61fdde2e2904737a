import type { Knex } from 'knex'
import {
  MAX_TOTAL,
  type JobFilter,
  type JobLogPage,
  type JobPage,
  type JobQueries,
  type JobRecord,
  type LogFilter,
  type Page,
} from '../../application/ports/job-queries.js'
import type { AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import { FINAL_STATUSES, type JobStatus } from '../../domain/job.js'
import type { JobEvent } from '../../domain/job-event.js'
import type { Row, SqlReader } from './dialect.js'
import { attemptsOf } from './attempts.js'
import { JOB_COLUMNS, jobOf, optional } from './job-row.js'
import { eventOf } from './sql-live-queries.js'
import { logsOf } from './logs.js'

/**
 * Reads of both SQL databases.
 *
 * A list is a union of branches, one for each status, each of which walks one index from its newest end: the cost follows
 * the page, not the table.
 */
export class SqlJobQueries implements JobQueries {
  constructor(private readonly reader: SqlReader) {}

  async get(id: string): Promise<JobRecord | null> {
    const { knex } = this.reader
    const query = knex('all_jobs as j')
      .leftJoin('workers as w', this.living())
      .where('j.id', id)
      .select('j.*', 'w.heartbeat_at', 'w.lease_until')
    const [row] = await this.reader.rows(query)
    return row === undefined ? null : this.record(row)
  }

  async list(filter: JobFilter, { limit, offset, before }: Page): Promise<JobPage> {
    const { knex } = this.reader
    const reach = offset + limit + 1
    const branches = this.branches(filter).map((branch) =>
      branch
        .modify((query) => {
          if (before !== undefined) void query.where('id', '<', before)
        })
        .orderBy('id', 'desc')
        .limit(reach),
    )
    const page = knex
      .select('j.*', 'w.heartbeat_at', 'w.lease_until')
      .from(union(knex, branches).as('j'))
      .leftJoin('workers as w', this.living())
      .orderBy('j.id', 'desc')
      .offset(offset)
      .limit(limit + 1)
    const counted = this.branches(filter).map((branch) =>
      branch
        .clearSelect()
        .select(knex.raw('1 as one'))
        .limit(MAX_TOTAL + 1),
    )
    const total = knex.count({ total: '*' }).from(union(knex, counted).as('c'))
    const [rows, [count]] = await Promise.all([this.reader.rows(page, true), this.reader.rows(total, true)])
    const matching = Number(count?.['total'] ?? 0)
    return {
      jobs: rows.slice(0, limit).map((row) => this.record(row)),
      total: Math.min(MAX_TOTAL, matching),
      totalIsCapped: matching > MAX_TOTAL,
      hasMore: rows.length > limit,
    }
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
    if (
      rows.length === 0 &&
      (await this.reader.rows(knex('all_jobs').where('id', jobId).select('id'))).length === 0
    )
      return null
    return rows.map((row) => eventOf(row, this.reader))
  }

  attempts(jobId: string): Promise<readonly AttemptRecord[] | null> {
    return attemptsOf(this.reader, jobId)
  }

  logs(jobId: string, filter: LogFilter): Promise<JobLogPage | null> {
    return logsOf(this.reader, jobId, filter)
  }

  async deadLetterOf(jobId: string): Promise<DeadLetter | null> {
    const [row] = await this.reader.rows(this.reader.knex('dead_letters').where('job_id', jobId).select('*'))
    if (row === undefined) return null
    return {
      id: row['id'] as string,
      jobId,
      reason: row['reason'] as DeadLetter['reason'],
      movedAt: this.reader.instant(row['moved_at']),
    }
  }

  /** One query for each source of matching jobs: each live status by its lease, each final one by its index. */
  private branches({ statuses, definitionKey }: JobFilter): Knex.QueryBuilder[] {
    const all = statuses === undefined
    const wanted = new Set<JobStatus>(statuses)
    const branches: Knex.QueryBuilder[] = []
    if (all || wanted.has('queued')) branches.push(this.live().whereNull('lease_token'))
    if (all || wanted.has('running'))
      branches.push(this.live().whereNotNull('worker').whereNull('cancel_requested_at'))
    if (all || wanted.has('cancelling')) branches.push(this.live().whereNotNull('cancel_requested_at'))
    if (all) branches.push(this.finished())
    for (const status of FINAL_STATUSES)
      if (wanted.has(status)) branches.push(this.finished().where('status', status))
    return definitionKey === undefined
      ? branches
      : branches.map((branch) => branch.where('definition_key', definitionKey))
  }

  /** Joins a job with its worker's row, while that is not dead. */
  private living(): Knex.JoinCallback {
    const no = this.reader.knex.raw(this.reader.boolean(false))
    return (join) => void join.on('w.incarnation', 'j.worker').andOn('w.dead', no)
  }

  private live(): Knex.QueryBuilder {
    const { knex } = this.reader
    const status = `case when lease_token is null then 'queued' when cancel_requested_at is null then 'running' else 'cancelling' end`
    const [result, finishedAt] = this.reader.nulls
    return knex('jobs').select([
      ...JOB_COLUMNS,
      knex.raw(`${status} as status`),
      knex.raw(`${result} as result`),
      knex.raw(`${finishedAt} as finished_at`),
      'worker',
      'lease_token',
    ])
  }

  private finished(): Knex.QueryBuilder {
    const { knex } = this.reader
    const [, , worker] = this.reader.nulls
    return knex('finished_jobs').select([
      ...JOB_COLUMNS,
      'status',
      'result',
      'finished_at',
      knex.raw(`${worker} as worker`),
      knex.raw('cast(null as integer) as lease_token'),
    ])
  }

  private record(row: Row): JobRecord {
    const job = jobOf(row, this.reader)
    return {
      job,
      heartbeatAt: optional(row['heartbeat_at'], this.reader),
      leaseExpiresAt: optional(row['lease_until'], this.reader),
    }
  }
}

function union(knex: Knex, branches: readonly Knex.QueryBuilder[]): Knex.QueryBuilder {
  const wrapped = branches.map((branch, index) => knex.select('*').from(branch.as(`u${index}`)))
  return knex.queryBuilder().unionAll(wrapped)
}
