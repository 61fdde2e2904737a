import { allOrNone, type InsertAllAnswer, type InsertAnswer } from '../../application/ports/job-store.js'
import { queuedJob, type Idempotency, type NewJob } from '../../domain/job.js'
import type { Row } from '../sql/dialect.js'
import { insertedDeltas } from '../sql/job-deltas.js'
import { jobOf } from '../sql/job-row.js'
import { RefusedBatch } from '../sql/refused-batch.js'
import { instantArray, jsonArray, jsonDocument, plainArray } from './array-literals.js'
import type { Db, Run, Statement } from './postgres-db.js'
import { isDataError, isLockTimeout } from './postgres-errors.js'
import { decode } from './postgres-reader.js'

/** How long the commit of a key's first holder is waited for. */
const PATIENCE: Statement = { text: "set local lock_timeout = '2s'" }
/** For each of the jobs that have waited so long together. */
const LITTLE_PATIENCE: Statement = { text: "set local lock_timeout = '100ms'" }
/** For those whose turn comes when the others of their batch have taken so long again: the whole lane waits behind them. */
const NO_PATIENCE: Statement = { text: "set local lock_timeout = '1ms'" }
const LITTLE_PATIENCE_MS = 2_000

/**
 * Keeps jobs, each with its `queued` event.
 *
 * @param rows a query that gives them in the order of the columns below.
 * @param payload of the event of a row.
 */
function insertStatement(name: string, rows: string, payload: string): Statement {
  return {
    name,
    text: `with n as materialized (${rows}),
j as (
  insert into jobs (id, params, definition_key, definition_version, priority, run_at, max_attempts, idempotency_key, queued_at, callback,
    traceparent, schedule_id, event_seq)
  select n.*, 1 from n),
m as (${insertedDeltas('n')})
insert into job_events (job_id, seq, type, at, payload)
select id, 1, 'queued', queued_at, ${payload} from n`,
  }
}

function queuedPayload(runAt: string): string {
  return `jsonb_build_object('runAt', to_char(${runAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`
}

const INSERT = insertStatement(
  'insert_jobs_7',
  `
  select * from rows from (unnest($1::uuid[]), jsonb_array_elements($2::jsonb), unnest($3::text[], $4::int[], $5::int[], $6::timestamptz[],
      $7::int[], $8::text[], $9::timestamptz[], $10::jsonb[], $11::text[], $12::uuid[]))
    as n(id, params, definition_key, definition_version, priority, run_at, max_attempts, idempotency_key, queued_at, callback,
      traceparent, schedule_id)`,
  queuedPayload('run_at'),
)

/** Of jobs that differ in nothing but their params: to send, parse and format the rest for each takes a quarter of the whole insert. */
const INSERT_ALIKE = insertStatement(
  'insert_alike_jobs_2',
  `
  select id, params, $3::text as definition_key, $4::int as definition_version, $5::int as priority, $6::timestamptz as run_at,
    $7::int as max_attempts, $8::text as idempotency_key, $9::timestamptz as queued_at, $10::jsonb as callback, $11::text as traceparent,
    $12::uuid as schedule_id
  from rows from (unnest($1::uuid[]), jsonb_array_elements($2::jsonb)) as n(id, params)`,
  `(select ${queuedPayload('$6::timestamptz')})`,
)

/** Takes the keys that are free. Waits for another transaction that is about to take one of them. */
const TAKE_KEYS: Statement = {
  name: 'take_keys_1',
  text: `insert into idempotency_keys (definition_key, definition_version, key, job_id, body_hash)
select * from unnest($1::text[], $2::int[], $3::text[], $4::uuid[], $5::text[])
on conflict do nothing`,
}

/**
 * Who holds the keys. A statement of its own, after the one that took them: only a new snapshot sees a winner that
 * committed while we waited for it.
 */
const KEY_HOLDERS: Statement = {
  name: 'key_holders_2',
  text: `select x.place, k.job_id, k.body_hash
from unnest($1::text[], $2::int[], $3::text[], $4::int[]) as x(definition_key, definition_version, key, place)
join idempotency_keys k on k.definition_key = any(array[x.definition_key])
  and k.definition_version = any(array[x.definition_version]) and k.key = any(array[x.key])`,
}

/** Of jobs that hold a key. */
export const READ_JOBS: Statement = {
  name: 'read_jobs_1',
  text: 'select * from all_jobs where id = any($1::uuid[])',
}

