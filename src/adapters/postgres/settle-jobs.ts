import type { SettleAnswer, Settlement } from '../../application/ports/job-store.js'
import type { Outcome } from '../../domain/outcome.js'
import type { Row } from '../sql/dialect.js'
import { finishedDeltas } from '../sql/job-deltas.js'
import { jsonDocument, plainArray, sharedArray, sparseArray } from './array-literals.js'
import { insertRows } from './insert-jobs.js'
import type { Db, Statement } from './postgres-db.js'
import { isCancelled, isDataError } from './postgres-errors.js'

const FINISHED_COLUMNS = `id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts, run,
  crashes, interruptions, worker_name, idempotency_key, error_summary, progress, result, queued_at, started_at, finished_at, cpu_ms, max_rss_bytes,
  callback, traceparent, schedule_id`

/** What figures are counted from. */
const FINISHED = `(select definition_key, definition_version, case kind when 'dead' then 'failed' else kind end as status,
    attempts_now as attempts, run_at, started_at, $1::timestamptz as finished_at from d) d`
const SUCCEEDED = `(select definition_key, definition_version, 'succeeded' as status, attempts, run_at, started_at,
    $1::timestamptz as finished_at from d) d`

/**
 * Status, events, dead letters, attempt records and figures of a whole batch in one statement; the record of a success rides in its
 * finished row.
 *
 * Guarded by the token, which is present exactly while a job is active: a further `worker is not null`, or `worker = …`, makes
 * the planner walk the small partial index once for every row; `is not distinct from` cannot use one. Nor may the join be a plain
 * `j.id = x.id` (see docs/adr/0009). Events travel with their settlement: connections that plan this have no join but the nested loop,
 * which over two lists costs their product. Answers the places of what was applied.
 */
const SETTLE: Statement = {
  name: 'settle_jobs_7',
  text: `with x as materialized (
  select * from unnest($2::uuid[], $3::int[], $4::text[], $5::timestamptz[], $6::int[], $7::int[], $8::int[], $9::text[],
      $10::jsonb[], $11::uuid[], $12::text[], $13::jsonb[], $14::uuid[], $15::int[], $16::text[], $17::text[], $18::int[], $19::text[],
      $20::bigint[], $21::bigint[]) with ordinality
    as x(id, token, kind, run_at, attempts, crashes, interruptions, error, result, dead_letter, reason, events, holder, attempt,
      outcome, attempt_error, exit_code, signal, cpu_ms, max_rss_bytes, place)),
d as (
  delete from jobs j using x
  where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder
    and (x.kind in ('succeeded', 'cancelled') or x.kind = 'dead' and j.cancel_requested_at is null)
  returning j.*, x.place, x.kind, x.attempts as attempts_now, x.crashes as crashes_now, x.interruptions as interruptions_now,
    x.error, x.result, x.dead_letter, x.reason, x.events, x.attempt, x.outcome, x.attempt_error, x.exit_code, x.signal, x.cpu_ms,
    x.max_rss_bytes),
f as (
  insert into finished_jobs (${FINISHED_COLUMNS})
  select id, definition_key, definition_version, case kind when 'dead' then 'failed' else kind end, priority, run_at, params,
    max_attempts, attempts_now, run, crashes_now, interruptions_now, worker_name, idempotency_key, error, progress, result,
    queued_at, started_at, $1, cpu_ms, max_rss_bytes, callback, traceparent, schedule_id from d),
m as (${finishedDeltas(FINISHED)}),
u as (
  update jobs j set lease_token = null, worker = null, run_at = x.run_at, attempts = x.attempts, crashes = x.crashes,
    interruptions = x.interruptions, error_summary = x.error, event_seq = j.event_seq + jsonb_array_length(x.events)
  from x
  where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder
    and x.kind = 'requeued' and j.cancel_requested_at is null
  returning j.id, j.run, j.event_seq - jsonb_array_length(x.events) as event_seq, x.place, x.events, j.worker_name, j.started_at,
    x.attempt, x.outcome, x.attempt_error, x.exit_code, x.signal, x.cpu_ms, x.max_rss_bytes),
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
s as materialized (select id, run, event_seq, events, place from d union all select id, run, event_seq, events, place from u),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select s.id, s.event_seq + v.ordinal, v.event ->> 'type', $1, s.run, v.event -> 'payload'
  from s cross join lateral jsonb_array_elements(s.events) with ordinality as v(event, ordinal))
select place::int as place from s`,
}

