/**
 * Fills a database with jobs as the server would have left them: finished ones over the last ten days, with their events, attempts,
 * dead letters and figures, and queued ones. Usage: `tsx bench/fill.ts <database URL> [<finished> [<queued>]]`; 10,000,000 and 100,000
 * in PostgreSQL, 1,000,000 and 100,000 in SQLite. PostgreSQL is filled by statements of its own, SQLite through the store.
 */
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { finishedDeltas, insertedDeltas } from '../src/adapters/sql/job-deltas.js'
import { silentLogger } from '../src/application/ports/logger.js'
import type { Stores } from '../src/application/ports/stores.js'
import { databaseOf } from '../src/bootstrap/config.js'
import { openStores } from '../src/bootstrap/open-stores.js'
import { newJob } from '../src/domain/job.js'
import { decideOutcome } from '../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../src/domain/retry-policy.js'
import type { RunResult } from '../src/domain/run-result.js'
import { aRequest } from '../test/support/factories.js'

const DEFINITIONS = 8
const DAYS = 10
const DAY_MS = 86_400_000
const CHUNK = 100_000
const BATCH = 500

const [url = '', ...sizes] = process.argv.slice(2)
const database = databaseOf(url, '.')
const [finished = database.kind === 'postgres' ? 10_000_000 : 1_000_000, queued = 100_000] = sizes.map(Number)
const pool = { max: 8, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
const stores = await openStores({ database, pool }, silentLogger)
const begun = performance.now()
try {
  await stores.definitions.publish(Array.from({ length: DEFINITIONS }, (_, n) => published(n)))
  if (database.kind === 'postgres') await fillPostgres(database.url)
  else await fillStore(stores)
} finally {
  await stores.close()
}
console.log(
  JSON.stringify({
    database: database.kind,
    finished,
    queued,
    seconds: Math.round((performance.now() - begun) / 1_000),
  }),
)

function keyOf(n: number): string {
  return `fill.${n}`
}

function published(n: number) {
  const limits = { defaultMaxAttempts: 3, timeoutSeconds: 60, concurrencyLimit: 0 }
  return {
    key: keyOf(n),
    version: 1,
    ...limits,
    paramsSchema: null,
    isolation: 'inline' as const,
    paused: false,
  }
}

/** Version 7 ids from a time in milliseconds and a number. */
function idOf(ms: string, n: string): string {
  return `(lpad(to_hex(${ms}), 12, '0') || '7' || lpad(to_hex(${n} & 4095), 3, '0') || '8' || lpad(to_hex(${n} >> 12), 15, '0'))::uuid`
}

async function fillPostgres(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('set synchronous_commit = off; set jit = off')
    const key = `'fill.' || n % ${DEFINITIONS}`
    for (let from = 0; from < finished; from += CHUNK) {
      const to = Math.min(finished, from + CHUNK)
      await client.query('begin')
      await client.query(`create temp table chunk on commit drop as
        select ${idOf('(extract(epoch from run_at) * 1000)::bigint', 'n::bigint')} as id, ${key} as definition_key, 1 as definition_version, status,
          case when status = 'failed' then 3 when n % 17 = 0 then 2 else 1 end as attempts, run_at,
          run_at + wait as started_at, run_at + wait + run as finished_at, n
        from (select n, now() - ${DAYS} * interval '1 day' * (1 - n::float8 / ${finished}) as run_at,
          floor(power(10, random() * 4)) * interval '1 ms' as wait, floor(power(10, random() * 4.5)) * interval '1 ms' as run,
          case when n % 25 = 0 then 'failed' when n % 50 = 1 then 'cancelled' else 'succeeded' end as status
          from generate_series(${from}, ${to - 1}) n) g`)
      await client.query(`update chunk set run_at = date_trunc('milliseconds', run_at), started_at = date_trunc('milliseconds', started_at),
        finished_at = date_trunc('milliseconds', finished_at)`)
      await client.query(`insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts,
          attempts, run, crashes, interruptions, worker_name, error_summary, result, queued_at, started_at, finished_at)
        select id, definition_key, definition_version, status, 0, run_at, jsonb_build_object('n', n), 3, attempts, attempts, 0, 0, 'worker-1',
          case when status = 'failed' then 'no' end, case when status = 'succeeded' then jsonb_build_object('n', n) end, run_at, started_at,
          finished_at from chunk`)
      await client.query(`insert into job_events (job_id, seq, type, at, run, payload)
        select id, 1, 'queued', run_at, null, '{}' from chunk
        union all
        select id, 2 * r, 'started', started_at, r, jsonb_build_object('attempt', r, 'run', r, 'workerId', 'worker-1')
        from chunk, generate_series(1, attempts) r
        union all
        select id, 2 * r + 1, 'retry_scheduled', started_at, r, '{"error": "no"}' from chunk, generate_series(1, attempts - 1) r
        union all
        select id, 2 * attempts + 1, case status when 'failed' then 'moved_to_dlq' when 'cancelled' then 'cancel_requested' else status end,
          finished_at, attempts, '{}' from chunk
        union all
        select id, 2 * attempts + 2, status, finished_at, attempts, '{}' from chunk where status <> 'succeeded'`)
      await client.query(`insert into job_attempts (job_id, run, attempt, worker_name, started_at, ended_at, outcome, error)
        select id, r, r, 'worker-1', started_at, finished_at, case when r = attempts and status = 'cancelled' then 'cancelled' else 'error' end, 'no'
        from chunk, generate_series(1, attempts) r where r < attempts or status <> 'succeeded'`)
      await client.query(`insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at, error)
        select ${idOf('(extract(epoch from finished_at) * 1000)::bigint', 'n::bigint')}, id, definition_key, definition_version,
          'attempts_exhausted', finished_at, 'no' from chunk where status = 'failed'`)
      await client.query(insertedDeltas('chunk'))
      await client.query(finishedDeltas('chunk'))
      await client.query('commit')
      await stores.metrics.fold(stores.clock.now())
      // As autovacuum would have, in the days that this stands for.
      await client.query('vacuum job_figures')
    }
    await client.query(`with n as (
        insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, event_seq)
        select ${idOf('(extract(epoch from now()) * 1000)::bigint', 'n::bigint')}, ${key}, 1, n % 3, date_trunc('milliseconds', now()),
          jsonb_build_object('n', n), 3, date_trunc('milliseconds', now()), 1 from generate_series(1, ${queued}) n
        returning id, definition_key, definition_version, queued_at),
      e as (insert into job_events (job_id, seq, type, at, payload) select id, 1, 'queued', queued_at, '{}' from n)
      ${insertedDeltas('n')}`)
    // What is folded last would else leave its empty pages behind.
    await stores.metrics.fold(stores.clock.now())
    await client.query('vacuum analyze')
  } finally {
    await client.end()
  }
}