const REJECTED = { outcome: 'rejected', reason: 'the database cannot hold its values' } as const
const IN_PROGRESS = { outcome: 'key_in_progress' } as const

interface Holder {
  readonly jobId: string
  readonly bodyHash: string
}

interface Keyed {
  readonly job: NewJob
  readonly idempotency: Idempotency
}

/** What became of a job before duplicates are read. */
type Placed = InsertAnswer | { readonly outcome: 'held'; readonly jobId: string }

/** Keeps a batch in one transaction; a job that the database cannot take is answered alone, the others are kept. */
export async function insertJobs(db: Db, jobs: readonly NewJob[]): Promise<readonly InsertAnswer[]> {
  const placed = await placeJobs(db, jobs)
  return withHolders(placed, (ids) => db.query(READ_JOBS, [ids]))
}

/**
 * Keeps a batch in one transaction, or nothing of it. What the database refuses without saying of which job, it refuses of all
 * that it may mean.
 */
export async function insertAllJobs(db: Db, jobs: readonly NewJob[]): Promise<InsertAllAnswer> {
  try {
    if (!jobs.some(isKeyed)) return allOrNone(await insertKeyless(db, jobs))
    return await db.transaction(async (run) => {
      const placed = await placeIn(run, jobs)
      const answer = allOrNone(await withHolders(placed, (ids) => run(READ_JOBS, [ids])))
      if (answer.outcome === 'refused') throw new RefusedBatch(answer)
      return answer
    })
  } catch (error) {
    if (error instanceof RefusedBatch) return error.answer
    if (isDataError(error)) return { outcome: 'refused', refusals: jobs.map(() => REJECTED) }
    if (!isLockTimeout(causeOf(error))) throw error
    const refusals = jobs.map(({ idempotency }) => (idempotency === null ? null : IN_PROGRESS))
    return { outcome: 'refused', refusals }
  }
}

async function placeJobs(db: Db, jobs: readonly NewJob[], patience = PATIENCE): Promise<readonly Placed[]> {
  try {
    if (jobs.some(isKeyed)) return await db.transaction((run) => placeIn(run, jobs, patience))
    return await insertKeyless(db, jobs)
  } catch (error) {
    const haveWaited = isLockTimeout(causeOf(error))
    if (!isDataError(error) && !haveWaited) throw error
    if (jobs.length > 1) {
      const answers: Placed[] = []
      const began = performance.now()
      for (const job of jobs) {
        const little = performance.now() - began < LITTLE_PATIENCE_MS ? LITTLE_PATIENCE : NO_PATIENCE
        answers.push(...(await placeJobs(db, [job], haveWaited ? little : patience)))
      }
      return answers
    }
    if (isDataError(error)) return [REJECTED]
    if (jobs[0]?.idempotency != null) return [IN_PROGRESS]
    throw error
  }
}

function isKeyed({ idempotency }: NewJob): boolean {
  return idempotency !== null
}

/** All or none, in a transaction of its own: one statement needs no other. */
async function insertKeyless(db: Db, jobs: readonly NewJob[]): Promise<readonly InsertAnswer[]> {
  if (jobs.length === 0) return []
  const kept = insertRows((statement, values) => db.query(statement, values), jobs)
  // Made while the database is at work.
  const answers = jobs.map(inserted)
  await kept
  return answers
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}

async function placeIn(run: Run, jobs: readonly NewJob[], patience = PATIENCE): Promise<readonly Placed[]> {
  const keyed = jobs.flatMap((job): Keyed[] =>
    job.idempotency === null ? [] : [{ job, idempotency: job.idempotency }],
  )
  const holders = keyed.length === 0 ? new Map<string, Holder>() : await takeKeys(run, keyed, patience)
  const mine = jobs.filter((job) => job.idempotency === null || holders.get(job.id)?.jobId === job.id)
  if (mine.length > 0) await insertRows(run, mine)
  return jobs.map((job) => placed(job, holders.get(job.id)))
}