/**
 * The same for successes that say nothing but their result, which most are: without the values and the arms of all other ends it takes the
 * database two thirds of the time. Values that all of them share come once; rows that have none of their own take the first.
 */
const SETTLE_SUCCESSES: Statement = {
  name: 'settle_successes_2',
  text: `with x as materialized (
  select id, coalesce(token, ($3::int[])[1]) as token, coalesce(holder, ($4::uuid[])[1]) as holder, result,
    coalesce(payload, ($6::jsonb[])[1]) as payload, coalesce(attempts, ($7::int[])[1]) as attempts,
    coalesce(interruptions, ($8::int[])[1]) as interruptions, cpu_ms, max_rss_bytes, place
  from rows from (unnest($2::uuid[], $3::int[], $4::uuid[]), jsonb_array_elements($5::jsonb),
      unnest($6::jsonb[], $7::int[], $8::int[], $9::bigint[], $10::bigint[]))
      with ordinality as x(id, token, holder, result, payload, attempts, interruptions, cpu_ms, max_rss_bytes, place)),
d as (
  delete from jobs j using x
  where j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder
  returning j.id, j.definition_key, j.definition_version, j.priority, j.run_at, j.params, j.max_attempts, j.run, j.worker_name,
    j.idempotency_key, j.progress, j.queued_at, j.started_at, j.callback, j.traceparent, j.schedule_id, j.event_seq,
    x.result, x.payload, x.attempts, x.interruptions, x.cpu_ms, x.max_rss_bytes, x.place),
f as (
  insert into finished_jobs (${FINISHED_COLUMNS})
  select id, definition_key, definition_version, 'succeeded', priority, run_at, params, max_attempts, attempts, run, 0, interruptions,
    worker_name, idempotency_key, null, progress, result, queued_at, started_at, $1, cpu_ms, max_rss_bytes, callback, traceparent,
    schedule_id from d),
m as (${finishedDeltas(SUCCEEDED)}),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq + 1, 'succeeded', $1, run, payload from d)
select place::int as place from d`,
}

const STILL_HELD: Statement = {
  name: 'still_held_2',
  text: `select x.id from unnest($1::uuid[], $2::int[], $3::uuid[]) as x(id, token, holder)
join jobs j on j.id = any(array[x.id]) and j.lease_token = x.token and j.worker is not distinct from x.holder`,
}

