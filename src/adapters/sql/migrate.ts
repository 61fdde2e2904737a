import type { Knex } from 'knex'
import * as firstFloor from '../../../migrations/0001-first-floor.js'

/** All migrations, oldest first; named without extension, so that sources and build agree on what has run. */
const MIGRATIONS: Readonly<Record<string, Knex.Migration>> = {
  '0001-first-floor': firstFloor,
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: () => Promise.resolve(Object.keys(MIGRATIONS)),
  getMigrationName: (name) => name,
  getMigration: (name) => Promise.resolve(MIGRATIONS[name] as Knex.Migration),
}

const config: Knex.MigratorConfig = { migrationSource, tableName: 'schema_migrations' }

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
