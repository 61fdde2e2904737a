import knex from 'knex';
import pg from 'pg';
import { migrate } from '../sql/migrate.js';
import { portError } from './postgres-errors.js';
/** Any constant will do; it is the same in every process of this server. */
const LOCK = 7_305_141_893;
/**
 * Brings the schema up to date. Any number of processes may do so at once: one migrates, the others wait for it.
 *
 * The lock is held by a transaction on a connection of its own, so that a killed process leaves none behind.
 *
 * @returns names of the migrations that ran here.
 * @throws StorageUnavailableError when the database is away.
 */
export async function migratePostgres(url) {
    const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
    // The query that is under way tells the same error; without a listener the process would end.
    lock.on('error', () => undefined);
    try {
        await lock.connect();
        await lock.query('begin');
        // Whatever the role's defaults are: the lock is waited for, and held, as long as migrations take.
        await lock.query('set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0; set local lock_timeout = 0');
        await lock.query('select pg_advisory_xact_lock($1)', [LOCK]);
        const database = knex({ client: 'pg', connection: url, pool: { min: 0, max: 2 } });
        try {
            return await migrate(database);
        }
        finally {
            await database.destroy();
            await lock.query('commit');
        }
    }
    catch (error) {
        throw portError(error);
    }
    finally {
        await lock.end().catch(() => undefined);
    }
}
//# sourceMappingURL=postgres-migrate.js.map