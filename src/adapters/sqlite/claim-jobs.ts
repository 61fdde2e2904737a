import type { ClaimAnswer, ClaimRequest } from '../../application/ports/job-store.js'
import { firstDue, type ClaimQueue } from '../../domain/first-due.js'
import type { ActiveJob, ClaimPlace } from '../../domain/job.js'
import { refOf, type DefinitionRef } from '../../domain/job-definition.js'
import type { Row } from '../sql/dialect.js'
import { liveJobOf } from '../sql/job-row.js'
import { writeEvents } from './job-writes.js'
import type { SqliteConnection } from './sqlite-connection.js'
import { decode } from './sqlite-reader.js'

const QUEUED = 'definition_key = ? and definition_version = ? and lease_token is null'

/** The first job of the next lower priority, due or not: the index leads from one priority straight to the next. */
const NEXT_LEVEL = `select priority, run_at from jobs where ${QUEUED} and priority < ?
  order by priority desc, run_at, id limit 1`

const DUE_AT_LEVEL = `select id, priority, run_at from jobs where ${QUEUED} and priority = ? and run_at <= ?
  order by run_at, id limit ?`
const FUTURE_AT_LEVEL = `select run_at from jobs where ${QUEUED} and priority = ? and run_at > ?
  order by run_at limit 1`

/**
 * The same for all priorities from one on downwards, whatever their number: reads every job that is not yet due. The plus sign
 * keeps analysed databases from skipping through the index by due time, which would have to sort what it finds.
 */
const DUE_BELOW = `select id, priority, run_at from jobs where ${QUEUED} and priority < ? and +run_at <= ?
  order by priority desc, run_at, id limit ?`
const FUTURE_BELOW = `select min(run_at) as run_at from jobs where ${QUEUED} and priority < ? and run_at > ?`

const START = `update jobs set attempts = attempts + 1, run = run + 1, lease_token = run + 1, worker = ?, worker_name = ?,
    started_at = ?, progress = null, event_seq = event_seq + 1
  where id = ? and lease_token is null`
/** Read together: an answer of each update would take as long as the update. */
const STARTED = 'select * from jobs where id in (select value from json_each(?))'

const ALIVE = 'select name from workers where incarnation = ? and dead = 0 and lease_until > ?'
/** Definitions of which a job waits, with the first one, due or not. One statement: most of those that a worker has loaded have none. */
const OPEN = `select d.key, d.version, d.concurrency_limit, j.id, j.priority, j.run_at
  from definitions d join jobs j on j.rowid = (
    select rowid from jobs where definition_key = d.key and definition_version = d.version and lease_token is null
    order by priority desc, run_at, id limit 1)
  where d.paused = 0`
const ACTIVE = `select count(*) as active from jobs
  where definition_key = ? and definition_version = ? and worker is not null`

export const CLAIM_STATEMENTS = {
  OPEN,
  NEXT_LEVEL,
  DUE_AT_LEVEL,
  FUTURE_AT_LEVEL,
  DUE_BELOW,
  FUTURE_BELOW,
  ACTIVE,
} as const

/** Walking from priority to priority pays while there are few; beyond this many, one scan reads the rest. */
const MAX_LEVELS = 64
const ABOVE_ALL = 2_147_483_648

interface Queue extends DefinitionRef {
  /** 0: none. */
  readonly concurrencyLimit: number
  /** Of the jobs that wait, due or not. */
  readonly first: ClaimPlace
}

/**
 * Claims inside the caller's immediate transaction: what is counted here cannot change before the commit.
 *
 * @param leaseNow the time by which the worker's own lease is judged.
 */
