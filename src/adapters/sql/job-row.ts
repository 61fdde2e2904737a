import type { Callback } from '../../domain/callback.js'
import type { ActiveJob, FinalStatus, FinishedJob, Job, JobStatus, JobSummary } from '../../domain/job.js'
import type { JsonObject, JsonValue } from '../../domain/json.js'
import type { Row, SqlReader } from './dialect.js'

type Decoder = Pick<SqlReader, 'json' | 'instant'>

/** Columns of every table of jobs that a summary is made of; the rest can be told from the lease, or is of jobs that have ended. */
export const SUMMARY_COLUMNS = [
  'id',
  'definition_key',
  'definition_version',
  'priority',
  'run_at',
  'max_attempts',
  'attempts',
  'run',
  'crashes',
  'interruptions',
  'worker_name',
  'idempotency_key',
  'callback',
  'traceparent',
  'schedule_id',
  'error_summary',
  'progress',
  'queued_at',
  'started_at',
] as const

/** What is true of a job in every status; what the row has no column for is `null`. */
function factsOf(row: Row, decode: Decoder) {
  return {
    id: row['id'] as string,
    definitionKey: row['definition_key'] as string,
    definitionVersion: Number(row['definition_version']),
    params: decode.json(row['params']) as JsonObject,
    priority: Number(row['priority']),
    maxAttempts: Number(row['max_attempts']),
    attempts: Number(row['attempts']),
    run: Number(row['run']),
    crashes: Number(row['crashes']),
    interruptions: Number(row['interruptions']),
    idempotencyKey: row['idempotency_key'] as string | null,
    callback: row['callback'] === null ? null : (decode.json(row['callback']) as Callback),
    traceparent: row['traceparent'] as string | null,
    scheduleId: row['schedule_id'] as string | null,
    runAt: decode.instant(row['run_at']),
    queuedAt: decode.instant(row['queued_at']),
    startedAt: optional(row['started_at'], decode),
    workerName: row['worker_name'] as string | null,
    errorSummary: row['error_summary'] as string | null,
    progress: (row['progress'] ?? null) === null ? null : Number(row['progress']),
  }
}

/** A job from a row of `all_jobs`. */
export function jobOf(row: Row, decode: Decoder, status = row['status'] as JobStatus): Job {
  const facts = factsOf(row, decode)
  // The many members come last: an object that grows behind a spread becomes a dictionary, twelve times as dear here.
  switch (status) {
    case 'queued':
      return { status, ...facts }
    case 'running':
    case 'cancelling':
      return {
        status,
        lease: { jobId: facts.id, run: Number(row['lease_token']), incarnation: row['worker'] as string },
        ...facts,
        startedAt: decode.instant(row['started_at']),
      } satisfies ActiveJob
    case 'succeeded':
    case 'failed':
    case 'cancelled':
      return {
        status: status satisfies FinalStatus,
        finishedAt: decode.instant(row['finished_at']),
        result: row['result'] === null ? null : (decode.json(row['result']) as JsonValue),
        ...facts,
      } satisfies FinishedJob
  }
}

/** A job from a row of a list, which has `SUMMARY_COLUMNS`. */
export function jobSummaryOf(row: Row, decode: Decoder): JobSummary {
  // Not a copy of the row with what it lacks: that costs three times as much as all the rest.
  const json = (value: unknown): unknown => (value === undefined ? null : decode.json(value))
  return jobOf(row, { json, instant: (value) => decode.instant(value) })
}

/** A job that was claimed just now, from what its row had before and the claim says. */
export function claimedJobOf(row: Row, decode: Decoder, incarnation: string, startedAt: Date): ActiveJob {
  const facts = factsOf(row, decode)
  const lease = { jobId: facts.id, run: facts.run, incarnation }
  return { status: 'running', lease, ...facts, startedAt }
}

/** A job from a row of `jobs`, which has no status column: the lease and the cancel request tell it. */
export function liveJobOf(row: Row, decode: Decoder): Job {
  const status =
    row['lease_token'] === null ? 'queued' : row['cancel_requested_at'] === null ? 'running' : 'cancelling'
  return jobOf(row, decode, status)
}

export function optional(value: unknown, decode: Pick<Decoder, 'instant'>): Date | null {
  return value === null || value === undefined ? null : decode.instant(value)
}
