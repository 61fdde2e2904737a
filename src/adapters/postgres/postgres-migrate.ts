import knex, { type Knex } from 'knex'
import pg, { type ClientBase } from 'pg'
import { migrate } from '../sql/migrate.js'
import { portError } from './postgres-errors.js'

/** Any constant will do; it is the same in every process of this server. */
const LOCK = 7_305_141_893

/** Whatever the role's defaults are: what is waited for, and held, takes as long as migrations take. */
const PATIENT = 'set idle_in_transaction_session_timeout = 0; set statement_timeout = 0; set lock_timeout = 0'
/**
 * A change of a table waits for everybody who reads it, and everybody who comes later waits for the change: a dump of an hour would stop the
 * cluster for an hour. So it gives up after two seconds, and is tried again later.
 */
const CHANGES = `${PATIENT}; set lock_timeout = '2s'`

/**
 * Brings the schema up to date. Any number of processes may do so at once: one migrates, the others wait for it.
 *
 * The lock is held by a transaction on a connection of its own, so that a killed process leaves none behind.
 *
 * @returns names of the migrations that ran here.
 * @throws StorageUnavailableError when the database is away, or somebody keeps a table; those that ran are kept then, and the call may be
 *   repeated.
 */
export async function migratePostgres(url: string): Promise<readonly string[]> {
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // The query that is under way tells the same error; without a listener the process would end.
  lock.on('error', () => undefined)
  try {
    await lock.connect()
    await lock.query(PATIENT)
    await lock.query('begin')
    await lock.query('select pg_advisory_xact_lock($1)', [LOCK])
    const database = migrating(url)
    try {
      return await migrate(database)
    } finally {
      await database.destroy()
      await lock.query('commit')
    }
  } catch (error) {
    throw portError(error)
  } finally {
    await lock.end().catch(() => undefined)
  }
}

function migrating(url: string): Knex {
  return knex({
    client: 'pg',
    connection: url,
    // What fails is thrown as well.
    log: { warn: ignored, error: ignored, debug: ignored, deprecate: ignored },
    pool: {
      min: 0,
      max: 2,
      afterCreate: (connection: ClientBase, done: (error: Error | null, connection: ClientBase) => void) => {
        connection.query(CHANGES).then(
          () => {
            done(null, connection)
          },
          (error: unknown) => {
            done(error as Error, connection)
          },
        )
      },
    },
  })
}

function ignored(): void {
  // Nothing is to be done about it.
}