export function claimJobs(db: SqliteConnection, request: ClaimRequest, leaseNow: Date): ClaimAnswer {
  const { incarnation, limit, now, definitions } = request
  const worker = db.get(ALIVE, incarnation, leaseNow.getTime())
  if (worker === undefined) return { jobs: [], contended: false, nextDueAt: null, unleased: true }
  const name = worker['name'] as string

  const open = openQueues(db, definitions)
  const queues = open.map((queue): ClaimQueue<ClaimPlace> => {
    const { first } = queue
    return { first, due: (most) => dueJobs(db, queue, now, Math.min(most, roomOf(db, queue))) }
  })
  const chosen = firstDue(queues, limit)
  const jobs = start(
    db,
    chosen.map(({ id }) => id),
    { incarnation, name },
    now,
  )
  if (jobs.length > 0) return { jobs, contended: false, nextDueAt: null }

  const future = open.flatMap((queue) => (roomOf(db, queue) > 0 ? futureJobs(db, queue, now) : []))
  const nextDueAt = future.length === 0 ? null : new Date(Math.min(...future))
  return { jobs, contended: false, nextDueAt }
}

/** Those of the asked definitions that are not paused, and of which a job waits. */
function openQueues(db: SqliteConnection, definitions: readonly DefinitionRef[]): readonly Queue[] {
  const open = new Map(
    db.all(OPEN).map((row) => {
      const ref = { key: row['key'] as string, version: Number(row['version']) }
      return [refOf(ref), { ...ref, concurrencyLimit: Number(row['concurrency_limit']), first: placeOf(row) }]
    }),
  )
  return definitions.flatMap((ref) => open.get(refOf(ref)) ?? [])
}

function placeOf(row: Row): ClaimPlace {
  return { id: row['id'] as string, priority: Number(row['priority']), runAt: decode.instant(row['run_at']) }
}

/** How many more jobs of this definition may run. */
function roomOf(db: SqliteConnection, { key, version, concurrencyLimit }: Queue): number {
  if (concurrencyLimit === 0) return Infinity
  return Math.max(0, concurrencyLimit - Number(db.get(ACTIVE, key, version)?.['active']))
}

function dueJobs(
  db: SqliteConnection,
  { key, version, first }: Queue,
  now: Date,
  limit: number,
): readonly ClaimPlace[] {
  const due: ClaimPlace[] = []
  const add = (sql: string, priority: number) => {
    for (const row of db.all(sql, key, version, priority, now.getTime(), limit - due.length))
      due.push(placeOf(row))
  }
  let below = first.priority
  if (due.length < limit && first.runAt <= now) add(DUE_AT_LEVEL, below)
  for (let levels = 1; due.length < limit && levels < MAX_LEVELS; levels += 1) {
    const level = db.get(NEXT_LEVEL, key, version, below)
    if (level === undefined) return due
    below = Number(level['priority'])
    if (Number(level['run_at']) <= now.getTime()) add(DUE_AT_LEVEL, below)
  }
  if (due.length < limit) add(DUE_BELOW, below)
  return due
}

/** When the first job that is not yet due will be; empty when there is none. */
function futureJobs(db: SqliteConnection, { key, version }: DefinitionRef, now: Date): number[] {
  const times: number[] = []
  const add = (time: unknown) => {
    if (typeof time === 'number') times.push(time)
  }
  let below = ABOVE_ALL
  for (let levels = 0; levels < MAX_LEVELS; levels += 1) {
    const level = db.get(NEXT_LEVEL, key, version, below)
    if (level === undefined) return times
    below = Number(level['priority'])
    add(db.get(FUTURE_AT_LEVEL, key, version, below, now.getTime())?.['run_at'])
  }
  add(db.get(FUTURE_BELOW, key, version, below, now.getTime())?.['run_at'])
  return times
}

/** Answers the jobs in the order of their ids here. */
function start(
  db: SqliteConnection,
  ids: readonly string[],
  { incarnation, name }: { readonly incarnation: string; readonly name: string },
  now: Date,
): readonly ActiveJob[] {
  if (ids.length === 0) return []
  for (const id of ids)
    if (db.run(START, incarnation, name, now.getTime(), id) !== 1)
      throw new Error('a queued job vanished inside a transaction')
  const rows = new Map(db.all(STARTED, JSON.stringify(ids)).map((row) => [row['id'], row]))
  return ids.map((id) => {
    const row = rows.get(id) as Row
    const job = liveJobOf(row, decode) as ActiveJob
    const payload = { attempt: job.attempts, run: job.run, workerId: name }
    writeEvents(db, id, [{ type: 'started', payload }], Number(row['event_seq']) - 1, job.run, now)
    return job
  })
}
