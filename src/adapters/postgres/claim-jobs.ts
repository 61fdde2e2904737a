import type { ClaimRequest } from '../../application/ports/job-store.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Row } from '../sql/dialect.js'
import type { ClaimContention } from './claim-contention.js'
import { candidates, readShares, readWhole, type Merge, type QueueParts } from './merge-queues.js'
import type { Db, Statement } from './postgres-db.js'
import { type QueueHeads, type SeenHeads } from './queue-heads.js'

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
/** A row that is none of them. */
const NONE = CLAIMED.split(',')
  .map(() => 'null')
  .join(', ')

const STARTED = `u as (
  update jobs j set attempts = j.attempts + 1, run = j.run + 1, lease_token = j.run + 1, worker = w.incarnation,
    worker_name = w.name, started_at = $3, progress = null, event_seq = j.event_seq + 1
  from w where j.id = any(array(select id from l)) and num_nulls(j.lease_token) = 1
  returning ${CLAIMED}, j.event_seq),
e as (
  insert into job_events (job_id, seq, type, at, run, payload)
  select id, event_seq, 'started', $3, run,
    jsonb_build_object('attempt', attempts, 'run', run, 'workerId', worker_name) from u)`

/** Entries of the index of queues that this connection has walked over, those of jobs that are gone, too; counted since some time ago. */
const WALKED = `pg_stat_get_xact_tuples_returned('jobs_queued'::regclass)`

/** How many jobs of a definition run. */
function running(definition: string): string {
  return `(select count(*) from jobs a
    where a.definition_key = ${definition}.key and a.definition_version = ${definition}.version and a.worker is not null)`
}

/**
 * Locks the best candidates that nobody else has locked, and tells their ids; some may have been taken since they were read. Each is looked up by its
 * key, in their order, until there are enough; a plain join would leave it to the statistics which side is walked.
 */
function lockBest(candidates: string, limit: string, condition = ''): string {
  return `select j.id from (${candidates} order by place) c
    cross join lateral (select id from jobs where id = c.id and num_nulls(lease_token) = 1${condition} limit 1 for update skip locked) j
  order by c.place limit ${limit}`
}

const QUEUE: QueueParts = { key: 'd.key', version: 'd.version' }
const FROM_HEAD: QueueParts = { ...QUEUE, head: 'd.head', from: 'd."from"', seen: 'd.seen' }

const ASKED = 'unnest($4::text[], $5::int[]) as asked(key, version)'
const ASKED_AHEAD = `unnest($4::text[], $5::int[], $8::int[], $9::timestamptz[], $10::timestamptz[])
    as asked(key, version, head, "from", seen)`

/**
 * False where another claim of the same definitions has the turn and this one wants it, too; kept until the end of the statement. Tried before any job
 * is read, but after the statement's snapshot: who is quick enough to get in between only reads in vain.
 */
const TURN = `case when $7::boolean then pg_try_advisory_xact_lock(hashtextextended($4::text || $5::text, 0)) else true end`

/** The first transaction that this statement's snapshot does not know, with all its 64 bits. */
const FIRST_UNKNOWN = '(select pg_snapshot_xmax(pg_current_snapshot())::text::bigint)'

/** How many transactions before that one a row was last touched, by the distance of their 32 bits. */
const TOUCHED_BEFORE = `((${FIRST_UNKNOWN} - xmax::text::bigint) & 4294967295)`

/**
 * Of a row that another claim has taken since this statement's snapshot, the snapshot still shows the version from before. Locking it locks the new one,
 * finds that it is taken, and keeps it locked, so that its settle waits for the end of this claim. A version that is to be replaced bears the other's id.
 * So does one that another only had locked, or would have replaced and failed; but that was over before the snapshot.
 */
const UNTOUCHED = ` and (xmax = '0'::xid or ${TOUCHED_BEFORE} between 1 and 2147483647 and pg_visible_in_snapshot(
      (${FIRST_UNKNOWN} - ${TOUCHED_BEFORE})::text::xid8, (select pg_current_snapshot())))`

/** Where the queues begin that were looked at. */
const heads = ({ first }: Merge): string =>
  `select json_agg(json_build_object('key', d.key, 'version', d.version, 'priority', f.priority, 'runAt', f.run_at))
  from d ${first} where d.room > 0`

/** How a claim looks at the queues. */
interface Look {
  /** Begins at the heads of the queues, and tells those that it finds. */
  readonly ahead: boolean
  /** Reads few jobs of each. */
  readonly many: boolean
}

/**
 * Merges the candidates of all asked definitions, claims those of unlimited ones, and says of each limited definition how many of
 * its jobs are among the best: they are claimed through its gate. Answers a row for each claimed job, and one with what it has to say besides, such as
 * the entries of jobs that are gone over which it has walked: said once, since the driver would read it again in each row. Reads no job without
 * its turn.
 */
