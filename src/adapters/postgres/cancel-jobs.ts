import { deliveriesOf } from '../../domain/delivery.js'
import type { Callback } from '../../domain/callback.js'
import { finishedDeltas } from '../sql/job-deltas.js'
import { insertRows } from './insert-jobs.js'
import type { Db, Statement } from './postgres-db.js'

/**
 * Two arms in one statement: a queued job is finished at once, an active one is marked. A job that changes sides while
 * this runs is missed by both; its caller asks again. So is a queued one with a callback, unless the deliveries are seen to.
 *
 * Its joins are written so that no statistics can turn them (see docs/adr/0009).
 */
const CANCEL: Statement = {
  name: 'cancel_jobs_6',
  text: `with x as materialized (select unnest($2::uuid[]) as id),
q as (
  delete from jobs j using x where j.id = any(array[x.id]) and num_nulls(j.lease_token) = 1 and (j.callback is null or $3) returning j.*),
f as (
  insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run,
    crashes, interruptions, worker_name, idempotency_key, error_summary, progress, queued_at, started_at, finished_at, callback,
    traceparent, schedule_id)
  select id, definition_key, definition_version, 'cancelled', priority, run_at, params, max_attempts, attempts, run, crashes,
    interruptions, worker_name, idempotency_key, error_summary, progress, queued_at, started_at, $1, callback, traceparent,
    schedule_id from q
  returning definition_key, definition_version, status, attempts, run_at, started_at, finished_at),
m as (${finishedDeltas('f')}),
a as (
  update jobs j set cancel_requested_at = $1, event_seq = j.event_seq + 1
  from x where j.id = any(array[x.id]) and j.lease_token is not null and j.cancel_requested_at is null
  returning j.id, j.event_seq, j.run),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq + 1, 'cancel_requested', $1, null::int, '{}'::jsonb from q
  union all select id, event_seq + 2, 'cancelled', $1, null, '{}' from q
  union all select id, event_seq, 'cancel_requested', $1, null, '{}' from a)
select id, 'cancelled' as arm, callback, traceparent from q union all select id, 'cancelling', null, null from a`,
}

type Arms = Map<string, 'cancelled' | 'cancelling'>

/** Cancels what it can get hold of, but no queued job with a callback; answers by id what each became in this statement. */
export async function cancelOnce(db: Db, ids: readonly string[], now: Date): Promise<Arms> {
  const rows = await db.query(CANCEL, [now, [...ids].sort(), false])
  return new Map(rows.map((row) => [row['id'] as string, row['arm'] as 'cancelled' | 'cancelling']))
}

/** The same for all jobs, with the deliveries in the same transaction. */
export function cancelAndTell(db: Db, ids: readonly string[], now: Date, newId: () => string): Promise<Arms> {
  return db.transaction(async (run) => {
    const rows = new Map((await run(CANCEL, [now, [...ids].sort(), true])).map((row) => [row['id'], row]))
    const deliveries = ids.flatMap((id) => {
      const callback = (rows.get(id)?.['callback'] ?? null) as Callback | null
      const traceparent = (rows.get(id)?.['traceparent'] ?? null) as string | null
      return deliveriesOf({ id, callback, traceparent }, [{ type: 'cancelled', payload: {} }], { now, newId })
    })
    if (deliveries.length > 0) await insertRows(run, deliveries)
    return new Map([...rows].map(([id, { arm }]) => [id as string, arm as 'cancelled' | 'cancelling']))
  })
}
