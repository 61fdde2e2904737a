import type { SettleAnswer, Settlement } from '../../application/ports/job-store.js'
import type { Row } from '../sql/dialect.js'
import { finishedDeltas } from '../sql/job-deltas.js'
import { INSERT, insertValues } from './insert-jobs.js'
import type { Db, Statement } from './postgres-db.js'
import { isCancelled, isDataError } from './postgres-errors.js'

const FINISHED_COLUMNS = `id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run,
  crashes, interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at, cpu_ms, max_rss_bytes,
  callback, traceparent, schedule_id`

/** What figures are counted from. */
const FINISHED = `(select definition_key, definition_version, case kind when 'dead' then 'failed' else kind end as status,
    attempts_now as attempts, run_at, started_at, $1::timestamptz as finished_at from d) d`

/**
 * Status, events, dead letters, attempt records and figures of a whole batch in one statement; the record of a success rides in its
 * finished row.
 *
 * Guarded by the token, which is present exactly while a job is active: a further `worker is not null`, or `worker = …`, makes
 * the planner walk the small partial index once for every row; `is not distinct from` cannot use one. Nor may the join be a plain
 * `j.id = x.id` (see docs/adr/0009). A row that is
 * answered `held` kept its lease when this began, but was not changed: asked again, it says why.
 */
const SETTLE: Statement = {
  name: 'settle_jobs_7',
  text: `with x as materialized (
  select * from unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::int[], $7::int[], $8::int[], $9::text[],
      $10::jsonb[], $11::uuid[], $12::text[], $13::int[], $18::uuid[], $19::int[], $20::text[], $21::text[], $22::int[], $23::text[],
      $24::bigint[], $25::bigint[]) with ordinality
    as x(id, token, kind, run_at, attempts, crashes, interruptions, error, result, dead_letter, reason, events, holder, attempt,
      outcome, attempt_error, exit_code, signal, cpu_ms, max_rss_bytes, place)),
d as (
  delete from jobs j using x
  where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder
    and (x.kind in ('succeeded', 'cancelled') or x.kind = 'dead' and j.cancel_requested_at is null)
  returning j.*, x.place, x.kind, x.attempts as attempts_now, x.crashes as crashes_now, x.interruptions as interruptions_now,
    x.error, x.result, x.dead_letter, x.reason, x.attempt, x.outcome, x.attempt_error, x.exit_code, x.signal, x.cpu_ms, x.max_rss_bytes),
f as (
  insert into finished_jobs (${FINISHED_COLUMNS})
  select id, definition_key, definition_version, case kind when 'dead' then 'failed' else kind end, priority, run_at, params,
    max_attempts, attempts_now, run, crashes_now, interruptions_now, worker_name, idempotency_key, error, progress, result,
    queued_at, started_at, $1, cpu_ms, max_rss_bytes, callback, traceparent, schedule_id from d),
m as (${finishedDeltas(FINISHED)}),
u as (
  update jobs j set lease_token = null, worker = null, run_at = x.run_at, attempts = x.attempts, crashes = x.crashes,
    interruptions = x.interruptions, error_summary = x.error, event_seq = j.event_seq + x.events
  from x
  where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder
    and x.kind = 'requeued' and j.cancel_requested_at is null
  returning j.id, j.run, j.event_seq - x.events as event_seq, x.place, j.worker_name, j.started_at, x.attempt, x.outcome,
    x.attempt_error, x.exit_code, x.signal, x.cpu_ms, x.max_rss_bytes),
l as (
  insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at, error)
  select dead_letter, id, definition_key, definition_version, reason, $1, error from d where kind = 'dead'),
a as (
  insert into job_attempts (job_id, run, attempt, worker_name, started_at, ended_at, outcome, error, exit_code, signal, cpu_ms,
    max_rss_bytes)
  select id, run, attempt, worker_name, started_at, $1, outcome, attempt_error, exit_code, signal, cpu_ms, max_rss_bytes
  from d where kind <> 'succeeded'
  union all
  select id, run, attempt, worker_name, started_at, $1, outcome, attempt_error, exit_code, signal, cpu_ms, max_rss_bytes from u),
s as materialized (select id, run, event_seq, place from d union all select id, run, event_seq, place from u),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select s.id, s.event_seq + v.ordinal, v.type, $1, s.run, v.payload
  from unnest($14::bigint[], $15::int[], $16::text[], $17::jsonb[]) as v(place, ordinal, type, payload) join s using (place))
select x.place::int as place, case when s.place is not null then 'applied'
  when exists(select from jobs j where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder) then 'held'
  else 'lease_lost' end as answer
from x left join s using (place) order by x.place`,
}

const STILL_HELD: Statement = {
  name: 'still_held_2',
  text: `select x.id from unnest($1::uuid[], $2::int[]) as x(id, token) join jobs j on j.id = any(array[x.id]) and j.lease_token = x.token`,
}

