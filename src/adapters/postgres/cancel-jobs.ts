import { finishedDeltas } from '../sql/job-deltas.js'
import type { Db, Statement } from './postgres-db.js'

/**
 * Two arms in one statement: a queued job is finished at once, an active one is marked. A job that changes sides while
 * this runs is missed by both; its caller asks again.
 */
const CANCEL: Statement = {
  name: 'cancel_jobs_2',
  text: `with x as materialized (select unnest($2::uuid[]) as id),
q as (
  delete from jobs j using x where j.id = x.id and j.lease_token is null returning j.*),
f as (
  insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run,
    crashes, interruptions, worker_name, idempotency_key, error_summary, progress, queued_at, started_at, finished_at)
  select id, definition_key, definition_version, 'cancelled', priority, run_at, params, max_attempts, attempts, run, crashes,
    interruptions, worker_name, idempotency_key, error_summary, progress, queued_at, started_at, $1 from q
  returning definition_key, definition_version, status, attempts, run_at, started_at, finished_at),
m as (${finishedDeltas('f')}),
a as (
  update jobs j set cancel_requested_at = $1, event_seq = j.event_seq + 1
  from x where j.id = x.id and j.lease_token is not null and j.cancel_requested_at is null
  returning j.id, j.event_seq, j.run),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq + 1, 'cancel_requested', $1, null::int, '{}'::jsonb from q
  union all select id, event_seq + 2, 'cancelled', $1, null, '{}' from q
  union all select id, event_seq, 'cancel_requested', $1, null, '{}' from a)
select id, 'cancelled' as arm from q union all select id, 'cancelling' from a`,
}

/** Cancels what it can get hold of; answers by id what each became in this statement. */
export async function cancelOnce(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<Map<string, 'cancelled' | 'cancelling'>> {
  const rows = await db.query(CANCEL, [now, [...ids].sort()])
  return new Map(rows.map((row) => [row['id'] as string, row['arm'] as 'cancelled' | 'cancelling']))
}
