import type { AttemptOutcome, AttemptRecord } from '../../domain/attempt.js'
import type { Row, SqlReader } from './dialect.js'

/**
 * The runs of a job in one statement, so that no settle slips in between: the records that were written, the success that
 * rides in the finished row, and the run that is under way; the latest, if there are more than `limit`.
 */
export async function attemptsOf(
  reader: SqlReader,
  jobId: string,
  limit: number,
): Promise<readonly AttemptRecord[] | null> {
  const { knex } = reader
  const [never] = reader.nulls
  const none = 'cast(null as text) as error, cast(null as integer) as exit_code, cast(null as text) as signal'
  const written = knex('job_attempts')
    .where('job_id', jobId)
    .orderBy('run', 'desc')
    .limit(limit)
    .select(
      knex.raw(
        'run, attempt, worker_name, started_at, ended_at, outcome, error, exit_code, signal, cpu_ms, max_rss_bytes',
      ),
    )
  const finished = knex('finished_jobs')
    .where('id', jobId)
    .select(
      knex.raw(
        `run, attempts as attempt, worker_name, started_at, finished_at as ended_at, status as outcome, ${none}, cpu_ms, max_rss_bytes`,
      ),
      knex.raw(`case status when 'succeeded' then 'run' else 'job' end as what`),
    )
  const live = knex('jobs')
    .where('id', jobId)
    .select(
      knex.raw(
        `run, attempts as attempt, worker_name, started_at, ${never} as ended_at, cast(null as text) as outcome, ${none},
        cast(null as bigint) as cpu_ms, cast(null as bigint) as max_rss_bytes`,
      ),
      knex.raw(`case when lease_token is null then 'job' else 'run' end as what`),
    )
  const latest = knex.select('*').from(written.select(knex.raw(`'run' as what`)).as('latest'))
  const rows = await reader.rows(knex.queryBuilder().unionAll([latest, finished, live]))
  if (rows.length === 0) return null
  return rows
    .filter((row) => row['what'] === 'run')
    .map((row) => recordOf(row, reader))
    .sort((a, b) => a.run - b.run)
    .slice(-limit)
}

function recordOf(row: Row, reader: SqlReader): AttemptRecord {
  const { ended_at: endedAt, exit_code: exitCode, cpu_ms: cpuMs } = row
  return {
    run: Number(row['run']),
    attempt: Number(row['attempt']),
    workerName: row['worker_name'] as string | null,
    startedAt: reader.instant(row['started_at']),
    endedAt: endedAt === null ? null : reader.instant(endedAt),
    outcome: row['outcome'] as AttemptOutcome | null,
    error: row['error'] as string | null,
    exitCode: exitCode === null ? null : Number(exitCode),
    signal: row['signal'] as string | null,
    usage: cpuMs === null ? null : { cpuMs: Number(cpuMs), maxRssBytes: Number(row['max_rss_bytes']) },
  }
}
