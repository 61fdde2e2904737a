import type { Knex } from 'knex'
import * as firstFloor from '../../../migrations/0001-first-floor.js'
import * as attemptsAndLogs from '../../../migrations/0002-attempts-and-logs.js'
import * as operators from '../../../migrations/0003-operators.js'
import * as metrics from '../../../migrations/0004-metrics.js'
import * as apiKeys from '../../../migrations/0005-api-keys.js'
import * as leadershipAndRetention from '../../../migrations/0006-leadership-and-retention.js'
import * as callbacks from '../../../migrations/0007-callbacks.js'
import * as traces from '../../../migrations/0008-traces.js'
import * as schedules from '../../../migrations/0009-schedules.js'
import * as deadLetterErrors from '../../../migrations/0010-dead-letter-errors.js'
import * as createdAmongQueued from '../../../migrations/0011-created-among-queued.js'
import { SchemaOutdatedError, SchemaTooNewError, StorageUnavailableError } from '../../domain/errors.js'
import type { SqlReader } from './dialect.js'

/** All migrations, oldest first; named without extension, so that sources and build agree on what has run. */
const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '0001-first-floor': firstFloor,
  '0002-attempts-and-logs': attemptsAndLogs,
  '0003-operators': operators,
  '0004-metrics': metrics,
  '0005-api-keys': apiKeys,
  '0006-leadership-and-retention': leadershipAndRetention,
  '0007-callbacks': callbacks,
  '0008-traces': traces,
  '0009-schedules': schedules,
  '0010-dead-letter-errors': deadLetterErrors,
  '0011-created-among-queued': createdAmongQueued,
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
  getMigrationName: (name) => name,
  getMigration: (name) => Promise.resolve(MIGRATIONS[name] as Knex.Migration),
}

/** One row for each migration that ran, by `name`. */
export const MIGRATIONS_TABLE = 'schema_migrations'

/** Knex would write its own lines between those of the log; what fails is thrown. */
export const SILENT_LOG: Knex.Logger = {
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
  deprecate: () => undefined,
}

const config: Knex.MigratorConfig = { migrationSource, tableName: MIGRATIONS_TABLE }

/** Migrations of this version that a database, of which the names that ran are given, still lacks. */
export function missingMigrations(ran: readonly string[]): readonly string[] {
  return Object.keys(MIGRATIONS).filter((name) => !ran.includes(name))
}

/** Migrations that ran and that this version does not know: a newer one has been here. */
export function unknownMigrations(ran: readonly string[]): readonly string[] {
  return ran.filter((name) => !(name in MIGRATIONS))
}

/**
 * Why this version cannot work on a schema that a newer one has left; `null` when it can, or when no newer one has been here.
 *
 * A newer schema serves the version before it, too: what it adds is not in that one's way. What it takes away says so in its name,
 * `0012-contracts-0010-…`: it leaves nothing to versions that do not know migration 0010.
 */
export function beyondUs(ran: readonly string[]): string | null {
  const unknown = unknownMigrations(ran)
  if (unknown.length === 0) return null
  const missing = missingMigrations(ran)
  if (missing.length > 0)
    return `another line of versions has been here: it ran ${unknown.join(', ')}, but not ${missing.join(', ')}`
  const contracted = unknown.filter((name) => !knows(/^\d+-contracts-(\d+)/.exec(name)?.[1] ?? '0001'))
  return contracted.length === 0
    ? null
    : `a newer version has been here and left nothing for this one: ${contracted.join(', ')}`
}

function knows(number: string): boolean {
  return Object.keys(MIGRATIONS).some((name) => name.startsWith(`${number}-`))
}

/**
 * Brings the schema up to date. The caller holds a lock of its own: Knex's lock is a row that outlives a killed process, so
 * it is always freed here.
 *
 * @returns names of the migrations that ran; none where a newer version has been, whose schema serves this one, too.
 * @throws SchemaTooNewError when it does not.
 */
export async function migrate(knex: Knex): Promise<readonly string[]> {
  const known = await knex.schema.hasTable(MIGRATIONS_TABLE)
  const before = known ? await knex<{ name: string }>(MIGRATIONS_TABLE).pluck('name') : []
  const reason = beyondUs(before)
  if (reason !== null) throw new SchemaTooNewError(reason)
  // Nothing is missing then, and Knex would take what it does not know for a mistake.
  if (unknownMigrations(before).length > 0) return []
  await knex.migrate.forceFreeMigrationsLock(config)
  const [, ran] = (await knex.migrate.latest(config)) as [number, string[]]
  return ran
}

/** @throws SchemaOutdatedError when a migration of this version has not run; what the reader throws when it cannot be asked. */
export async function checkSchema(reader: SqlReader): Promise<void> {
  const rows = await reader.rows(reader.knex(MIGRATIONS_TABLE).select('name')).catch((error: unknown) => {
    if (!isMissingTable(error)) throw error
    return []
  })
  const missing = missingMigrations(rows.map(({ name }) => name as string))
  if (missing.length > 0)
    throw new SchemaOutdatedError(
      `the database lacks migrations: ${missing.join(', ')}; run them with job-server migrate`,
    )
}

/** As PostgreSQL and SQLite say it. */
function isMissingTable(error: unknown): boolean {
  const cause = error instanceof StorageUnavailableError ? error.cause : error
  return (
    (cause as { code?: unknown } | null)?.code === '42P01' || /^\w*Error: no such table/.test(String(cause))
  )
}
