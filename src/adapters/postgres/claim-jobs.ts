import type { ClaimRequest } from '../../application/ports/job-store.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Row } from '../sql/dialect.js'
import type { Db, Statement } from './postgres-db.js'

/**
 * How many candidates are read for each definition: more than asked, since some may be locked by other claimers.
 *
 * A literal in the statement, not a parameter: of `limit $1` a generic plan expects a tenth of the table and may sort it all.
 */
const BUCKETS = [16, 32, 64, 128, 256, 512, 1_024, 4_096, 16_384]

const IS_ALIVE = `incarnation = $1 and not dead and lease_until > clock_timestamp() + $2 * interval '1 millisecond'`

/** Locked only where a job is there to be claimed: a lock is a write, and whoever finds nothing need not wait for the disk. */
const alive = (candidates: string): string => `w as materialized (
  select incarnation, name from workers where ${IS_ALIVE} and exists (${candidates})
  for key share)`

/** What is read of a claimed job; the rest follows from the claim itself, and each column takes the driver a quarter of a microsecond. */
const CLAIMED = `j.id, j.definition_key, j.definition_version, j.priority, j.run_at, j.params, j.max_attempts, j.attempts, j.run, j.crashes,
    j.interruptions, j.worker_name, j.idempotency_key, j.callback, j.traceparent, j.schedule_id, j.error_summary, j.queued_at`

const STARTED = `u as (
  update jobs j set attempts = j.attempts + 1, run = j.run + 1, lease_token = j.run + 1, worker = w.incarnation,
    worker_name = w.name, started_at = $3, progress = null, event_seq = j.event_seq + 1
  from w where j.id = any(array(select id from l)) and num_nulls(j.lease_token) = 1
  returning ${CLAIMED}, j.event_seq),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq, 'started', $3, run,
    jsonb_build_object('attempt', attempts, 'run', run, 'workerId', worker_name) from u)`

function candidates(columns: string, key: string, version: string, bucket: number): string {
  return `select ${columns} from jobs
      where definition_key = ${key} and definition_version = ${version} and lease_token is null and run_at <= $3
      order by priority desc, run_at, id limit ${bucket}`
}

/**
 * Locks the best candidates that nobody else has locked; they may have been taken since they were read. Each is looked up by its key, in
 * their order, until there are enough; a plain join would leave it to the statistics which side is walked.
 */
function locked(candidates: string, limit: string): string {
  return `l as materialized (
  select j.id from (${candidates} order by place) c
    cross join lateral (select id from jobs where id = c.id and num_nulls(lease_token) = 1 limit 1 for update skip locked) j
  order by c.place limit ${limit})`
}

/**
 * Merges the candidates of all asked definitions, claims those of unlimited ones, and says of each limited definition how many of
 * its jobs are among the best: they are claimed through its gate. Always answers at least one row.
 */
function claimStatement(bucket: number): Statement {
  return {
    name: `claim_${bucket}_5`,
    text: `with living as materialized (select 1 from workers where ${IS_ALIVE}),
d as materialized (
  select d.key, d.version, d.concurrency_limit, case when d.concurrency_limit = 0 then ${bucket}
    else d.concurrency_limit - (select count(*) from jobs a
      where a.definition_key = d.key and a.definition_version = d.version and a.worker is not null) end as room
  from living cross join unnest($4::text[], $5::int[]) as asked(key, version)
  join definitions d on d.key = asked.key and d.version = asked.version
  where not d.paused),
m as materialized (
  select c.id, d.key, d.version, d.concurrency_limit, row_number() over (order by c.priority desc, c.run_at, c.id) as place
  from d cross join lateral (
    select * from (${candidates('id, priority, run_at', 'd.key', 'd.version', bucket)}) b
    order by priority desc, run_at, id limit greatest(0, d.room)) c),
wanted as materialized (
  select key, version, count(*)::int as jobs from m where concurrency_limit > 0 and place <= $6 group by key, version),
${alive('select 1 from m where concurrency_limit = 0')},
${locked('select id, place from m where concurrency_limit = 0', '$6 - (select coalesce(sum(jobs), 0) from wanted)')},
${STARTED}
select x.*, ${CLAIMED} from (select exists(select from living) as alive, (select json_agg(wanted) from wanted) as wanted) x left join u j on true`,
  }
}

/** One limited definition, under its gate: the count is a statement after the one that took the lock, or it would be stale. */
function claimLimitedStatement(bucket: number): Statement {
  return {
    name: `claim_limited_${bucket}_5`,
    text: `with ${alive('select 1')},
room as materialized (
  select greatest(0, least($6::int, $7::int - count(*)))::int as free from jobs
  where definition_key = $4 and definition_version = $5 and worker is not null),
c as materialized (
  select id, row_number() over (order by priority desc, run_at, id) as place
  from (${candidates('id, priority, run_at', '$4', '$5', bucket)}) b),
${locked('select id, place from c', '(select free from room)')},
${STARTED}
select ${CLAIMED} from u j`,
  }
}

