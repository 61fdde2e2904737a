import type { Knex } from 'knex'
import type {
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterRecord,
  Page,
  Walk,
} from '../../application/ports/job-queries.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import type { FinishedJob, FinishedJobSummary } from '../../domain/job.js'
import { asciiLowerCase } from '../../domain/job-search.js'
import type { Row, SqlReader } from './dialect.js'
import { jobOf, jobSummaryOf, SUMMARY_COLUMNS } from './job-row.js'

const LISTED = [...SUMMARY_COLUMNS, 'status', 'finished_at'].map((column) => `j.${column}`)

/** A page of dead letters with their jobs. */
export async function listDeadLetters(
  reader: SqlReader,
  filter: DeadLetterFilter,
  { limit, offset }: Omit<Page, 'before'>,
): Promise<DeadLetterPage> {
  const page = withJobs(reader, matching(reader, filter), LISTED)
    .orderBy('d.id', 'desc')
    .offset(offset)
    .limit(limit)
  const total = matching(reader, filter).count({ total: '*' })
  const [rows, [count]] = await Promise.all([reader.rows(page, true), reader.rows(total, true)])
  const deadLetters = rows.map((row) =>
    recordOf(row, reader, jobSummaryOf(row, reader) as FinishedJobSummary),
  )
  return { deadLetters, total: Number(count?.['total'] ?? 0) }
}

export async function deadLetterById(reader: SqlReader, id: string): Promise<DeadLetterRecord | null> {
  const [row] = await reader.rows(withJobs(reader, matching(reader, { ids: [id] }), ['j.*']))
  return row === undefined ? null : recordOf(row, reader, jobOf(row, reader) as FinishedJob)
}

export async function deadLetterIds(
  reader: SqlReader,
  filter: DeadLetterFilter,
  { limit, after }: Walk,
): Promise<readonly Pick<DeadLetter, 'id' | 'jobId'>[]> {
  const query = matching(reader, filter).select('d.id', 'd.job_id').orderBy('d.id', 'desc').limit(limit)
  if (after !== undefined) void query.where('d.id', '<', after)
  const rows = await reader.rows(query, true)
  return rows.map((row) => ({ id: row['id'] as string, jobId: row['job_id'] as string }))
}

/** The dead letter of this job, discarded or not. */
export async function deadLetterOfJob(reader: SqlReader, jobId: string): Promise<DeadLetter | null> {
  const [row] = await reader.rows(reader.knex('dead_letters').where('job_id', jobId).select('*'))
  return row === undefined ? null : letterOf(row, reader)
}

function matching(reader: SqlReader, filter: DeadLetterFilter): Knex.QueryBuilder {
  const { definitionKey, errorContains, movedBefore, ids, unretried = false } = filter
  const query = reader.knex('dead_letters as d').whereNull('d.discarded_at')
  if (definitionKey !== undefined) void query.where('d.definition_key', definitionKey)
  if (movedBefore !== undefined) void query.where('d.moved_at', '<', movedBefore)
  if (ids !== undefined) void query.whereIn('d.id', ids)
  if (unretried)
    void query.whereRaw('not exists (select 1 from job_retries r where r.retried_from = d.job_id)')
  if (errorContains !== undefined) {
    // The job is asked only where an older version has written the dead letter.
    const error = 'coalesce(d.error, (select f.error_summary from finished_jobs f where f.id = d.job_id))'
    void query.where(reader.contains(error, asciiLowerCase(errorContains)))
  }
  return query
}

function withJobs(
  reader: SqlReader,
  letters: Knex.QueryBuilder,
  columns: readonly string[],
): Knex.QueryBuilder {
  const page = letters.clone().select('d.*')
  return reader
    .knex(page.as('d'))
    .join('finished_jobs as j', 'j.id', 'd.job_id')
    .leftJoin('job_retries as r', 'r.retried_from', 'd.job_id')
    .select(columns)
    .select({
      retried_job_id: 'r.job_id',
      letter_id: 'd.id',
      reason: 'd.reason',
      moved_at: 'd.moved_at',
    })
}

function recordOf<J extends FinishedJobSummary>(row: Row, reader: SqlReader, job: J): DeadLetterRecord<J> {
  return {
    deadLetter: letterOf({ ...row, id: row['letter_id'], job_id: row['id'] }, reader),
    job,
    retriedJobId: row['retried_job_id'] as string | null,
  }
}

function letterOf(row: Row, reader: SqlReader): DeadLetter {
  return {
    id: row['id'] as string,
    jobId: row['job_id'] as string,
    reason: row['reason'] as DeadLetter['reason'],
    movedAt: reader.instant(row['moved_at']),
  }
}
