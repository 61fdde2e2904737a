import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFolder, makeFolder } from '../adapters/files/make-folder.js'
import { createMemoryStores } from '../adapters/memory/memory-stores.js'
import type { Logger } from '../application/ports/logger.js'
import type { Stores } from '../application/ports/stores.js'
import { SchemaTooNewError } from '../domain/errors.js'
import { ConfigError } from './config-error.js'
import type { Config, DatabaseConfig } from './config.js'
import { systemClock } from './system-clock.js'

type StorageConfig = Pick<Config, 'database' | 'pool'>

/**
 * Brings the schema up to date, under a lock of the database's, and opens it. Only the technology that is asked for is loaded.
 *
 * @throws ConfigError when a SQLite file cannot be had at that path, or PostgreSQL refuses the login, or its database cannot be ours.
 */
export async function openStores({ database, pool }: StorageConfig, logger: Logger): Promise<Stores> {
  if (database.kind === 'memory') return createMemoryStores({ clock: systemClock })
  await migrateDatabase(database, logger)
  if (database.kind === 'sqlite') {
    const { openSqliteStores } = await import('../adapters/sqlite/sqlite-stores.js')
    return openSqliteStores({ path: database.path, logger })
  }
  const { openPostgresStores } = await import('../adapters/postgres/postgres-stores.js')
  return openPostgresStores({ url: database.url, pool, logger })
}

/** @returns names of the migrations that ran. */
export async function migrateDatabase(
  database: Exclude<DatabaseConfig, { kind: 'memory' }>,
  logger: Logger,
): Promise<readonly string[]> {
  const ran =
    database.kind === 'sqlite' ? await migrateFile(database.path) : await migrateServer(database.url)
  if (ran.length > 0) logger.info('migrated the database', { migrations: ran })
  return ran
}

/** Names a database in messages; a URL may hold a password and is shown without it. */
export function databaseName(database: DatabaseConfig): string {
  if (database.kind === 'memory') return 'memory'
  if (database.kind === 'sqlite') return `SQLite ${database.path}`
  const { hostname, port, pathname } = new URL(database.url)
  return `PostgreSQL ${hostname}${port === '' ? '' : `:${port}`}${pathname}`
}

/**
 * Repeats a step until the database answers, with backoff; says so once per change of the reason.
 *
 * @throws ConfigError and errors that waiting cannot mend; the signal's reason when it aborts.
 */
export async function untilDatabaseAnswers<T>(
  step: () => Promise<T>,
  { logger, signal }: { readonly logger: Logger; readonly signal?: AbortSignal },
): Promise<T> {
  let told = ''
  for (let delayMs = 250; ; delayMs = Math.min(5_000, delayMs * 2)) {
    try {
      const value = await step()
      if (told !== '') logger.info('the database answers')
      return value
    } catch (error) {
      if (!isWorthWaiting(error)) throw error
      const reason = reasonOf(error)
      if (reason !== told) logger.warn('the database is away, waiting for it', { reason })
      told = reason
      await sleep(delayMs, undefined, signal === undefined ? {} : { signal })
    }
  }
}

async function migrateFile(path: string): Promise<readonly string[]> {
  const { migrateSqlite } = await import('../adapters/sqlite/sqlite-stores.js')
  try {
    if (await isFolder(path)) throw unusableFile(path, 'it is a folder')
    await makeFolder(dirname(path))
    await access(dirname(path), constants.W_OK | constants.X_OK)
    return await migrateSqlite(path)
  } catch (error) {
    if (!isUnusableFile(causeOf(error))) throw error
    // Knex puts the statement before the reason.
    throw unusableFile(path, reasonOf(error).replace(/^(?!E[A-Z]+:).* - /, ''))
  }
}

function unusableFile(path: string, reason: string): ConfigError {
  return new ConfigError([`DATABASE_URL or DATA_DIR: cannot open the SQLite file ${path}: ${reason}`])
}

async function migrateServer(url: string): Promise<readonly string[]> {
  const { migratePostgres } = await import('../adapters/postgres/postgres-stores.js')
  try {
    return await migratePostgres(url)
  } catch (error) {
    const cause = causeOf(error)
    const database = databaseName({ kind: 'postgres', url })
    if (isRefusedLogin(cause))
      throw new ConfigError([`DATABASE_URL: cannot log in to ${database}: ${reasonOf(cause)}`])
    if (!isUnusableDatabase(cause)) throw error
    // Knex puts the statement before the reason.
    const reason = reasonOf(cause).replace(/^.* - /, '')
    throw new ConfigError([`DATABASE_URL: cannot use ${database}: ${reason}`])
  }
}

/** Class 28 of SQLSTATE, and what the driver says when it has no password to send. */
function isRefusedLogin(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown }
  return (
    (typeof code === 'string' && code.startsWith('28')) || /client password must be/.test(String(message))
  )
}

/**
 * Waiting will not make it a database of ours: no right to make tables (42501), tables of our names that are somebody else's (42703, 42P07), an
 * encryption that it does not have or a certificate that nobody vouches for, an address that cannot be decoded.
 */
function isUnusableDatabase(cause: unknown): boolean {
  const { code, message } = cause as { code?: unknown; message?: unknown }
  return (
    cause instanceof URIError ||
    /^(42501|42703|42P07|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_)/.test(String(code)) ||
    /does not support SSL/.test(String(message))
  )
}

/** Mistakes of ours, settings that cannot be used, and a schema that a newer version has left. */
const HOPELESS = [ConfigError, SchemaTooNewError, TypeError, ReferenceError]

function isWorthWaiting(error: unknown): boolean {
  return !HOPELESS.some((kind) => error instanceof kind)
}

/** Waiting will not make it a database of ours: a folder, no permission, something else's file. */
function isUnusableFile(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | null)?.code
  return (
    typeof code === 'string' && /^E[A-Z]+$|^SQLITE_(CANTOPEN|NOTADB|READONLY|PERM|AUTH|CORRUPT)/.test(code)
  )
}

function causeOf(error: unknown): unknown {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  // An attempt at every address of a host fails with all their errors and no message of its own.
  return cause instanceof AggregateError ? (cause.errors[0] as unknown) : cause
}

function reasonOf(error: unknown): string {
  const cause = causeOf(error)
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.split('\n')[0] ?? ''
}