/** Lives all lives: enqueued, claimed and settled, at times in the past. */
async function fillStore({ jobs, workers, clock, metrics }: Stores): Promise<void> {
  const incarnation = uuidv7()
  const definitions = Array.from({ length: DEFINITIONS }, (_, n) => ({ key: keyOf(n), version: 1 }))
  const worker = {
    name: 'worker-1',
    host: 'bench',
    pid: process.pid,
    version: '0',
    slots: BATCH,
    definitions,
  }
  await workers.register({ incarnation, ...worker }, DAY_MS)
  const start = clock.now().getTime() - DAYS * DAY_MS
  const insert = (from: number, count: number, at: Date) =>
    jobs.insert(
      Array.from({ length: count }, (_, index) => {
        const request = aRequest({
          definitionKey: keyOf((from + index) % DEFINITIONS),
          params: { n: from + index },
        })
        return newJob(request, uuidv7({ msecs: at.getTime() }), at)
      }),
    )
  for (let from = 0; from < finished; from += BATCH) {
    const count = Math.min(BATCH, finished - from)
    const queuedAt = new Date(start + (DAYS * DAY_MS * from) / finished)
    const startedAt = new Date(queuedAt.getTime() + Math.floor(10 ** (Math.random() * 4)))
    const endedAt = new Date(startedAt.getTime() + Math.floor(10 ** (Math.random() * 4.5)))
    await insert(from, count, queuedAt)
    const claimed = await jobs.claim({ incarnation, limit: count, now: startedAt, definitions })
    const settlements = claimed.jobs.map((job, index) => ({
      lease: job.lease,
      outcome: decideOutcome(job, resultOf(from + index), {
        now: endedAt,
        random: Math.random(),
        policy: DEFAULT_RETRY_POLICY,
        newId: () => uuidv7(),
      }),
    }))
    await jobs.settle(settlements, endedAt)
    if (from % CHUNK === 0) await metrics.fold(clock.now())
  }
  for (let from = 0; from < queued; from += BATCH)
    await insert(from, Math.min(BATCH, queued - from), clock.now())
  await metrics.fold(clock.now())
}

function resultOf(n: number): RunResult {
  if (n % 25 === 0) return { kind: 'error', message: 'no', permanent: true }
  return n % 50 === 1 ? { kind: 'cancelled' } : { kind: 'succeeded', result: { n } }
}
