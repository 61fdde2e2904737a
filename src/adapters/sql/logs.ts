import type { JobLogPage, LogFilter } from '../../application/ports/job-queries.js'
import type { LogLevel } from '../../domain/job-log.js'
import type { JsonObject } from '../../domain/json.js'
import type { SqlReader } from './dialect.js'

/** A page of a job's log; `null` when there is no such job. */
export async function logsOf(
  reader: SqlReader,
  jobId: string,
  { after, run, limit }: LogFilter,
): Promise<JobLogPage | null> {
  const { knex } = reader
  const which = run === undefined ? { job_id: jobId } : { job_id: jobId, run }
  const lines = knex('job_logs').where(which).where('id', '>', after).orderBy('id').limit(limit)
  const dropped = knex('job_log_runs').where(which).sum({ dropped: 'dropped' })
  const [rows, [count], [job]] = await Promise.all([
    reader.rows(lines.select('id', 'run', 'at', 'level', 'message', 'fields'), limit > 1_000),
    reader.rows(dropped),
    reader.rows(knex('all_jobs').where('id', jobId).select('id')),
  ])
  if (job === undefined) return null
  return {
    lines: rows.map((row) => ({
      id: Number(row['id']),
      run: Number(row['run']),
      at: reader.instant(row['at']),
      level: row['level'] as LogLevel,
      message: row['message'] as string,
      fields: reader.json(row['fields']) as JsonObject,
    })),
    dropped: Number(count?.['dropped'] ?? 0),
  }
}
