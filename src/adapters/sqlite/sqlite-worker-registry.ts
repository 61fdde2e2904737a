import type {
  Beat,
  WorkerIncarnation,
  WorkerRecord,
  WorkerRegistry,
} from '../../application/ports/worker-registry.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Row } from '../sql/dialect.js'
import type { SqliteConnection } from './sqlite-connection.js'
import { decode } from './sqlite-reader.js'

const REGISTER = `insert into workers (incarnation, name, host, pid, version, slots, definitions, started_at, heartbeat_at, lease_until)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (incarnation) do update set name = excluded.name, host = excluded.host, pid = excluded.pid,
    version = excluded.version, slots = excluded.slots, definitions = excluded.definitions, running = 0, draining = 0,
    started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at, lease_until = excluded.lease_until
  where dead = 0`

const RENEW = `update workers set running = ?, draining = ?, heartbeat_at = ?, lease_until = ?
  where incarnation = ? and dead = 0`

const CANCELLING = 'select id from jobs where worker = ? and cancel_requested_at is not null order by id'

const HELD = 'select id, run from jobs where worker = ?'

const READY = `select count(*) as ready from workers w join workers o on o.definitions = w.definitions
  where w.incarnation = ? and o.running < o.slots and not o.draining and not o.dead and o.lease_until > ?`

const BURY = `update workers set dead = 1 where incarnation in (
  select incarnation from workers where dead = 0 and lease_until <= ? order by lease_until limit ?)`
const FORGET = `delete from workers
  where dead = 1 and not exists (select 1 from jobs where worker is not null and worker = workers.incarnation)`

const RESIGN = 'update workers set dead = 1, lease_until = 0 where incarnation = ? and dead = 0'
const LIST = 'select * from workers where dead = 0 order by started_at, incarnation'

/** Workers on this machine; their leases are judged by the clock that all its processes share. */
export class SqliteWorkerRegistry implements WorkerRegistry {
  constructor(
    private readonly db: SqliteConnection,
    private readonly leaseNow: () => Date,
  ) {}

  async register(worker: WorkerIncarnation, ttlMs: number): Promise<boolean> {
    const { incarnation, name, host, pid, version, slots } = worker
    const definitions = JSON.stringify(worker.definitions)
    const changed = await this.db.write(() => {
      const now = this.leaseNow().getTime()
      const facts = [incarnation, name, host, pid, version, slots, definitions]
      return this.db.run(REGISTER, ...facts, now, now, now + ttlMs)
    })
    return changed === 1
  }

  renew({ incarnation, running, draining }: Beat, ttlMs: number): ReturnType<WorkerRegistry['renew']> {
    return this.db.write(() => {
      const now = this.leaseNow().getTime()
      const alive = this.db.run(RENEW, running, Number(draining), now, now + ttlMs, incarnation) === 1
      if (!alive) return { alive, cancelling: [], held: [], ready: 0 }
      const ready = Number(this.db.get(READY, incarnation, now)?.['ready'])
      const held = this.db
        .all(HELD, incarnation)
        .map(({ id, run }) => ({ jobId: id as string, run: Number(run) }))
      return { alive, cancelling: this.idsOfCancelling(incarnation), held, ready }
    })
  }

  cancelling(incarnation: string): Promise<readonly string[]> {
    return this.db.read(() => this.idsOfCancelling(incarnation))
  }

  bury(limit: number): Promise<number> {
    return this.db.write(() => {
      const buried = this.db.run(BURY, this.leaseNow().getTime(), limit)
      this.db.run(FORGET)
      return buried
    })
  }

  async resign(incarnation: string): Promise<void> {
    await this.db.write(() => this.db.run(RESIGN, incarnation))
  }

  async list(): Promise<readonly WorkerRecord[]> {
    const rows = await this.db.read(() => this.db.all(LIST))
    return rows.map(workerOf)
  }

  private idsOfCancelling(incarnation: string): string[] {
    return this.db.all(CANCELLING, incarnation).map((row) => row['id'] as string)
  }
}

function workerOf(row: Row): WorkerRecord {
  return {
    incarnation: row['incarnation'] as string,
    name: row['name'] as string,
    host: row['host'] as string,
    pid: Number(row['pid']),
    version: row['version'] as string,
    slots: Number(row['slots']),
    definitions: decode.json(row['definitions']) as readonly DefinitionRef[],
    running: Number(row['running']),
    draining: row['draining'] === 1,
    startedAt: decode.instant(row['started_at']),
    heartbeatAt: decode.instant(row['heartbeat_at']),
    leaseExpiresAt: decode.instant(row['lease_until']),
  }
}