/** Applies a batch; when one settlement's values do not fit, each is applied alone and that one is answered `rejected`. */
export async function settleJobs(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<readonly SettleAnswer[]> {
  if (settlements.length === 0) return []
  const inOrder = settlements
    .map((settlement, index): Placed => ({ settlement, index }))
    // Sorted by id: two batches that lock the same rows in opposite orders would wait for each other.
    .sort((a, b) => (jobIdOf(a) < jobIdOf(b) ? -1 : 1))
  // One row can take one transition in a statement; a repeated lease has lost to its own first settlement.
  const first = inOrder.filter(
    (one, place) => place === 0 || jobIdOf(one) !== jobIdOf(inOrder[place - 1] as Placed),
  )
  const answers = new Array<SettleAnswer>(settlements.length).fill('lease_lost')
  const plain: Placed[] = []
  const others: Placed[] = []
  for (const one of first) (isPlainSuccess(one.settlement) ? plain : others).push(one)
  await Promise.all([
    settleEach(db, plain, now, settleSuccesses, answers),
    settleEach(db, others, now, settleAll, answers),
  ])
  if (first.length === inOrder.length) return answers
  const rest = inOrder.filter((one) => !first.includes(one))
  const later = await settleJobs(
    db,
    rest.map(({ settlement }) => settlement),
    now,
  )
  rest.forEach(({ index }, place) => {
    answers[index] = later[place] ?? 'lease_lost'
  })
  return answers
}

/** A settlement and its place among those that were asked for. */
interface Placed {
  readonly settlement: Settlement
  readonly index: number
}

function jobIdOf({ settlement }: Placed): string {
  return settlement.lease.jobId
}

/** One of those whose outcome says nothing but the result: most are. */
function isPlainSuccess({ outcome }: Settlement): boolean {
  const { kind, crashes, errorSummary, events, deliveries } = outcome
  return (
    kind === 'succeeded' &&
    crashes === 0 &&
    errorSummary === null &&
    events.length === 1 &&
    events[0]?.type === 'succeeded' &&
    deliveries.length === 0
  )
}

/** Applies settlements of different jobs, sorted; answers the places of those that were applied. */
type Settle = (db: Db, settlements: readonly Settlement[], now: Date) => Promise<ReadonlySet<number>>

/** Writes the answer of each to its place. */
async function settleEach(
  db: Db,
  batch: readonly Placed[],
  now: Date,
  settle: Settle,
  answers: SettleAnswer[],
): Promise<void> {
  if (batch.length === 0) return
  try {
    const settlements = batch.map(({ settlement }) => settlement)
    const applied = await settle(db, settlements, now)
    const held = await stillHeld(
      db,
      settlements.filter((_, place) => !applied.has(place)),
    )
    batch.forEach((one, place) => {
      if (applied.has(place)) answers[one.index] = 'applied'
      else if (held.has(jobIdOf(one))) answers[one.index] = 'cancelling'
    })
  } catch (error) {
    const size = partSize(error, batch.length)
    if (size === null) throw error
    if (size === 0) answers[batch[0]?.index ?? 0] = 'rejected'
    else
      for (let from = 0; from < batch.length; from += size)
        await settleEach(db, batch.slice(from, from + size), now, settle, answers)
  }
}

/** In how large parts a batch that failed is tried again: 0 when it is the one that cannot be kept, `null` when parts would not help. */
function partSize(error: unknown, size: number): number | null {
  if (isDataError(error)) return size === 1 ? 0 : 1
  // A batch that the database does not finish in time would never end if it were repeated as it is.
  return isCancelled(error instanceof Error ? error.cause : null) && size > 1 ? Math.ceil(size / 2) : null
}

async function settleSuccesses(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<ReadonlySet<number>> {
  const outcomes = settlements.map(({ outcome }) => outcome)
  return placesOf(
    await db.query(SETTLE_SUCCESSES, [
      now,
      plainArray(settlements.map(({ lease }) => lease.jobId)),
      sharedArray(settlements.map(({ lease }) => lease.run)),
      sharedArray(settlements.map(({ lease }) => lease.incarnation)),
      jsonDocument(outcomes.map((outcome) => resultText(outcome) ?? 'null')),
      sharedArray(outcomes.map(({ events }) => JSON.stringify(JSON.stringify(events[0]?.payload)))),
      sharedArray(outcomes.map(({ attempts }) => attempts)),
      sharedArray(outcomes.map(({ interruptions }) => interruptions)),
      sparseArray(outcomes.map(({ attempt }) => attempt.usage?.cpuMs ?? null)),
      sparseArray(outcomes.map(({ attempt }) => attempt.usage?.maxRssBytes ?? null)),
    ]),
  )
}

/** In one statement, and where deliveries have to be kept with their events, in one transaction. */
async function settleAll(
  db: Db,
  settlements: readonly Settlement[],
  now: Date,
): Promise<ReadonlySet<number>> {
  const values = settleValues(settlements, now)
  if (settlements.every(({ outcome }) => outcome.deliveries.length === 0))
    return placesOf(await db.query(SETTLE, values))
  return db.transaction(async (run) => {
    const applied = placesOf(await run(SETTLE, values))
    const deliveries = settlements.flatMap(({ outcome }, place) =>
      applied.has(place) ? outcome.deliveries : [],
    )
    if (deliveries.length > 0) await insertRows(run, deliveries)
    return applied
  })
}

function placesOf(rows: readonly Row[]): ReadonlySet<number> {
  return new Set(rows.map(({ place }) => Number(place) - 1))
}

/** A lease that is still held was kept from its outcome by a cancel request; else it was lost, or another settle was quicker. */
async function stillHeld(db: Db, settlements: readonly Settlement[]): Promise<ReadonlySet<unknown>> {
  if (settlements.length === 0) return new Set()
  const leases = settlements.map(({ lease }) => lease)
  const rows = await db.query(STILL_HELD, [
    leases.map(({ jobId }) => jobId),
    leases.map(({ run }) => run),
    leases.map(({ incarnation }) => incarnation),
  ])
  return new Set(rows.map(({ id }) => id))
}

function resultText(outcome: Outcome): string | null {
  return outcome.kind === 'succeeded' ? JSON.stringify(outcome.result) : null
}

function settleValues(settlements: readonly Settlement[], now: Date): readonly unknown[] {
  const outcomes = settlements.map(({ outcome }) => outcome)
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
    outcomes.map(resultText),
    outcomes.map((outcome) => (outcome.kind === 'dead' ? outcome.deadLetterId : null)),
    outcomes.map((outcome) => (outcome.kind === 'dead' ? outcome.reason : null)),
    outcomes.map(({ events }) => JSON.stringify(events)),
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
