import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isFolder, makeFolder } from '../adapters/files/make-folder.js'
import { createMemoryStores } from '../adapters/memory/memory-stores.js'
import type { Logger } from '../application/ports/logger.js'
import type { Stores } from '../application/ports/stores.js'
import { firstError, JobServerError, SchemaTooNewError, StorageUnavailableError } from '../domain/errors.js'
import { ConfigError } from './config-error.js'
import type { Config, DatabaseConfig } from './config.js'
import { StartError } from './listener.js'
import { systemClock } from './system-clock.js'

/** What to do about a pooler that lends by transaction. */
export const OWN_SESSIONS = 'let it lend by session (pool_mode = session), or connect to PostgreSQL itself'

type StorageConfig = Pick<Config, 'database' | 'pool'>

/**
 * Brings the schema up to date, under a lock of the database's, and opens it. Only the technology that is asked for is loaded.
 *
 * @throws ConfigError when a SQLite file cannot be had at that path, or PostgreSQL refuses the login.
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
    database.kind === 'sqlite' ? await migrateFile(database.path) : await migrateServer(database.url, logger)
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
 * @throws ConfigError, StartError when the database answers and refuses, and other errors that waiting cannot mend; the signal's reason when
 *   it aborts.
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
      const reason = reasonOf(error)
      if (isRefusal(error)) throw new StartError(`${REFUSAL}: ${reason}`, { cause: error })
      if (!isWorthWaiting(error)) throw error
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
    throw unusableFile(path, reasonOf(error))
  }
}

function unusableFile(path: string, reason: string): ConfigError {
  return new ConfigError([`DATABASE_URL or DATA_DIR: cannot open the SQLite file ${path}: ${reason}`])
}

async function migrateServer(url: string, logger: Logger): Promise<readonly string[]> {
  const { migratePostgres, sharesSessions } = await import('../adapters/postgres/postgres-stores.js')
  try {
    if (await sharesSessions(url)) throw sharedSessions(url)
    return await migratePostgres(url, logger)
  } catch (error) {
    const mistake = MISTAKES.find(([sign]) => sign.test(signOf(causeOf(error))))
    if (mistake === undefined) throw error
    const database = databaseName({ kind: 'postgres', url })
    throw new ConfigError([`DATABASE_URL: ${mistake[1]} ${database}: ${reasonOf(error)}`])
  }
}

function sharedSessions(url: string): ConfigError {
  const database = databaseName({ kind: 'postgres', url })
  return new ConfigError([
    `DATABASE_URL: a pooler lends by transaction what sessions there are of ${database}: ${OWN_SESSIONS}`,
  ])
}

/** What waiting cannot mend, and repeating would make worse where accounts are locked: by SQLSTATE, or what the driver says. */
const MISTAKES: readonly (readonly [sign: RegExp, says: string])[] = [
  [/^28|client password must be/, 'cannot log in to'],
  [/^42501/, 'this user may not make tables in'],
  [/^(42703|42P07)/, 'there are tables of something else in'],
  [/^URIError/, 'user or password is not percent-encoded, for'],
  [/^(ERR_TLS_|UNABLE_TO_)|^\S*SELF_SIGNED_CERT|does not support SSL/, 'no TLS as sslmode asks for, with'],
]

function signOf(error: unknown): string {
  const { code } = error as { code?: unknown }
  return `${typeof code === 'string' ? code : ''}${String(error)}`
}

/** Mistakes of ours, settings that cannot be used, and a schema that a newer version has left. */
const HOPELESS = [ConfigError, SchemaTooNewError, JobServerError, TypeError, ReferenceError, RangeError]

function isWorthWaiting(error: unknown): boolean {
  return error instanceof StorageUnavailableError || !HOPELESS.some((kind) => error instanceof kind)
}

/** By SQLSTATE what is said of the statement, not of the database: not supported, values, constraints, rights and names, limits. */
const REFUSED = /^((0A|22|23|3F|42|54)\w{3}|SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)\w*)$/

const REFUSAL = 'the database refuses what it is told as this process starts'

function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown }
  return error instanceof Error && typeof code === 'string' && REFUSED.test(code)
}

/** Waiting will not make it a database of ours: a folder, no permission, something else's file. */
function isUnusableFile(cause: unknown): boolean {
  const code = (cause as { code?: unknown } | null)?.code
  return (
    typeof code === 'string' && /^E[A-Z]+$|^SQLITE_(CANTOPEN|NOTADB|READONLY|PERM|AUTH|CORRUPT)/.test(code)
  )
}

function causeOf(error: unknown): unknown {
  return firstError(error instanceof Error ? (error.cause ?? error) : error)
}

function reasonOf(error: unknown): string {
  const cause = causeOf(error)
  const text = cause instanceof Error ? cause.message : String(cause)
  // Knex puts the statement before the reason.
  return text.replace(/^(?!E[A-Z]+:).* - /s, '').split('\n')[0] ?? ''
}
