import type {
  Beat,
  HeldRun,
  WorkerIncarnation,
  WorkerRecord,
  WorkerRegistry,
} from '../../application/ports/worker-registry.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Db, Statement } from './postgres-db.js'

/** The clock by which leases are judged: the database's own, plus an offset that is zero outside tests. */
const LEASE_NOW = "clock_timestamp() + $1 * interval '1 millisecond'"

const REGISTER: Statement = {
  name: 'register_worker_1',
  text: `insert into workers as w (incarnation, name, host, pid, version, slots, definitions, started_at, heartbeat_at, lease_until)
select $3, $4, $5, $6, $7, $8, $9, t.at, t.at, t.at + $2 * interval '1 millisecond' from (select ${LEASE_NOW} as at) t
on conflict (incarnation) do update set name = excluded.name, host = excluded.host, pid = excluded.pid, version = excluded.version,
  slots = excluded.slots, definitions = excluded.definitions, heartbeat_at = excluded.heartbeat_at, lease_until = excluded.lease_until
where not w.dead returning incarnation`,
}

const RENEW: Statement = {
  name: 'renew_worker_3',
  text: `update workers w set running = $4, draining = $5, heartbeat_at = t.at, lease_until = t.at + $2 * interval '1 millisecond'
from (select ${LEASE_NOW} as at) t where w.incarnation = $3 and not w.dead
returning array(select id from jobs where worker = $3 and cancel_requested_at is not null)::text[] as cancelling,
  (select coalesce(json_agg(json_build_object('jobId', id, 'run', run)), '[]') from jobs where worker = $3) as held,
  (w.running < w.slots and not w.draining)::int + (select count(*) from workers o where o.incarnation <> $3 and o.running < o.slots
    and not o.draining and not o.dead and o.lease_until > t.at and o.definitions = w.definitions)::int as ready`,
}

const CANCELLING: Statement = {
  name: 'cancelling_1',
  text: 'select id from jobs where worker = $1 and cancel_requested_at is not null',
}

const ASKED: Statement = { name: 'bury_asked_1', text: 'select clock_timestamp()::text as at' }
/** Longest time between asking for a burial and the burial. */
const BURY_WITHIN_MS = 2_000

/**
 * The lock reads each row anew: a worker that renewed a moment before is left alone. An order that a database which stood still
 * carries out late is void: while it stood still, nobody could renew. Materialized: a join may run a subquery again for each row, and
 * then its limit holds for each time.
 */
const BURY: Statement = {
  name: 'bury_workers_2',
  text: `with x as materialized (
  select incarnation from workers where not dead and lease_until <= ${LEASE_NOW}
    and clock_timestamp() < $3::timestamptz + interval '${BURY_WITHIN_MS} milliseconds' order by lease_until limit $2 for update skip locked)
update workers w set dead = true from x where w.incarnation = x.incarnation
returning w.incarnation`,
}

const FORGET: Statement = {
  name: 'forget_workers_1',
  text: `delete from workers w where dead and not exists (select from jobs where worker = w.incarnation)`,
}

const RESIGN: Statement = {
  name: 'resign_worker_1',
  text: "update workers set dead = true, lease_until = 'epoch' where incarnation = $1 and not dead",
}

const LIST: Statement = {
  name: 'list_workers_1',
  text: 'select * from workers where not dead order by started_at, incarnation',
}

/** Workers in PostgreSQL. Beats get a pool of their own, so that a busy one never costs a lease. */
export class PostgresWorkerRegistry implements WorkerRegistry {
  constructor(
    private readonly beats: Db,
    private readonly db: Db,
    private readonly leaseOffsetMs: () => number,
  ) {}

  async register(worker: WorkerIncarnation, ttlMs: number): Promise<boolean> {
    const { incarnation, name, host, pid, version, slots, definitions } = worker
    const rows = await this.beats.query(REGISTER, [
      this.leaseOffsetMs(),
      ttlMs,
      incarnation,
      name,
      host,
      pid,
      version,
      slots,
      JSON.stringify(definitions),
    ])
    return rows.length === 1
  }

  async renew({ incarnation, running, draining }: Beat, ttlMs: number): ReturnType<WorkerRegistry['renew']> {
    const [row] = await this.beats.query(RENEW, [this.leaseOffsetMs(), ttlMs, incarnation, running, draining])
    return row === undefined
      ? { alive: false, cancelling: [], held: [], ready: 0 }
      : {
          alive: true,
          cancelling: row['cancelling'] as string[],
          held: row['held'] as HeldRun[],
          ready: row['ready'] as number,
        }
  }

  async cancelling(incarnation: string): Promise<readonly string[]> {
    const rows = await this.db.query(CANCELLING, [incarnation])
    return rows.map((row) => row['id'] as string)
  }

  async bury(limit: number): Promise<number> {
    const askedAt = performance.now()
    const [asked] = await this.db.query(ASKED, [])
    if (performance.now() - askedAt > BURY_WITHIN_MS) return 0
    const buried = await this.db.query(BURY, [this.leaseOffsetMs(), limit, asked?.['at']])
    await this.db.query(FORGET, [])
    return buried.length
  }

  async resign(incarnation: string): Promise<void> {
    await this.beats.query(RESIGN, [incarnation])
  }

  async list(): Promise<readonly WorkerRecord[]> {
    const rows = await this.db.query(LIST, [])
    return rows.map((row) => ({
      incarnation: row['incarnation'] as string,
      name: row['name'] as string,
      host: row['host'] as string,
      pid: Number(row['pid']),
      version: row['version'] as string,
      slots: Number(row['slots']),
      definitions: row['definitions'] as DefinitionRef[],
      running: Number(row['running']),
      draining: row['draining'] === true,
      startedAt: row['started_at'] as Date,
      heartbeatAt: row['heartbeat_at'] as Date,
      leaseExpiresAt: row['lease_until'] as Date,
    }))
  }
}
