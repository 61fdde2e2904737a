import type { Candidate, LeaderLock, Leadership } from '../../application/ports/leader-lock.js'
import type { Row } from '../sql/dialect.js'
import type { Db, Statement } from './postgres-db.js'

/** The clock by which leases are judged: the database's own, read after any wait for the row, plus an offset that is zero outside tests. */
const LEASE_NOW = "(clock_timestamp() + $1 * interval '1 millisecond')"
const END = `${LEASE_NOW} + $2 * interval '1 millisecond'`

/** Leaves the term alone, so that it need not wait for writes that the term guards. */
const PROLONG: Statement = {
  name: 'prolong_lead_1',
  text: `update leaders set expires_at = ${END} where name = $3 and holder = $4 and expires_at > ${LEASE_NOW} returning term`,
}

/** A step of its own: two that insert and take at once, `on conflict (name)`, would break the other unique key. */
const ENSURE: Statement = {
  name: 'ensure_lead_1',
  text: `insert into leaders (name, term, expires_at) values ($1, 0, 'epoch') on conflict do nothing`,
}

const TAKE: Statement = {
  name: 'take_lead_2',
  text: `update leaders set holder = $4, term = term + 1, expires_at = ${END} where name = $3 and expires_at <= ${LEASE_NOW}
returning term`,
}

const RESIGN: Statement = {
  name: 'resign_lead_1',
  text: `update leaders set holder = null, expires_at = 'epoch' where name = $1 and holder = $2 and term = $3`,
}

/** Leaders in PostgreSQL, on a connection of their own: neither a busy pool nor a wait for a fenced write costs a lease of anybody. */
export class PostgresLeaderLock implements LeaderLock {
  constructor(
    private readonly db: Db,
    private readonly leaseOffsetMs: () => number,
  ) {}

  async acquire({ name, holder }: Candidate, ttlMs: number): Promise<Leadership | null> {
    const values = [this.leaseOffsetMs(), ttlMs, name, holder]
    const [row] = await this.db.query(PROLONG, values)
    const [taken] = row === undefined ? await this.take(name, values) : [row]
    return taken === undefined ? null : { name, holder, term: Number(taken['term']) }
  }

  async resign({ name, holder, term }: Leadership): Promise<void> {
    await this.db.query(RESIGN, [name, holder, term])
  }

  private async take(name: string, values: readonly unknown[]): Promise<readonly Row[]> {
    await this.db.query(ENSURE, [name])
    return this.db.query(TAKE, values)
  }
}

/**
 * A part of a `with`, over the parameters `$1` to `$3`: one row while that term holds, none after it. Whatever the statement then
 * writes by it commits before another term can begin, since that has to wait for this lock; renewals do not.
 */
export const LEADS =
  'leads as materialized (select 1 from leaders where name = $1 and holder = $2 and term = $3 for key share)'

/** The values of those parameters. */
export function fenceOf({ name, holder, term }: Leadership): readonly [string, string, number] {
  return [name, holder, term]
}
