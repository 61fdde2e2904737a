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
import * as deadLetterErrors from '../../../migrations/0011-dead-letter-errors.js'
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
  '0011-dead-letter-errors': deadLetterErrors,
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
  getMigrationName: (name) => name,
  getMigration: (name) => Promise.resolve(MIGRATIONS[name] as Knex.Migration),
}

/** One row for each migration that ran, by `name`. */
export const MIGRATIONS_TABLE = 'schema_migrations'

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
 * Brings the schema up to date. The caller holds a lock of its own: Knex's lock is a row that outlives a killed process, so
 * it is always freed here.
 *
 * @returns names of the migrations that ran.
 * @throws when the database was migrated by a newer version of this server.
 */
export async function migrate(knex: Knex): Promise<readonly string[]> {
  await knex.migrate.forceFreeMigrationsLock(config)
  const [, ran] = (await knex.migrate.latest(config)) as [number, string[]]
  return ran
}

/** Whether every migration of this server has run. @throws when the database is away, or was never migrated. */
export async function schemaIsCurrent(reader: SqlReader): Promise<boolean> {
  const rows = await reader.rows(reader.knex('schema_migrations').select('name'))
  const ran = new Set(rows.map(({ name }) => name))
  return Object.keys(MIGRATIONS).every((name) => ran.has(name))
}
