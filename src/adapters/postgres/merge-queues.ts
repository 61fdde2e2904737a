import { BELOW_ALL } from './queue-heads.js'

/** Columns of a definition that is asked for. */
export interface QueueParts {
  readonly key: string
  readonly version: string
  /** Where its queue begins, in claims that are made from there on. */
  readonly head?: string
  readonly from?: string
  readonly seen?: string
}

/** What finds the best jobs of all queues of a claim. */
export interface Merge {
  /**
   * Common table expressions, of which `m` holds the best jobs with their places in claim order. They read those of the definitions `d`, each of which has
   * `room` for some more.
   */
  readonly text: string
  /** How many entries they read in the index of queues of jobs that are there. */
  readonly read: string
  /** Whether so many queues have jobs that it is worth reading few of each. */
  readonly many: string
  /** Joins each definition with the first of its jobs, or nulls, as `f`. */
  readonly first: string
}

const ORDER = 'priority desc, run_at, id'
/** So many jobs are read in vain in the time that the steps take in which few are read. */
const WORTH = 1_000
/** So many jobs at least are read of each queue that may have one of the best. */
const LEAST_SHARE = 4

function range({ key, version }: QueueParts, condition: string, bucket: number): string {
  return `select id, priority, run_at from jobs
      where definition_key = ${key} and definition_version = ${version} and lease_token is null and run_at <= $3${condition}
      order by ${ORDER} limit ${bucket}`
}

/**
 * The best jobs of a queue, in order. From its head on in three ranges that follow each other in the index: of higher priorities what has become
 * due since, of the head's own what is due since then, all of lower ones (see `QueueHeads`). The ranges are appended, so that a limit ends the walk.
 */
export function candidates(queue: QueueParts, bucket: number): string {
  const { head, from, seen } = queue
  if (head === undefined) return range(queue, '', bucket)
  return `select * from (
      (${range(queue, ` and priority > ${head} and run_at >= ${seen}`, bucket)})
      union all (${range(queue, ` and priority = ${head} and run_at >= ${from}`, bucket)})
      union all (${range(queue, ` and priority < ${head}`, bucket)})) ranges limit ${bucket}`
}

/** Reads as many jobs of each queue as there may be candidates. */
export function readWhole(queue: QueueParts, bucket: number): Merge {
  return {
    text: `m as materialized (
  select c.*, d.key, d.version, d.concurrency_limit, row_number() over (order by c.priority desc, c.run_at, c.id) as place
  from d cross join lateral (select * from (${candidates(queue, bucket)}) b limit greatest(0, d.room)) c)`,
    read: 'select count(*) from m',
    many: `(select count(*) from m) > ${bucket + WORTH}`,
    first: `left join lateral (
    select priority, run_at from m where m.key = d.key and m.version = d.version order by place limit 1) f on true`,
  }
}

/** What of a queue comes no later than the job `w`, in order; all of it in claims that begin at its head, where the ranges are three already. */
function candidatesUpTo(queue: QueueParts, bucket: number): string {
  if (queue.head !== undefined) return candidates(queue, bucket)
  return `select * from (
      (${range(queue, ' and priority > w.priority', bucket)})
      union all (${range(queue, ' and priority = w.priority and run_at <= w.run_at', bucket)})) ranges limit ${bucket}`
}

/**
 * Reads few jobs of each of many queues: of every one its first. Of those that begin best, as many queues as there may be candidates, twice their share, but
 * of the very first ones all, half, a quarter and so on, since they may have all that is wanted. And of those whose jobs are among the best as far as
 * they were read, what is not behind the last of these.
 */
export function readShares(queue: QueueParts, bucket: number): Merge {
  const asked = `key, version, concurrency_limit, room${queue.head === undefined ? '' : ', head, "from", seen'}`
  const lateral = (jobs: string, limit: string): string =>
    `cross join lateral (select b.*, row_number() over () as nth from (${jobs}) b limit ${limit}) b`
  return {
    text: `h as materialized (
  select d.*, b.* from d cross join lateral (select * from (${candidates(queue, bucket)}) b limit 1) b where d.room > 0),
q as materialized (
  select ${asked}, greatest(${LEAST_SHARE}, ${2 * bucket} / count(*) over (), ${bucket} >> least(30, rank - 1)::int) as share
  from (select h.*, row_number() over (order by ${ORDER}) as rank from h order by ${ORDER} limit ${bucket}) h),
s as materialized (select d.*, b.* from q d ${lateral(candidates(queue, bucket), 'least(d.room, d.share)')}),
worst as materialized (
  select coalesce(max(priority), ${BELOW_ALL}) as priority, coalesce(max(run_at), 'infinity') as run_at
  from (select priority, run_at from s order by ${ORDER} limit 1 offset ${bucket - 1}) w),
more as materialized (
  select ${asked}, share from s cross join worst w
  where nth = share and share < least(room, ${bucket})
    and (s.priority > w.priority or s.priority = w.priority and s.run_at <= w.run_at)),
r as materialized (
  select d.*, b.* from worst w cross join more d ${lateral(candidatesUpTo(queue, bucket), `least(d.room, ${bucket}) - d.share offset d.share`)}),
m as materialized (
  select j.*, row_number() over (order by ${ORDER}) as place from (
    select key, version, concurrency_limit, id, priority, run_at from s
    union all select key, version, concurrency_limit, id, priority, run_at from r) j)`,
    read: `select (select count(*) from h) + (select count(*) from s) + (select count(*) from r)
      + (select coalesce(sum(share), 0) from more)`,
    many: `(select count(*) from h) * ${bucket} > ${bucket + WORTH}`,
    first: 'left join h f on f.key = d.key and f.version = d.version',
  }
}