function claimStatement(bucket: number, { ahead, many }: Look): Statement {
  const merge = (many ? readShares : readWhole)(ahead ? FROM_HEAD : QUEUE, bucket)
  return {
    name: `claim_${ahead ? 'ahead_' : ''}${many ? 'many_' : ''}${bucket}_13`,
    text: `with living as materialized (select ${WALKED} as walked, ${TURN} as turn from workers where ${IS_ALIVE}),
d as materialized (
  select asked.*, d.concurrency_limit, case when d.concurrency_limit = 0 then ${bucket}
    else d.concurrency_limit - ${running('d')} end as room
  from living cross join ${ahead ? ASKED_AHEAD : ASKED}
  join definitions d on d.key = asked.key and d.version = asked.version
  where living.turn and not d.paused),
${merge.text},
wanted as materialized (
  select key, version, count(*)::int as jobs from m where concurrency_limit > 0 and place <= $6 group by key, version),
${alive('select 1 from m where concurrency_limit = 0')},
l as materialized (
  ${lockBest('select id, place from m where concurrency_limit = 0', '$6 - (select coalesce(sum(jobs), 0) from wanted)', UNTOUCHED)}),
${STARTED}
select null::json as said, ${CLAIMED} from u j
union all
select row_to_json(x), ${NONE} from (
  select exists(select from living) as alive, (select turn from living) as turn, (select json_agg(wanted) from wanted) as wanted, (
    select (${WALKED} - living.walked - (${merge.read}))::int from living) as walked,
    (select count(*) from m where concurrency_limit = 0)::int as unlimited, ${merge.many} as many${ahead ? `, (${heads(merge)}) as heads` : ''}
  ) x`,
  }
}

/**
 * Limited definitions under their gates, of each no more jobs than it has room for: they are counted in a statement after the one that took the
 * locks, or the count would be stale.
 */
function claimLimitedStatement(bucket: number, ahead: boolean): Statement {
  const placed = `select id, row_number() over (order by priority desc, run_at, id) as place
    from (${candidates(ahead ? FROM_HEAD : QUEUE, bucket)}) b`
  return {
    name: `claim_limited_${ahead ? 'ahead_' : ''}${bucket}_7`,
    text: `with ${alive('select 1')},
d as materialized (
  select asked.*, greatest(0, least(asked.jobs, asked.most - ${running('asked')})) as free
  from unnest($4::text[], $5::int[], $6::int[], $7::int[]${ahead ? ', $8::int[], $9::timestamptz[], $10::timestamptz[]' : ''})
    as asked(key, version, jobs, most${ahead ? ', head, "from", seen' : ''})),
l as materialized (select j.id from d cross join lateral (${lockBest(placed, 'd.free')}) j),
${STARTED}
select ${CLAIMED} from u j`,
  }
}

/** Nobody waits for another one's gate: who has it takes what there is. */
const GATES: Statement = {
  name: 'claim_gates_2',
  text: `select d.key, d.version, asked.jobs, d.concurrency_limit as most
from unnest($1::text[], $2::int[], $3::int[]) as asked(key, version, jobs)
join definitions d on d.key = asked.key and d.version = asked.version
where not d.paused and d.concurrency_limit > 0 for no key update of d skip locked`,
}

/**
 * The earliest due time of what may run now: not of paused or saturated definitions. Walks from one priority to the next along
 * the index, at most 64 of them for each definition.
 */
const NEXT_DUE: Statement = {
  name: 'next_due_2',
  text: `with recursive d as materialized (
  select d.key, d.version, asked.since from unnest($1::text[], $2::int[], $3::timestamptz[]) as asked(key, version, since)
  join definitions d on d.key = asked.key and d.version = asked.version
  where not d.paused and (d.concurrency_limit = 0 or d.concurrency_limit > ${running('d')})),
p as (
  select d.key, d.version, d.since, f.priority, f.run_at, 1 as step from d cross join lateral (
    select priority, run_at from jobs where definition_key = d.key and definition_version = d.version and lease_token is null
      and run_at >= d.since
    order by priority desc, run_at, id limit 1) f
  union all
  select p.key, p.version, p.since, f.priority, f.run_at, p.step + 1 from p cross join lateral (
    select priority, run_at from jobs where definition_key = p.key and definition_version = p.version and lease_token is null
      and priority < p.priority and run_at >= p.since
    order by priority desc, run_at, id limit 1) f
  where p.step < 64)
select min(run_at) as due, coalesce(bool_or(step = 64), false) as more from p`,
}

const RECHECK_MS = 1_000

/** What a claim says besides the jobs that it has claimed. */
interface Said extends SeenHeads {
  readonly alive: boolean
  /** `null` where the worker is not alive. */
  readonly turn: boolean | null
  /** Limited definitions, `null` where none of their jobs is among the best. */
  readonly wanted: readonly Wanted[] | null
  readonly unlimited: number
  /** Whether many of the queues have jobs. */
  readonly many: boolean
}

