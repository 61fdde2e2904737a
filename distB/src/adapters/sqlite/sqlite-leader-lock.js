const PROLONG = 'update leaders set expires_at = ? where name = ? and holder = ? and expires_at > ? returning term';
const TAKE = `insert into leaders (name, holder, term, expires_at) values (?, ?, 1, ?)
  on conflict (name) do update set holder = excluded.holder, term = term + 1, expires_at = excluded.expires_at
  where expires_at <= ? returning term`;
const RESIGN = 'update leaders set holder = null, expires_at = 0 where name = ? and holder = ? and term = ?';
const LEADS = 'select 1 from leaders where name = ? and holder = ? and term = ?';
/** Leaders among the processes of this machine; their leases are judged by the clock that all of them share. */
export class SqliteLeaderLock {
    db;
    leaseNow;
    constructor(db, leaseNow) {
        this.db = db;
        this.leaseNow = leaseNow;
    }
    acquire({ name, holder }, ttlMs) {
        return this.db.write(() => {
            const now = this.leaseNow().getTime();
            const row = this.db.get(PROLONG, now + ttlMs, name, holder, now) ??
                this.db.get(TAKE, name, holder, now + ttlMs, now);
            return row === undefined ? null : { name, holder, term: Number(row['term']) };
        });
    }
    async resign({ name, holder, term }) {
        await this.db.write(() => this.db.run(RESIGN, name, holder, term));
    }
}
/** Whether that term still holds; asked inside the transaction of the write that it guards, which holds the file's only write lock. */
export function leads(db, { name, holder, term }) {
    return db.get(LEADS, name, holder, term) !== undefined;
}
//# sourceMappingURL=sqlite-leader-lock.js.map