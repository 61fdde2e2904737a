import type { Retry, RetryAnswer } from '../../application/ports/job-store.js'
import type { Row } from '../sql/dialect.js'
import { insertedDeltas } from '../sql/job-deltas.js'
import type { Db, Statement } from './postgres-db.js'

/**
 * The link is what makes a retry happen once: of racing callers one inserts it, the others wait for that commit and insert nothing. Each old
 * job is held from before its link is there: retention, which may have come by during such a wait, would leave it behind.
 * Params are copied inside the database: they may be large, and so may be a batch.
 */
const RETRY: Statement = {
  name: 'retry_jobs_5',
  text: `with x as materialized (
  select * from unnest($2::uuid[], $3::uuid[], $4::int[]) as x(retried, id, max_attempts)),
r as (
  insert into job_retries (retried_from, job_id)
  select x.retried, x.id from x join finished_jobs f on f.id = any(array[x.retried])
  where f.status = 'cancelled' or exists (
    select from dead_letters d where d.job_id = any(array[f.id]) and d.discarded_at is null)
  order by x.retried for key share of f
  on conflict (retried_from) do nothing
  returning retried_from, job_id),
j as (
  insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, callback, traceparent, queued_at, event_seq)
  select r.job_id, f.definition_key, f.definition_version, f.priority, $1, f.params, coalesce(x.max_attempts, f.max_attempts), f.callback,
    f.traceparent, $1, 1
  from r join x on x.id = r.job_id join finished_jobs f on f.id = any(array[r.retried_from])
  returning id, definition_key, definition_version),
m as (${insertedDeltas('j')}),
e as (
  insert into job_events (job_id, seq, type, at, payload)
  select job_id, 1, 'queued', $1, jsonb_build_object('runAt', $5::text, 'retriedFrom', retried_from) from r)
select j.id, j.definition_key, j.definition_version from j`,
}

/** A statement of its own, after the one that retried: only a new snapshot sees a link that committed while we waited for it. */
const RETRIED: Statement = {
  name: 'retried_jobs_1',
  text: 'select retried_from, job_id from job_retries where retried_from = any($1::uuid[])',
}

const DISCARD: Statement = {
  name: 'discard_dead_letters_1',
  text: 'update dead_letters set discarded_at = $1 where id = any($2::uuid[]) and discarded_at is null returning id',
}

export async function retryJobs(
  db: Db,
  retries: readonly Retry[],
  now: Date,
): Promise<readonly RetryAnswer[]> {
  if (retries.length === 0) return []
  const rows = await db.query(RETRY, [
    now,
    retries.map(({ jobId }) => jobId),
    retries.map(({ newJobId }) => newJobId),
    retries.map(({ maxAttempts }) => maxAttempts),
    now.toISOString(),
  ])
  const made = new Map(rows.map((row) => [row['id'] as string, retriedOf(row)]))
  const rest = retries.filter(({ newJobId }) => !made.has(newJobId)).map(({ jobId }) => jobId)
  const links = rest.length === 0 ? [] : await db.query(RETRIED, [rest])
  const before = new Map(links.map((row) => [row['retried_from'] as string, row['job_id'] as string]))
  return retries.map(({ jobId, newJobId }): RetryAnswer => {
    const retried = made.get(newJobId)
    if (retried !== undefined) return retried
    const holder = before.get(jobId)
    return holder === undefined ? { outcome: 'not_retriable' } : { outcome: 'already_retried', jobId: holder }
  })
}

function retriedOf(row: Row): RetryAnswer {
  return {
    outcome: 'retried',
    definitionKey: row['definition_key'] as string,
    definitionVersion: Number(row['definition_version']),
  }
}

export async function discardDeadLetters(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<readonly boolean[]> {
  const rows = await db.query(DISCARD, [now, [...ids].sort()])
  const discarded = new Set(rows.map((row) => row['id'] as string))
  return ids.map((id) => discarded.delete(id))
}
