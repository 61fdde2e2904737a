import { decode } from './sqlite-reader.js';
const REGISTER = `insert into workers (incarnation, name, host, pid, version, slots, definitions, started_at, heartbeat_at, lease_until)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (incarnation) do update set name = excluded.name, host = excluded.host, pid = excluded.pid,
    version = excluded.version, slots = excluded.slots, definitions = excluded.definitions, running = 0, draining = 0,
    started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at, lease_until = excluded.lease_until
  where dead = 0`;
const RENEW = `update workers set running = ?, draining = ?, heartbeat_at = ?, lease_until = ?
  where incarnation = ? and dead = 0`;
const CANCELLING = 'select id from jobs where worker = ? and cancel_requested_at is not null order by id';
const BURY = `update workers set dead = 1 where incarnation in (
  select incarnation from workers where dead = 0 and lease_until <= ? order by lease_until limit ?)`;
const FORGET = `delete from workers
  where dead = 1 and not exists (select 1 from jobs where worker is not null and worker = workers.incarnation)`;
const RESIGN = 'update workers set dead = 1, lease_until = 0 where incarnation = ? and dead = 0';
const LIST = 'select * from workers where dead = 0 order by started_at, incarnation';
/** Workers on this machine; their leases are judged by the clock that all its processes share. */
export class SqliteWorkerRegistry {
    db;
    leaseNow;
    constructor(db, leaseNow) {
        this.db = db;
        this.leaseNow = leaseNow;
    }
    async register(worker, ttlMs) {
        const { incarnation, name, host, pid, version, slots } = worker;
        const definitions = JSON.stringify(worker.definitions);
        const changed = await this.db.write(() => {
            const now = this.leaseNow().getTime();
            const facts = [incarnation, name, host, pid, version, slots, definitions];
            return this.db.run(REGISTER, ...facts, now, now, now + ttlMs);
        });
        return changed === 1;
    }
    renew({ incarnation, running, draining }, ttlMs) {
        return this.db.write(() => {
            const now = this.leaseNow().getTime();
            const alive = this.db.run(RENEW, running, Number(draining), now, now + ttlMs, incarnation) === 1;
            return { alive, cancelling: alive ? this.idsOfCancelling(incarnation) : [] };
        });
    }
    cancelling(incarnation) {
        return this.db.read(() => this.idsOfCancelling(incarnation));
    }
    bury(limit) {
        return this.db.write(() => {
            const buried = this.db.run(BURY, this.leaseNow().getTime(), limit);
            this.db.run(FORGET);
            return buried;
        });
    }
    async resign(incarnation) {
        await this.db.write(() => this.db.run(RESIGN, incarnation));
    }
    async list() {
        const rows = await this.db.read(() => this.db.all(LIST));
        return rows.map(workerOf);
    }
    idsOfCancelling(incarnation) {
        return this.db.all(CANCELLING, incarnation).map((row) => row['id']);
    }
}
function workerOf(row) {
    return {
        incarnation: row['incarnation'],
        name: row['name'],
        host: row['host'],
        pid: Number(row['pid']),
        version: row['version'],
        slots: Number(row['slots']),
        definitions: decode.json(row['definitions']),
        running: Number(row['running']),
        draining: row['draining'] === 1,
        startedAt: decode.instant(row['started_at']),
        heartbeatAt: decode.instant(row['heartbeat_at']),
        leaseExpiresAt: decode.instant(row['lease_until']),
    };
}
//# sourceMappingURL=sqlite-worker-registry.js.map