/**
 * What it costs the claims that retention removes a great many finished jobs: on PostgreSQL and SQLite, with a steady load beside it.
 * Usage: `npm run bench:retention [-- <jobs> [<store>]]`. Prints one line of JSON for each store and phase; times are milliseconds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import pg from 'pg'
import { migratePostgres, openPostgresStores } from '../src/adapters/postgres/postgres-stores.js'
import { Scheduler } from '../src/adapters/scheduler/scheduler.js'
import { Loop } from '../src/adapters/worker/loop.js'
import { migrateSqlite, openSqliteStores } from '../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../src/application/ports/logger.js'
import type { Stores } from '../src/application/ports/stores.js'
import { PruneHistory } from '../src/application/prune-history.js'
import { newJob } from '../src/domain/job.js'
import { aDefinition, aRequest, aWorker, outcomeOf } from '../test/support/factories.js'
import { sequentialIds } from '../test/support/ids.js'
import { PostgresServer } from '../test/support/postgres-server.js'

const JOBS = Number(process.argv[2] ?? 1_000_000)
const BATCH = 20
const BASELINE_MS = 15_000
/** Longer than the load lives, shorter ago than the jobs that were filled in. */
const KEPT_MS = 3_600_000

/** The same columns in both; `n` counts, `id` makes a UUID of it. */
function fill(id: string, instant: string, series: string): string[] {
  return [
    `insert into finished_jobs (id, definition_key, definition_version, status, priority, run_at, params, max_attempts, attempts,
       run, crashes, interruptions, queued_at, started_at, finished_at)
     select ${id}, 'work', 1, case when n % 20 = 0 then 'failed' else 'succeeded' end, 0, ${instant}, '{"dataset":"some name"}', 3, 1,
       1, 0, 0, ${instant}, ${instant}, ${instant} from ${series}`,
    `insert into dead_letters (id, job_id, definition_key, definition_version, reason, moved_at)
     select ${id}, ${id}, 'work', 1, 'permanent', ${instant} from ${series} where n % 20 = 0`,
    ...['queued', 'started', 'succeeded'].map(
      (type, index) =>
        `insert into job_events (job_id, seq, type, at, run, payload)
         select ${id}, ${index + 1}, '${type}', ${instant}, 1, '{"attempt":1}' from ${series}`,
    ),
  ]
}

/** Enqueues, claims and settles small batches, one after the other, and notes how long each claim took. */
async function load(stores: Stores, newId: () => string, until: () => boolean): Promise<number[]> {
  const incarnation = newId()
  await stores.workers.register(aWorker({ incarnation }), 86_400_000)
  const definitions = [{ key: 'work', version: 1 }]
  const times: number[] = []
  while (!until()) {
    const now = stores.clock.now()
    await stores.jobs.insert(Array.from({ length: BATCH }, () => newJob(aRequest(), newId(), now)))
    const startedAt = performance.now()
    const { jobs } = await stores.jobs.claim({
      incarnation,
      limit: BATCH,
      now: stores.clock.now(),
      definitions,
    })
    times.push(performance.now() - startedAt)
    const settlements = jobs.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) }))
    await stores.jobs.settle(settlements, stores.clock.now())
    await sleep(5)
  }
  return times
}

function report(store: string, phase: string, times: readonly number[], more: object = {}): void {
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number): number =>
    Number((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN).toFixed(1))
  const figures = { claims: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
  console.log(JSON.stringify({ store, phase, ...figures, ...more }))
}

async function measure(store: string, stores: Stores): Promise<void> {
  const newId = sequentialIds()
  await stores.definitions.publish([aDefinition()])
  const warm = performance.now() + 2_000
  await load(stores, newId, () => performance.now() > warm)
  const end = performance.now() + BASELINE_MS
  report(store, 'before', await load(stores, newId, () => performance.now() > end))

  const leadership = await stores.leaders.acquire({ name: 'scheduler', holder: newId() }, 86_400_000)
  const batches: number[] = []
  const policy = { succeeded: KEPT_MS, failed: KEPT_MS, cancelled: KEPT_MS }
  let removed = 0
  const { history } = stores
  const timed = {
    namedFiles: history.namedFiles.bind(history),
    prune: async (request: Parameters<typeof history.prune>[0]) => {
      const startedAt = performance.now()
      const answer = await history.prune(request)
      batches.push(performance.now() - startedAt)
      if (answer.outcome === 'pruned') removed += answer.jobs
      return answer
    },
  }
  const retention = new PruneHistory(timed, stores.clock, policy, silentLogger)
  const scheduler = new Scheduler(() => leadership, [retention], stores.clock, silentLogger)
  const beats = new Loop(() => scheduler.beat())
  const beganAt = performance.now()
  beats.start()
  const times = await load(stores, newId, () => removed >= JOBS)
  const seconds = Math.round((performance.now() - beganAt) / 1000)
  await beats.stop()
  await scheduler.close()
  report(store, 'during', times, { removed, seconds })
  report(store, 'batches of retention', batches)
}

if (process.argv[3] !== 'sqlite') {
  const server = await PostgresServer.start()
  try {
    await migratePostgres(server.url())
    const id = `('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`
    const series = `generate_series(1, ${JOBS}) n`
    const instant = `now() - interval '1 day' + make_interval(secs => n * 0.01)`
    const client = new pg.Client({ connectionString: server.url() })
    await client.connect()
    for (const statement of [...fill(id, instant, series), 'vacuum analyze']) await client.query(statement)
    await client.end()
    const pool = { max: 20, idleTimeoutMs: 30_000, connectionTimeoutMs: 2_000 }
    const stores = await openPostgresStores({ url: server.url(), pool, logger: silentLogger })
    await measure('postgres', stores)
    await stores.close()
  } finally {
    await server.stop()
  }
}

if (process.argv[3] !== 'postgres') {
  const folder = mkdtempSync(join(tmpdir(), 'bench-retention-'))
  try {
    const path = join(folder, 'jobs.db')
    await migrateSqlite(path)
    const db = new Database(path)
    const series = `(with recursive s(n) as (values (1) union all select n + 1 from s where n < ${JOBS}) select n from s)`
    const id = `printf('00000000-0000-4000-8000-%012x', n)`
    for (const statement of fill(id, `${Date.now() - 86_400_000} + n * 10`, series)) db.exec(statement)
    db.close()
    const stores = await openSqliteStores({ path, logger: silentLogger })
    await measure('sqlite', stores)
    await stores.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
