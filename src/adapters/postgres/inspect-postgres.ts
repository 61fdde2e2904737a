import pg from 'pg'
import { MIGRATIONS_TABLE } from '../sql/migrate.js'

/** What a look at a database says, with nothing changed. */
export interface PostgresFacts {
  /** Names of the migrations that ran. */
  readonly migrations: readonly string[]
  /** How far the database's clock is ahead of the caller's, in milliseconds; right to half of the round trip. */
  readonly clockAheadMs: number
  readonly roundTripMs: number
  /** What the server takes from all its clients together, without what it reserves. */
  readonly maxConnections: number
  /** Whether this user may make tables where it looks for them. */
  readonly mayMigrate: boolean
  /** Whether it takes no writes of this user's. */
  readonly isReadOnly: boolean
}

/**
 * @param now the caller's clock, in milliseconds.
 * @throws what the driver says when it cannot connect within 5 s.
 */
export async function inspectPostgres(url: string, now: () => number): Promise<PostgresFacts> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 5_000,
    query_timeout: 5_000,
  })
  // The query that is under way tells the same error; without a listener the process would end.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const askedAt = now()
    const clock = await client.query<{ ms: string }>(
      'select extract(epoch from clock_timestamp()) * 1000 as ms',
    )
    const roundTripMs = now() - askedAt
    const limits = await client.query<{
      max: number
      has_table: boolean
      read_only: boolean
      may_create: boolean | null
    }>(
      `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
          - coalesce(current_setting('reserved_connections', true)::int, 0) as max, to_regclass($1) is not null as has_table, current_setting('transaction_read_only')::boolean as read_only,
        has_schema_privilege(current_schema(), 'CREATE') as may_create`,
      [MIGRATIONS_TABLE],
    )
    const ran =
      limits.rows[0]?.has_table === true
        ? await client.query<{ name: string }>(`select name from ${MIGRATIONS_TABLE}`)
        : { rows: [] }
    return {
      migrations: ran.rows.map(({ name }) => name),
      clockAheadMs: Number(clock.rows[0]?.ms) - askedAt - roundTripMs / 2,
      roundTripMs,
      maxConnections: limits.rows[0]?.max ?? 0,
      mayMigrate: limits.rows[0]?.may_create === true,
      isReadOnly: limits.rows[0]?.read_only === true,
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}
