import pg from 'pg';
import { MIGRATIONS_TABLE } from '../sql/migrate.js';
/**
 * @param now the caller's clock, in milliseconds.
 * @throws what the driver says when it cannot connect within 5 s.
 */
export async function inspectPostgres(url, now) {
    const client = new pg.Client({
        connectionString: url,
        connectionTimeoutMillis: 5_000,
        query_timeout: 5_000,
    });
    // The query that is under way tells the same error; without a listener the process would end.
    client.on('error', () => undefined);
    try {
        await client.connect();
        const askedAt = now();
        const clock = await client.query('select extract(epoch from clock_timestamp()) * 1000 as ms');
        const roundTripMs = now() - askedAt;
        const limits = await client.query("select current_setting('max_connections')::int as max, to_regclass($1) is not null as has_table", [MIGRATIONS_TABLE]);
        const ran = limits.rows[0]?.has_table === true
            ? await client.query(`select name from ${MIGRATIONS_TABLE}`)
            : { rows: [] };
        return {
            migrations: ran.rows.map(({ name }) => name),
            clockAheadMs: Number(clock.rows[0]?.ms) - askedAt - roundTripMs / 2,
            roundTripMs,
            maxConnections: limits.rows[0]?.max ?? 0,
        };
    }
    finally {
        await client.end().catch(() => undefined);
    }
}
//# sourceMappingURL=inspect-postgres.js.map