import { setTimeout as sleep } from 'node:timers/promises'
import knex from 'knex'
import pg from 'pg'
import { silentLogger, type Logger } from '../../application/ports/logger.js'
import { migrate, SILENT_LOG } from '../sql/migrate.js'
import { isLockTimeout, isRetryable, portError } from './postgres-errors.js'
import { afterCreate, PATIENCE, READABLE } from './sessions.js'

/** Any constant will do; it is the same in every process of this server. */
const LOCK = 7_305_141_893
/** Behind a change that waits for a table, everybody else waits for it, heartbeats too. */
const SETTINGS = `${PATIENCE}; ${READABLE}; set lock_timeout = '2s'`
const MAX_PAUSE_MS = 10_000

/**
 * Brings the schema up to date. Any number of processes may do so at once: one migrates, the others wait for it.
 *
 * The lock is held by a transaction on a connection of its own, so that a killed process leaves none behind.
 *
 * Where others hold a table, as a dump does, it tries again and again, and lets them work in between.
 *
 * @returns names of the migrations that ran here.
 * @throws StorageUnavailableError when the database is away.
 */
export async function migratePostgres(
  url: string,
  logger: Logger = silentLogger,
): Promise<readonly string[]> {
  const lock = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // The query that is under way tells the same error; without a listener the process would end.
  lock.on('error', () => undefined)
  try {
    await lock.connect()
    // The lock is waited for, and held, as long as migrations take.
    await lock.query(PATIENCE)
    await lock.query('begin; set local lock_timeout = 0')
    await lock.query('select pg_advisory_xact_lock($1)', [LOCK])
    const database = knex({
      client: 'pg',
      connection: url,
      pool: { min: 0, max: 2, afterCreate: afterCreate(SETTINGS) },
      log: SILENT_LOG,
    })
    try {
      return await patiently(() => migrate(database), logger)
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

/** All migrations that are due are one transaction: a lock that it does not get in time, or a deadlock, leaves nothing behind. */
async function patiently<T>(step: () => Promise<T>, logger: Logger): Promise<T> {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)) {
    try {
      return await step()
    } catch (error) {
      // Others may want what is locked here already, and this may be the one that is chosen to give way.
      if (!isLockTimeout(error) && !isRetryable(error)) throw error
      logger.warn('migrations wait for others to let go of a table, a dump or an open transaction', {
        pauseMs,
      })
      await sleep(pauseMs)
    }
  }
}
