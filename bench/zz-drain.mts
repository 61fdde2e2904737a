/**
 * How quickly one worker process empties a queue of no-ops that run in its own event loop or in isolates, on PostgreSQL and SQLite, with jobs, events
 * and attempt records kept. Usage: `npm run bench:drain [-- <jobs> [<store> [<rounds>]]]`; any further variables go to the worker, such
 * as `MAX_CONCURRENT_EXECUTIONS`. Prints one line of JSON for each round, with the processor time that the worker took for each job.
 *
 * `BENCH_DATABASE_URL` names a PostgreSQL to use; without it one is started, whose fsync is off. `BENCH_BUILD` names the folder of another
 * build, `BENCH_PROFILE` one for a CPU profile of each worker; `BENCH_ISOLATION=process` runs them in isolates.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { silentLogger } from '../src/application/ports/logger.js'
import { databaseOf } from '../src/bootstrap/config.js'
import { openStores } from '../src/bootstrap/open-stores.js'
import { newJob } from '../src/domain/job.js'
import { tempDir } from '../test/e2e/support/temp-dir.js'
import { aRequest } from '../test/support/factories.js'
import { PostgresServer } from '../test/support/postgres-server.js'

const JOBS = Number(process.argv[2] ?? 50_000)
const STORE = process.argv[3]
const ROUNDS = Number(process.argv[4] ?? 3)
const BATCH = 1_000
/** A build of another version may be measured in turn with this one. */
const BUILD = process.env['BENCH_BUILD'] ?? fileURLToPath(new URL('../dist', import.meta.url))
const WORKER = join(BUILD, 'src/bootstrap/worker.js')
const ISOLATION = process.env['BENCH_ISOLATION'] ?? 'inline'
const DEFINITION = `export const noop = { key: 'noop', version: 1, isolation: '${ISOLATION}', run: () => ({ ok: true }) }\n`
const POOL = { max: 8, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
const TICK_MS = 10
/** About what a worker takes to start. */
const START_CPU_MS = 1_300
const SPAN = 'select min(started_at) as began, max(finished_at) as ended, count(*) as jobs from finished_jobs'

/** Asks one question of a database of the benchmark's. */
type Ask = (sql: string) => Promise<Record<string, unknown> | undefined>

async function fill(url: string): Promise<void> {
  const stores = await openStores({ database: databaseOf(url, '.'), pool: POOL }, silentLogger)
  try {
    for (let left = JOBS; left > 0; left -= BATCH)
      await stores.jobs.insert(
        Array.from({ length: Math.min(BATCH, left) }, (_, place) => {
          const request = aRequest({ definitionKey: 'noop', params: { message: 'hello', place } })
          return newJob(request, uuidv7(), stores.clock.now())
        }),
      )
  } finally {
    await stores.close()
  }
}

function startWorker(folder: string, url: string): ChildProcess {
  writeFileSync(join(folder, 'noop.mjs'), DEFINITION)
  const profile = process.env['BENCH_PROFILE']
  const flags = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
  return spawn(process.execPath, [...(process.env['NODEFLAGS']?.split(' ')??[]), ...flags, WORKER], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: url, JOB_DEFINITIONS: 'noop.mjs', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/** Processor time that a process has taken, on Linux; a busy machine falsifies it less than the rate. */
function cpuMs(pid: number | undefined): number {
  try {
    const facts = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(facts[11]) + Number(facts[12])) * TICK_MS
  } catch {
    return NaN
  }
}

import { readdirSync } from 'node:fs'
function pgCpu(): number { let sum = 0; for (const d of readdirSync('/proc')) { if (!/^\d+$/.test(d)) continue; try { const t = readFileSync('/proc/'+d+'/stat','utf8'); if (!t.includes('(postgres)')) continue; const f = t.split(') ')[1].split(' '); sum += (Number(f[11])+Number(f[12])+Number(f[13])+Number(f[14]))*10 } catch {} } return sum }
async function round(store: string, folder: string, url: string, ask: Ask): Promise<void> {
  await fill(url)
  if (store==='postgres') { await ask('create extension if not exists pg_stat_statements'); await ask('select pg_stat_statements_reset()') }
  const pgBefore = pgCpu(); const more = Array.from({ length: Number(process.env.WORKERS ?? 1) - 1 }, () => startWorker(folder, url)); const worker = startWorker(folder, url)
  // Asked seldom: it takes the processor from those that are measured.
  while ((await ask('select 1 as left from jobs limit 1')) !== undefined) await sleep(250)
  const cpu = cpuMs(worker.pid); const pgAfter = pgCpu()
 if (store==='postgres' && process.env['STAT']) for (let i=0;i<8;i++) { const r = await ask(`select calls, rows, round(total_plan_time::numeric) p, round(total_exec_time::numeric) e, shared_blks_hit h, shared_blks_dirtied d, wal_records w, wal_bytes b, left(regexp_replace(query,'\\s+',' ','g'),70) q from pg_stat_statements order by total_plan_time+total_exec_time desc offset ${i} limit 1`); console.log(Object.values(r??{}).join(' ')) }
  for (const w of more) w.kill('SIGTERM')
  worker.kill('SIGTERM')
  await once(worker, 'close')
  await Promise.all(more.map((w) => w.exitCode ?? once(w, 'close'))); const { began, ended, jobs } = (await ask(SPAN)) ?? {}
  const perSecond = Math.round((Number(jobs) / (Number(ended) - Number(began))) * 1_000)
  const cpuUsPerJob = Math.round(((cpu - START_CPU_MS) / JOBS) * 1_000)
  const pgUs = Math.round((pgAfter-pgBefore)/JOBS*1000)
  const figures = { pgUs, store, jobs: Number(jobs), perSecond, cpuUsPerJob }
  console.log(JSON.stringify({ measure: `drain of no-ops, ${ISOLATION}`, ...figures }))
}

async function onSqlite(): Promise<void> {
  const folder = tempDir()
  const path = join(folder.path, 'jobs.db')
  const ask: Ask = (sql) => {
    const db = new Database(path, { readonly: true })
    try {
      return Promise.resolve(db.prepare(sql).get() as Record<string, unknown> | undefined)
    } finally {
      db.close()
    }
  }
  try {
    await round('sqlite', folder.path, `sqlite:${path}`, ask)
  } finally {
    folder.remove()
  }
}

async function onPostgres(server: string): Promise<void> {
  const folder = tempDir()
  const name = 'job_server_bench_drain'
  const admin = new pg.Client({ connectionString: server })
  await admin.connect()
  await admin.query(`drop database if exists ${name} with (force)`)
  await admin.query(`create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  const ask: Ask = async (sql) => (await client.query<Record<string, unknown>>(sql)).rows[0]
  try {
    await round('postgres', folder.path, url.href, ask)
  } finally {
    await client.end()
    await admin.end()
    folder.remove()
  }
}

async function repeat(run: () => Promise<void>): Promise<void> {
  for (let count = 0; count < ROUNDS; count += 1) await run()
}

if (STORE !== 'sqlite') {
  const given = process.env['BENCH_DATABASE_URL']
  const server = given === undefined ? await PostgresServer.start(['fsync=on','synchronous_commit=on','shared_buffers=512MB','max_wal_size=4GB','shared_preload_libraries=pg_stat_statements','pg_stat_statements.track_planning=on',...(process.env['PGX']?.split(',')??[])]) : null
  try {
    await repeat(() => onPostgres(server?.url() ?? given ?? ''))
  } finally {
    await server?.stop()
  }
}
if (STORE !== 'postgres') await repeat(onSqlite)
