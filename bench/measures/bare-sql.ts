import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { withDatabase, type Bench, type Case } from '../support/bench.js'
import type { Readings } from '../support/figures.js'
import { WARM_UP } from './drain.js'

const BATCH = 500
const CONNECTIONS = 2

/**
 * The rows that a job leaves in this server's database: queued, started and finished, three events, and what figures are counted from;
 * with the keys that find them, the index that claims need and those that lists need.
 */
const SCHEMA = `
create table live (
  id uuid primary key, key text not null, version int not null, priority int not null, run_at timestamptz not null, params jsonb not null,
  max_attempts int not null, attempts int not null default 0, run int not null default 0, event_seq int not null default 1, token int,
  worker uuid, worker_name text, queued_at timestamptz not null, started_at timestamptz
) with (fillfactor = 80);
create index on live (key, version, priority desc, run_at, id) where token is null;
create table finished (
  id uuid primary key, key text not null, version int not null, status text not null, priority int not null, run_at timestamptz not null,
  params jsonb not null, max_attempts int not null, attempts int not null, run int not null, worker_name text, result jsonb,
  queued_at timestamptz not null, started_at timestamptz, finished_at timestamptz not null
);
create index on finished (status, id);
create index on finished (key, id);
create table events (
  job_id uuid not null, seq int not null, type text not null, at timestamptz not null, run int, payload jsonb not null,
  primary key (job_id, seq)
);
create table deltas (key text not null, status text not null, minute int, jobs int not null, run_ms float8, wait_ms float8)`

const INSERT = {
  name: 'insert',
  text: `with n as (
  insert into live (id, key, version, priority, run_at, params, max_attempts, queued_at)
  select id, 'noop', 1, 0, now(), params, 3, now() from unnest($1::uuid[], $2::jsonb[]) as n(id, params)
  returning id, queued_at),
d as (insert into deltas select 'noop', 'queued', null, count(*), null, null from n)
insert into events select id, 1, 'queued', queued_at, null, jsonb_build_object('runAt', queued_at) from n`,
}

const CLAIM = {
  name: 'claim',
  text: `with l as materialized (
  select id from live where key = 'noop' and version = 1 and token is null and run_at <= now()
  order by priority desc, run_at, id limit $2 for update skip locked),
u as (
  update live set attempts = attempts + 1, run = run + 1, token = run + 1, worker = $1, worker_name = 'w', started_at = now(),
    event_seq = event_seq + 1
  where id = any(array(select id from l)) returning *),
e as (
  insert into events
  select id, event_seq, 'started', started_at, run, jsonb_build_object('attempt', attempts, 'run', run, 'workerId', worker_name) from u)
select * from u`,
}

const SETTLE = {
  name: 'settle',
  text: `with d as (
  delete from live j using unnest($1::uuid[], $2::int[], $3::jsonb[]) as x(id, token, result)
  where j.id = x.id and j.token = x.token returning j.*, x.result),
f as (
  insert into finished
  select id, key, version, 'succeeded', priority, run_at, params, max_attempts, attempts, run, worker_name, result, queued_at, started_at,
    now() from d),
m as (
  insert into deltas
  select key, 'succeeded', (extract(epoch from now()) / 60)::int, count(*), sum(extract(epoch from now() - started_at)),
    sum(extract(epoch from started_at - run_at)) from d group by key),
e as (insert into events select id, event_seq + 1, 'succeeded', now(), run, '{}' from d)
select id from d`,
}

/** What PostgreSQL itself allows, with nothing around it: the rows of a whole server in three statements, nothing decided in between. */
export const bareSqlCases: readonly Case[] = [
  { measure: 'bulk enqueue', subject: 'bare SQL', run: (bench) => withSchema(bench, bulk) },
  { measure: 'drain', subject: 'bare SQL', run: (bench) => withSchema(bench, drain) },
]

function withSchema(bench: Bench, work: (pool: pg.Pool, jobs: number) => Promise<Readings>) {
  return withDatabase(bench, async (url) => {
    const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
    // A connection that is being closed may be ended with its database first.
    pool.on('error', () => undefined)
    try {
      await pool.query(SCHEMA)
      return await work(pool, bench.jobs)
    } finally {
      await pool.end()
    }
  })
}

async function bulk(pool: pg.Pool, jobs: number): Promise<Readings> {
  await fill(pool, jobs)
  const begun = performance.now()
  await fill(pool, jobs)
  return perSecond(jobs, begun)
}

async function fill(pool: pg.Pool, jobs: number): Promise<void> {
  for (let from = 0; from < jobs; from += 1_000) {
    const batch = Array.from({ length: Math.min(1_000, jobs - from) }, (_, index) => from + index)
    const params = batch.map((n) => JSON.stringify({ message: 'hello', n }))
    await pool.query({ ...INSERT, values: [batch.map(() => uuidv7()), params] })
  }
}

async function drain(pool: pg.Pool, jobs: number): Promise<Readings> {
  await fill(pool, WARM_UP)
  await workOff(pool)
  await fill(pool, jobs)
  const begun = performance.now()
  await workOff(pool)
  return perSecond(jobs, begun)
}

async function workOff(pool: pg.Pool): Promise<void> {
  const worker = uuidv7()
  const connection = async (): Promise<void> => {
    for (;;) {
      const { rows } = await pool.query<{ id: string; run: number }>({ ...CLAIM, values: [worker, BATCH] })
      if (rows.length === 0) return
      const values = [rows.map(({ id }) => id), rows.map(({ run }) => run), rows.map(() => 'null')]
      const { rowCount } = await pool.query({ ...SETTLE, values })
      if (rowCount !== rows.length) throw new Error(`${rowCount} of ${rows.length} jobs were settled`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, connection))
}

function perSecond(jobs: number, begun: number): Readings {
  return { perSecond: (jobs / (performance.now() - begun)) * 1_000 }
}