export interface Claimed {
  readonly rows: readonly Row[]
  readonly contended: boolean
  readonly nextDueAt: Date | null
  readonly unsure?: boolean
  readonly unleased?: boolean
}

/** A limited definition and how many of its jobs are among the best. */
interface Wanted extends DefinitionRef {
  readonly jobs: number
}

/** The same, locked until the end of the transaction. */
interface Gate extends Wanted {
  /** So many of its jobs may run at once. */
  readonly most: number
}

/** What earlier claims of this process have found. */
export interface KnownQueues {
  readonly heads: QueueHeads
  readonly contention: ClaimContention
  /** Whether many of the queues had jobs. */
  many: boolean
}

/** @param leaseOffsetMs added to the database's clock where the worker's lease is judged; zero outside tests. */
export async function claimJobs(
  db: Db,
  request: ClaimRequest,
  known: KnownQueues,
  leaseOffsetMs: number,
): Promise<Claimed> {
  const { incarnation, limit, now, definitions } = request
  const { heads, contention, many } = known
  if (limit <= 0 || definitions.length === 0) return { rows: [], contended: false, nextDueAt: null }
  const refs = refsOf(definitions)
  const ahead = heads.areWanted(now)
  const answer = await db.query(claimStatement(bucketOf(limit), { ahead, many }), [
    incarnation,
    leaseOffsetMs,
    now,
    ...refs,
    limit,
    contention.takesTurn(limit, now),
    ...(ahead ? heads.arrays(definitions) : []),
  ])
  const said = answer.find((row) => row['said'] !== null)?.['said'] as Said
  if (!said.alive) return { rows: [], contended: false, nextDueAt: null, unleased: true }
  if (said.turn !== true) {
    contention.refused(now)
    return { rows: [], contended: true, nextDueAt: null }
  }
  known.many = said.many
  const rows = answer.filter((row) => row['said'] === null)
  heads.learn(said, now)
  try {
    const wanted = said.wanted ?? []
    if (wanted.length > 0) rows.push(...(await claimLimited(db, request, wanted, heads, leaseOffsetMs)))
    if (rows.length > 0) {
      contention.learn(rows.length, false)
      const seen = wanted.reduce((sum, { jobs }) => sum + jobs, said.unlimited)
      // What has been claimed does not wait for a look at what comes later.
      return { rows, contended: rows.length < Math.min(seen, limit), nextDueAt: null }
    }
    const [next] = await db.query(NEXT_DUE, [...refs, heads.dueSince(definitions)])
    const sleep = sleepUntil(next, now, heads.forgottenAt(now))
    contention.learn(0, sleep.contended)
    return { rows, ...sleep }
  } catch (error) {
    // What is claimed so far is committed: it must reach its worker.
    if (rows.length > 0) return { rows, contended: true, nextDueAt: null, unsure: true }
    throw error
  }
}

async function claimLimited(
  db: Db,
  { incarnation, now }: ClaimRequest,
  wanted: readonly Wanted[],
  heads: QueueHeads,
  leaseOffsetMs: number,
): Promise<readonly Row[]> {
  return db.transaction(async (run) => {
    const gates = (await run(GATES, [
      ...refsOf(wanted),
      wanted.map(({ jobs }) => jobs),
    ])) as unknown as readonly Gate[]
    if (gates.length === 0) return []
    const ahead = heads.areWanted(now)
    const most = Math.max(...gates.map(({ jobs }) => jobs))
    return run(claimLimitedStatement(bucketOf(most), ahead), [
      incarnation,
      leaseOffsetMs,
      now,
      ...refsOf(gates),
      gates.map(({ jobs }) => jobs),
      gates.map((gate) => gate.most),
      ...(ahead ? heads.arrays(gates) : []),
    ])
  })
}

function refsOf(definitions: readonly DefinitionRef[]): readonly [keys: string[], versions: number[]] {
  return [definitions.map(({ key }) => key), definitions.map(({ version }) => version)]
}

function bucketOf(limit: number): number {
  return BUCKETS.find((size) => size >= limit * 2) ?? 16_384
}

/**
 * A job that is due but was not handed out is in another claimer's hands: worth asking again in a moment.
 *
 * @param forgottenAt when the heads are forgotten at which this claim began.
 */
function sleepUntil(
  row: Row | undefined,
  now: Date,
  forgottenAt: Date | null,
): Pick<Claimed, 'contended' | 'nextDueAt'> {
  const due = (row?.['due'] ?? null) as Date | null
  if (due !== null && due <= now) return { contended: true, nextDueAt: null }
  const recheck = row?.['more'] === true ? new Date(now.getTime() + RECHECK_MS) : null
  return { contended: false, nextDueAt: earliest(due, recheck, forgottenAt) }
}

function earliest(...times: readonly (Date | null)[]): Date | null {
  const known = times.filter((time) => time !== null)
  return known.length === 0 ? null : new Date(Math.min(...known.map((time) => time.getTime())))
}