const GATE: Statement = {
  name: 'claim_gate_1',
  text: `select concurrency_limit from definitions
where key = $1 and version = $2 and not paused and concurrency_limit > 0 for no key update skip locked`,
}

/**
 * The earliest due time of what may run now: not of paused or saturated definitions. Walks from one priority to the next along
 * the index, at most 64 of them for each definition.
 */
const NEXT_DUE: Statement = {
  name: 'next_due_1',
  text: `with recursive d as materialized (
  select d.key, d.version from unnest($1::text[], $2::int[]) as asked(key, version)
  join definitions d on d.key = asked.key and d.version = asked.version
  where not d.paused and (d.concurrency_limit = 0 or d.concurrency_limit > (select count(*) from jobs a
    where a.definition_key = d.key and a.definition_version = d.version and a.worker is not null))),
p as (
  select d.key, d.version, f.priority, f.run_at, 1 as step from d cross join lateral (
    select priority, run_at from jobs where definition_key = d.key and definition_version = d.version and lease_token is null
    order by priority desc, run_at, id limit 1) f
  union all
  select p.key, p.version, f.priority, f.run_at, p.step + 1 from p cross join lateral (
    select priority, run_at from jobs where definition_key = p.key and definition_version = p.version and lease_token is null
      and priority < p.priority
    order by priority desc, run_at, id limit 1) f
  where p.step < 64)
select min(run_at) as due, coalesce(bool_or(step = 64), false) as more from p`,
}

const RECHECK_MS = 1_000

export interface Claimed {
  readonly rows: readonly Row[]
  readonly contended: boolean
  readonly nextDueAt: Date | null
  readonly unsure?: boolean
}

/** @param leaseOffsetMs added to the database's clock where the worker's lease is judged; zero outside tests. */
export async function claimJobs(db: Db, request: ClaimRequest, leaseOffsetMs: number): Promise<Claimed> {
  const { incarnation, limit, now, definitions } = request
  if (limit <= 0 || definitions.length === 0) return { rows: [], contended: false, nextDueAt: null }
  const refs = [definitions.map(({ key }) => key), definitions.map(({ version }) => version)]
  const answer = await db.query(claimStatement(bucketOf(limit)), [
    incarnation,
    leaseOffsetMs,
    now,
    ...refs,
    limit,
  ])
  if (answer[0]?.['alive'] !== true) return { rows: [], contended: false, nextDueAt: null }
  const rows = answer.filter((row) => row['id'] !== null)
  try {
    for (const { key, version, jobs } of wantedOf(answer[0])) {
      const wanted = Math.min(jobs, limit - rows.length)
      rows.push(...(await claimLimited(db, request, { key, version }, wanted, leaseOffsetMs)))
    }
    // What has been claimed does not wait for a look at what comes later.
    if (rows.length > 0) return { rows, contended: false, nextDueAt: null }
    const [next] = await db.query(NEXT_DUE, refs)
    return { rows, ...sleepUntil(next, now) }
  } catch (error) {
    // What is claimed so far is committed: it must reach its worker.
    if (rows.length > 0) return { rows, contended: true, nextDueAt: null, unsure: true }
    throw error
  }
}

async function claimLimited(
  db: Db,
  { incarnation, now }: ClaimRequest,
  { key, version }: DefinitionRef,
  wanted: number,
  leaseOffsetMs: number,
): Promise<readonly Row[]> {
  if (wanted <= 0) return []
  return db.transaction(async (run) => {
    const [gate] = await run(GATE, [key, version])
    if (gate === undefined) return []
    const limit = gate['concurrency_limit']
    return run(claimLimitedStatement(bucketOf(wanted)), [
      incarnation,
      leaseOffsetMs,
      now,
      key,
      version,
      wanted,
      limit,
    ])
  })
}

function bucketOf(limit: number): number {
  return BUCKETS.find((size) => size >= limit * 2) ?? 16_384
}

function wantedOf(row: Row | undefined): readonly { key: string; version: number; jobs: number }[] {
  return (row?.['wanted'] ?? []) as { key: string; version: number; jobs: number }[]
}

/** A job that is due but was not handed out is in another claimer's hands: worth asking again in a moment. */
function sleepUntil(row: Row | undefined, now: Date): Pick<Claimed, 'contended' | 'nextDueAt'> {
  const due = (row?.['due'] ?? null) as Date | null
  if (due !== null && due <= now) return { contended: true, nextDueAt: null }
  if (row?.['more'] !== true) return { contended: false, nextDueAt: due }
  const recheck = new Date(now.getTime() + RECHECK_MS)
  return { contended: false, nextDueAt: due !== null && due < recheck ? due : recheck }
}
