import { join } from 'node:path'
import Database from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { tempDir } from '../../test/e2e/support/temp-dir.js'
import type { Bench, Case } from '../support/bench.js'
import type { Readings } from '../support/figures.js'
import { WARM_UP } from './drain.js'

const BATCH = 500

/** The rows that a job leaves in this server's database, with the keys that find them and the indexes that claims and lists need; see `bare-sql.ts`. */
const SCHEMA = `
create table live (
  id text primary key, key text not null, version integer not null, priority integer not null, run_at integer not null, params text not null,
  max_attempts integer not null, attempts integer not null default 0, run integer not null default 0, event_seq integer not null default 1,
  token integer, worker text, worker_name text, queued_at integer not null, started_at integer
) strict;
create index live_queued on live (key, version, priority desc, run_at, id) where token is null;
create table finished (
  id text primary key, key text not null, version integer not null, status text not null, priority integer not null, run_at integer not null,
  params text not null, max_attempts integer not null, attempts integer not null, run integer not null, worker_name text, result text,
  queued_at integer not null, started_at integer, finished_at integer not null
) strict;
create index finished_status on finished (status, id);
create index finished_key on finished (key, id);
create table events (
  job_id text not null, seq integer not null, type text not null, at integer not null, run integer, payload text not null, primary key (job_id, seq)
) strict, without rowid;
create table deltas (key text not null, status text not null, minute integer, jobs integer not null, run_ms real, wait_ms real) strict`

/** What SQLite itself allows, with nothing around it: the rows of a whole server, a batch to a transaction, nothing decided in between. */
export const bareSqliteCases: readonly Case[] = [
  { measure: 'drain', subject: 'bare SQL on SQLite', run: drain },
]

function drain({ jobs }: Bench): Promise<Readings> {
  const folder = tempDir()
  const db = new Database(join(folder.path, 'jobs.db'))
  try {
    for (const setting of ['journal_mode = wal', 'synchronous = normal', 'temp_store = memory'])
      db.pragma(setting)
    db.exec(SCHEMA)
    const bare = new BareJobs(db)
    bare.fill(WARM_UP)
    bare.workOff()
    bare.fill(jobs)
    const begun = performance.now()
    bare.workOff()
    return Promise.resolve({ perSecond: (jobs / (performance.now() - begun)) * 1_000 })
  } finally {
    db.close()
    folder.remove()
  }
}

class BareJobs {
  constructor(private readonly db: Database.Database) {}

  fill(count: number): void {
    const job = this.db.prepare(
      `insert into live (id, key, version, priority, run_at, params, max_attempts, queued_at) values (?, 'noop', 1, 0, ?, ?, 3, ?)`,
    )
    const event = this.eventOf('queued', 1)
    this.db.transaction(() => {
      for (let n = 0; n < count; n += 1) {
        const [id, now] = [uuidv7(), Date.now()]
        job.run(id, now, JSON.stringify({ message: 'hello', n }), now)
        event.run(id, now, null, `{"runAt":"${new Date(now).toISOString()}"}`)
      }
    })()
  }

  /** Claims and ends, a batch after the other; the disk is waited for with each end, as a server must. */
  workOff(): void {
    const claim = this.claim()
    const settle = this.settle()
    for (let ids = claim(); ids.length > 0; ids = claim()) settle(ids)
  }

  private claim(): () => readonly string[] {
    const worker = uuidv7()
    const due = this.db
      .prepare(
        `select id, params from live where key = 'noop' and version = 1 and token is null and run_at <= ?
         order by priority desc, run_at, id limit ${BATCH}`,
      )
      .raw()
    const take = this.db.prepare(
      `update live set attempts = attempts + 1, run = run + 1, token = run + 1, worker = ?, worker_name = 'w', started_at = ?,
         event_seq = event_seq + 1 where id = ?`,
    )
    const event = this.eventOf('started', 2)
    return this.db.transaction(() => {
      const now = Date.now()
      const rows = due.all(now) as [id: string, params: string][]
      for (const [id] of rows) {
        take.run(worker, now, id)
        event.run(id, now, 1, '{"attempt":1,"run":1,"workerId":"w"}')
      }
      return rows.map(([id]) => id)
    })
  }

  private settle(): (ids: readonly string[]) => void {
    const keep = this.db.prepare(
      `insert into finished select id, key, version, 'succeeded', priority, run_at, params, max_attempts, attempts, run, worker_name, 'null',
         queued_at, started_at, ? from live where id = ?`,
    )
    const remove = this.db.prepare('delete from live where id = ?')
    const event = this.eventOf('succeeded', 3)
    const count = this.db.prepare(`insert into deltas values ('noop', 'succeeded', ?, ?, 0, 0)`)
    const write = this.db.transaction((ids: readonly string[]) => {
      const now = Date.now()
      for (const id of ids) {
        keep.run(now, id)
        remove.run(id)
        event.run(id, now, 1, '{}')
      }
      count.run(Math.floor(now / 60_000), ids.length)
    })
    return (ids) => {
      this.db.pragma('synchronous = full')
      write(ids)
      this.db.pragma('synchronous = normal')
    }
  }

  private eventOf(type: string, seq: number): Database.Statement {
    return this.db.prepare(`insert into events values (?, ${seq}, '${type}', ?, ?, ?)`)
  }
}
