import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import knex from 'knex'
import { migrate, SILENT_LOG } from '../sql/migrate.js'
import { retryWhileBusy } from './retry-while-busy.js'
import { portError } from './sqlite-errors.js'

const LOCK_WAIT_MS = 60_000

/**
 * Creates folder and file as needed and brings the schema up to date; any number of processes may call it at once.
 *
 * @returns names of the migrations that ran here.
 * @throws StorageUnavailableError when the file cannot be written, or another process migrates for longer than a minute.
 */
export async function migrateSqlite(path: string): Promise<readonly string[]> {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o770 })
    // SQLite gives its log the same rights. Params, logs and addresses of callbacks are nobody else's business on this machine.
    closeSync(openSync(path, 'a', 0o660))
    const unlock = await lockFile(`${path}-migrate-lock`)
    try {
      return await migrateLocked(path)
    } finally {
      unlock()
    }
  } catch (error) {
    throw portError(error)
  }
}

async function migrateLocked(path: string): Promise<readonly string[]> {
  const database = knex({
    client: 'better-sqlite3',
    connection: { filename: path },
    useNullAsDefault: true,
    log: SILENT_LOG,
  })
  try {
    await database.raw('pragma journal_mode = wal')
    return await migrate(database)
  } finally {
    await database.destroy()
  }
}

/**
 * Waits for the exclusive lock of a file beside the database. SQLite itself locks it, so that the operating system frees it when
 * its holder is killed; the empty file stays, since removing it would let two processes lock two files of one name.
 */
async function lockFile(path: string): Promise<() => void> {
  const lock = new Database(path, { timeout: 0 })
  try {
    await retryWhileBusy(() => lock.exec('begin exclusive'), performance.now() + LOCK_WAIT_MS)
  } catch (error) {
    lock.close()
    throw error
  }
  return () => {
    lock.close()
  }
}