async function withHolders(
  placed: readonly Placed[],
  read: (ids: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly InsertAnswer[]> {
  const held = placed.flatMap((answer) => (answer.outcome === 'held' ? [answer.jobId] : []))
  const rows = held.length === 0 ? [] : await read(held)
  const holders = new Map(rows.map((row) => [row['id'] as string, jobOf(row, decode)]))
  return placed.map((answer): InsertAnswer => {
    if (answer.outcome !== 'held') return answer
    const job = holders.get(answer.jobId)
    // Pruned in between: the key is free by now and the caller may try again.
    return job === undefined ? IN_PROGRESS : { outcome: 'duplicate', job }
  })
}

function placed(job: NewJob, holder: Holder | undefined): Placed {
  if (job.idempotency === null || holder?.jobId === job.id) return inserted(job)
  // The holder's row went between the two statements; the caller may simply try again.
  if (holder === undefined) return IN_PROGRESS
  return holder.bodyHash === job.idempotency.bodyHash
    ? { outcome: 'held', jobId: holder.jobId }
    : { outcome: 'key_reused', jobId: holder.jobId }
}

/** Takes each key for its first job in the batch and answers, by job id, who holds it now. */
async function takeKeys(
  run: Run,
  keyed: readonly Keyed[],
  patience: Statement,
): Promise<Map<string, Holder>> {
  // Sorted: two batches that take the same keys in opposite orders would wait for each other.
  const sorted = [...keyed].sort(byKey)
  const columns = [
    sorted.map(({ job }) => job.definitionKey),
    sorted.map(({ idempotency }) => idempotency.version),
    sorted.map(({ idempotency }) => idempotency.key),
  ]
  await run(patience, [])
  await run(TAKE_KEYS, [
    ...columns,
    sorted.map(({ job }) => job.id),
    sorted.map(({ idempotency }) => idempotency.bodyHash),
  ])
  const rows = await run(KEY_HOLDERS, [...columns, sorted.map((_, place) => place)])
  return new Map(rows.flatMap((row) => holderOf(row, sorted)))
}

function holderOf(row: Row, sorted: readonly Keyed[]): [string, Holder][] {
  const keyed = sorted[Number(row['place'])]
  if (keyed === undefined) return []
  return [[keyed.job.id, { jobId: row['job_id'] as string, bodyHash: row['body_hash'] as string }]]
}

function byKey(a: Keyed, b: Keyed): number {
  const left = [a.job.definitionKey, a.idempotency.version, a.idempotency.key]
  const right = [b.job.definitionKey, b.idempotency.version, b.idempotency.key]
  for (const [index, value] of left.entries()) {
    const other = right[index] as string | number
    if (value !== other) return value < other ? -1 : 1
  }
  return 0
}

function inserted(job: NewJob): InsertAnswer {
  return { outcome: 'inserted', job: queuedJob(job) }
}

/** Keeps jobs, all or none. */
export function insertRows(run: Run, jobs: readonly NewJob[]): Promise<readonly Row[]> {
  const ids = plainArray(jobs.map(({ id }) => id))
  const params = jsonDocument(jobs.map((job) => JSON.stringify(job.params)))
  const [first] = jobs
  if (first !== undefined && COLUMNS.every((column) => column.isSame(jobs, first)))
    return run(INSERT_ALIKE, [ids, params, ...COLUMNS.map((column) => column.of(first))])
  return run(INSERT, [ids, params, ...COLUMNS.map((column) => column.all(jobs))])
}

interface Column {
  readonly of: (job: NewJob) => unknown
  readonly all: (jobs: readonly NewJob[]) => unknown
  readonly isSame: (jobs: readonly NewJob[], first: NewJob) => boolean
}

/** @param array writes the values of several jobs as a parameter. */
function column<T>(of: (job: NewJob) => T, array: (values: readonly T[]) => unknown): Column {
  return {
    of,
    all: (jobs) => array(jobs.map(of)),
    isSame: (jobs, first) => {
      const value = comparable(of(first))
      return jobs.every((job) => comparable(of(job)) === value)
    },
  }
}

function comparable(value: unknown): unknown {
  return value instanceof Date ? value.getTime() : value
}

const byDriver = <T>(values: readonly T[]): readonly T[] => values

/** Those that all jobs of a batch may have in common, in the order of the statements. */
const COLUMNS: readonly Column[] = [
  column(({ definitionKey }) => definitionKey, byDriver),
  column(({ definitionVersion }) => definitionVersion, plainArray),
  column(({ priority }) => priority, plainArray),
  column(({ runAt }) => runAt, instantArray),
  column(({ maxAttempts }) => maxAttempts, plainArray),
  column(({ idempotencyKey }) => idempotencyKey, byDriver),
  column(({ queuedAt }) => queuedAt, instantArray),
  column(({ callback }) => (callback === null ? null : JSON.stringify(callback)), jsonArray),
  column(({ traceparent }) => traceparent, byDriver),
  column(({ scheduleId }) => scheduleId, plainArray),
]
