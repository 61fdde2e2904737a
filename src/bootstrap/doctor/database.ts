import { access, constants } from 'node:fs/promises'
import { beyondUs, missingMigrations, unknownMigrations } from '../../adapters/sql/migrate.js'
import type { Config } from '../config.js'
import { databaseName, OWN_SESSIONS } from '../open-stores.js'
import { firstError } from '../../domain/errors.js'
import { broken, ok, reasonOf, warning, type Finding } from './finding.js'

/** Above this, instants in this machine's logs mislead; leases go by the database's clock all the same. */
const MAX_OFFSET_MS = 1_000
const WRITABLE =
  'lead DATABASE_URL to the primary where this is a standby, else set default_transaction_read_only to off'
/** Beside its pool, a process has connections for beats, for the lead and to listen. */
const BESIDE_POOL = 3

/**
 * Whether the database answers, is in order, and agrees with this machine.
 *
 * @param now this machine's clock, in milliseconds.
 */
export async function examineDatabase(config: Config, now: () => number): Promise<Finding[]> {
  const { database } = config
  if (database.kind === 'postgres') return examinePostgres(config, database.url, now)
  return database.kind === 'sqlite' ? examineSqlite(database.path) : []
}

async function examineSqlite(path: string): Promise<Finding[]> {
  const { inspectSqlite } = await import('../../adapters/sqlite/inspect-sqlite.js')
  try {
    const ran = inspectSqlite(path)
    if (ran === null) return [ok('database', `SQLite ${path} is made by the first start`)]
    await access(path, constants.W_OK)
    return [
      ok('database', `SQLite ${path}`),
      migrationsOf(ran),
      ok('clock', 'the database is on this machine'),
    ]
  } catch (error) {
    return [
      broken(
        'database',
        `cannot use the SQLite file ${path}: ${reasonOf(error)}`,
        'move the file away if it is none of this server, else restore it and its permissions; or set DATABASE_URL or DATA_DIR',
      ),
    ]
  }
}

async function examinePostgres(config: Config, url: string, now: () => number): Promise<Finding[]> {
  const { inspectPostgres } = await import('../../adapters/postgres/inspect-postgres.js')
  const { sharesSessions } = await import('../../adapters/postgres/shares-sessions.js')
  const name = databaseName({ kind: 'postgres', url })
  try {
    const facts = await inspectPostgres(url, now)
    if (await sharesSessions(url))
      return [broken('database', `a pooler lends the sessions of ${name} by transaction`, OWN_SESSIONS)]
    const says = `${name} answers within ${Math.ceil(facts.roundTripMs)} ms`
    return [
      facts.isReadOnly
        ? broken('database', `${name} takes no writes: it is read-only`, WRITABLE)
        : ok('database', says),
      facts.mayMigrate ? migrationsOf(facts.migrations) : unmigratable(facts.migrations),
      clockOf(facts.clockAheadMs),
      poolOf(config.pool.max, facts.maxConnections),
    ]
  } catch (error) {
    return [broken('database', `${name}: ${reasonOf(error)}`, fixOf(error))]
  }
}

function fixOf(error: unknown): string {
  const { code = '' } = firstError(error) as { code?: string }
  if (code.startsWith('28')) return 'correct user and password in DATABASE_URL'
  if (code === '3D000') return 'make the database (createdb), or correct its name in DATABASE_URL'
  if (code.startsWith('E')) return 'start PostgreSQL, or correct host and port in DATABASE_URL'
  return 'see what PostgreSQL says in its log, and check DATABASE_URL'
}

function migrationsOf(ran: readonly string[]): Finding {
  const reason = beyondUs(ran)
  if (reason !== null)
    return broken('migrations', reason, 'run the newer version, or restore a backup of before')
  const unknown = unknownMigrations(ran)
  if (unknown.length > 0)
    return warning(
      'migrations',
      `a newer version has been here, whose schema serves this one, too: ${unknown.join(', ')}`,
      'run the newer version here as well',
    )
  const missing = missingMigrations(ran)
  return missing.length === 0
    ? ok('migrations', 'all have run')
    : warning(
        'migrations',
        `yet to run: ${missing.join(', ')}`,
        'job-server migrate; every start does the same',
      )
}

/** Of a user who may make no tables. */
function unmigratable(ran: readonly string[]): Finding {
  const missing = missingMigrations(ran)
  return missing.length === 0
    ? migrationsOf(ran)
    : broken(
        'migrations',
        `yet to run: ${missing.join(', ')}; this user may make no tables`,
        'make it the owner of the database or grant it create on the schema; where it has none, correct search_path',
      )
}

function clockOf(aheadMs: number): Finding {
  const says = `${Math.abs(Math.round(aheadMs))} ms ${aheadMs > 0 ? 'behind' : 'ahead of'} the database`
  return Math.abs(aheadMs) <= MAX_OFFSET_MS
    ? ok('clock', says)
    : warning('clock', says, 'set the clocks of both machines by NTP')
}

function poolOf(pool: number, maxConnections: number): Finding {
  return pool + BESIDE_POOL <= maxConnections
    ? ok('pool', `DB_POOL_MAX ${pool} and ${BESIDE_POOL} more of ${maxConnections} connections`)
    : warning(
        'pool',
        `DB_POOL_MAX ${pool} and ${BESIDE_POOL} more are more than the ${maxConnections} connections of the server allow`,
        'lower DB_POOL_MAX, or raise max_connections of PostgreSQL',
      )
}