/** Applies a batch; when one settlement's values do not fit, each is applied alone and that one is answered `rejected`. */
export async function settleJobs(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<readonly SettleAnswer[]> {
  if (settlements.length === 0) return []
  try {
    return await settleBatch(db, settlements, now)
  } catch (error) {
    if (isCancelled(error instanceof Error ? error.cause : null) && settlements.length > 1)
      return settleInHalves(db, settlements, now)
    if (!isDataError(error)) throw error
    if (settlements.length === 1) return ['rejected']
    const answers: SettleAnswer[] = []
    for (const settlement of settlements) answers.push(...(await settleJobs(db, [settlement], now)))
    return answers
  }
}

/** A batch that the database does not finish in time would never end if it were repeated as it is. */
async function settleInHalves(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<readonly SettleAnswer[]> {
  const middle = Math.ceil(settlements.length / 2)
  const first = await settleJobs(db, settlements.slice(0, middle), now)
  return [...first, ...(await settleJobs(db, settlements.slice(middle), now))]
}

async function settleBatch(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<readonly SettleAnswer[]> {
  const inOrder = settlements
    .map((settlement, index) => ({ ...settlement, index }))
    // Sorted by id: two batches that lock the same rows in opposite orders would wait for each other.
    .sort((a, b) => (a.lease.jobId < b.lease.jobId ? -1 : 1))
  // One row can take one transition in a statement; a repeated lease has lost to its own first settlement.
  const first = inOrder.filter(({ lease }, place) => inOrder[place - 1]?.lease.jobId !== lease.jobId)
  const rows = await settleRows(db, first, now)
  const answers = new Array<SettleAnswer>(settlements.length).fill('lease_lost')
  const held = await stillHeld(db, first, rows)
  rows.forEach(({ place, answer }) => {
    const settled = first[Number(place) - 1]
    if (settled === undefined || answer === 'lease_lost') return
    if (answer === 'applied') answers[settled.index] = 'applied'
    else if (held.has(settled.lease.jobId)) answers[settled.index] = 'cancelling'
  })
  const rest = inOrder.filter((settlement) => !first.includes(settlement))
  if (rest.length === 0) return answers
  const later = await settleJobs(db, rest, now)
  rest.forEach(({ index }, place) => {
    answers[index] = later[place] ?? 'lease_lost'
  })
  return answers
}

/** In one statement, and where deliveries have to be kept with their events, in one transaction. */
async function settleRows(db: Db, settlements: readonly Settlement[], now: Date): Promise<readonly Row[]> {
  const values = settleValues(settlements, now)
  if (settlements.every(({ outcome }) => outcome.deliveries.length === 0)) return db.query(SETTLE, values)
  return db.transaction(async (run) => {
    const rows = await run(SETTLE, values)
    const deliveries = rows.flatMap(({ place, answer }) =>
      answer === 'applied' ? (settlements[Number(place) - 1]?.outcome.deliveries ?? []) : [],
    )
    if (deliveries.length > 0) await run(INSERT, insertValues(deliveries))
    return rows
  })
}

/** A lease that is held to this day was kept from its outcome by a cancel request; else another settle was quicker. */
async function stillHeld(
  db: Db,
  settlements: readonly Settlement[],
  rows: readonly Row[],
): Promise<ReadonlySet<unknown>> {
  const held = settlements.filter((_, index) => rows[index]?.['answer'] === 'held')
  if (held.length === 0) return new Set()
  const leases = [held.map(({ lease }) => lease.jobId), held.map(({ lease }) => lease.run)]
  return new Set((await db.query(STILL_HELD, leases)).map(({ id }) => id))
}

function settleValues(settlements: readonly Settlement[], now: Date): readonly unknown[] {
  const outcomes = settlements.map(({ outcome }) => outcome)
  const events = outcomes.flatMap(({ events: written }, index) =>
    written.map(({ type, payload }, ordinal) => ({ place: index + 1, ordinal: ordinal + 1, type, payload })),
  )
  return [
    now,
    settlements.map(({ lease }) => lease.jobId),
    settlements.map(({ lease }) => lease.run),
    outcomes.map(({ kind }) => kind),
    outcomes.map((outcome) => (outcome.kind === 'requeued' ? outcome.runAt : null)),
    outcomes.map(({ attempts }) => attempts),
    outcomes.map(({ crashes }) => crashes),
    outcomes.map(({ interruptions }) => interruptions),
    outcomes.map(({ errorSummary }) => errorSummary),
    outcomes.map((outcome) => (outcome.kind === 'succeeded' ? JSON.stringify(outcome.result) : null)),
    outcomes.map((outcome) => (outcome.kind === 'dead' ? outcome.deadLetterId : null)),
    outcomes.map((outcome) => (outcome.kind === 'dead' ? outcome.reason : null)),
    outcomes.map(({ events: written }) => written.length),
    events.map(({ place }) => place),
    events.map(({ ordinal }) => ordinal),
    events.map(({ type }) => type),
    events.map(({ payload }) => JSON.stringify(payload)),
    settlements.map(({ lease }) => lease.incarnation),
    outcomes.map(({ attempt }) => attempt.attempt),
    outcomes.map(({ attempt }) => attempt.outcome),
    outcomes.map(({ attempt }) => attempt.error),
    outcomes.map(({ attempt }) => attempt.exitCode),
    outcomes.map(({ attempt }) => attempt.signal),
    outcomes.map(({ attempt }) => attempt.usage?.cpuMs ?? null),
    outcomes.map(({ attempt }) => attempt.usage?.maxRssBytes ?? null),
  ]
}
