/** The clock by which leases are judged: the database's own, read after any wait for the row, plus an offset that is zero outside tests. */
const LEASE_NOW = "(clock_timestamp() + $1 * interval '1 millisecond')";
const END = `${LEASE_NOW} + $2 * interval '1 millisecond'`;
/** Leaves the term alone, so that it need not wait for writes that the term guards. */
const PROLONG = {
    name: 'prolong_lead_1',
    text: `update leaders set expires_at = ${END} where name = $3 and holder = $4 and expires_at > ${LEASE_NOW} returning term`,
};
/** A step of its own: two that insert and take at once, `on conflict (name)`, would break the other unique key. */
const ENSURE = {
    name: 'ensure_lead_1',
    text: `insert into leaders (name, term, expires_at) values ($1, 0, 'epoch') on conflict do nothing`,
};
const TAKE = {
    name: 'take_lead_2',
    text: `update leaders set holder = $4, term = term + 1, expires_at = ${END} where name = $3 and expires_at <= ${LEASE_NOW}
returning term`,
};
const RESIGN = {
    name: 'resign_lead_1',
    text: `update leaders set holder = null, expires_at = 'epoch' where name = $1 and holder = $2 and term = $3`,
};
/** Leaders in PostgreSQL, on a connection of their own: neither a busy pool nor a wait for a fenced write costs a lease of anybody. */
export class PostgresLeaderLock {
    db;
    leaseOffsetMs;
    constructor(db, leaseOffsetMs) {
        this.db = db;
        this.leaseOffsetMs = leaseOffsetMs;
    }
    async acquire({ name, holder }, ttlMs) {
        const values = [this.leaseOffsetMs(), ttlMs, name, holder];
        const [row] = await this.db.query(PROLONG, values);
        const [taken] = row === undefined ? await this.take(name, values) : [row];
        return taken === undefined ? null : { name, holder, term: Number(taken['term']) };
    }
    async resign({ name, holder, term }) {
        await this.db.query(RESIGN, [name, holder, term]);
    }
    async take(name, values) {
        await this.db.query(ENSURE, [name]);
        return this.db.query(TAKE, values);
    }
}
/**
 * A part of a `with`, over the parameters `$1` to `$3`: one row while that term holds, none after it. Whatever the statement then
 * writes by it commits before another term can begin, since that has to wait for this lock; renewals do not.
 */
export const LEADS = 'leads as materialized (select 1 from leaders where name = $1 and holder = $2 and term = $3 for key share)';
/** The values of those parameters. */
export function fenceOf({ name, holder, term }) {
    return [name, holder, term];
}
//# sourceMappingURL=postgres-leader-lock.js.map