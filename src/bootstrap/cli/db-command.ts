import { isDeepStrictEqual } from 'node:util'
import { EXIT, UsageError } from '../../cli/exit.js'
import type { Session } from '../../cli/session.js'
import { COPIED_TABLES, WORKERS } from '../../adapters/sql/copy/copied-tables.js'
import {
  checkSource,
  checkVersion,
  copyDatabase,
  CopyRefusedError,
  type CopiedCount,
  type CopySource,
  type CopyTarget,
} from '../../adapters/sql/copy/copy-database.js'
import { silentLogger } from '../../application/ports/logger.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import { databaseOf, type DatabaseConfig } from '../config.js'
import { reasonOf } from '../doctor/finding.js'
import { databaseName, migrateDatabase } from '../open-stores.js'

type Database = Exclude<DatabaseConfig, { kind: 'memory' }>

interface Options {
  readonly from: string
  readonly to: string
  readonly force: boolean
}

/** A database that cannot be opened; its message names it, without its password. */
class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

/**
 * Copies everything from one database into another, empty one, and says of each table how many rows there are and their checksum, which are
 * the same on both sides.
 *
 * @returns the exit code: 1 when the copy was refused, 3 when one of the two cannot be reached; then the target has no rows.
 */
export async function copyDatabases({ io, output }: Session, options: Options): Promise<number> {
  const begun = performance.now()
  const opened: (CopySource | CopyTarget)[] = []
  const open = async <T extends CopySource | CopyTarget>(
    database: Database,
    work: () => Promise<T>,
  ): Promise<T> => {
    try {
      const side = await work()
      opened.push(side)
      return side
    } catch (error) {
      if (error instanceof CopyRefusedError) throw error
      throw new UnreachableError(`cannot use ${databaseName(database)}: ${reasonOf(causeOf(error))}`)
    }
  }
  try {
    const from = databaseAt('--from', options.from)
    const to = databaseAt('--to', options.to)
    // Two schemas of one database differ in the query alone.
    if (isDeepStrictEqual(from, to)) throw new UsageError(`--from and --to are both ${databaseName(to)}`)
    const source = await open(from, () => sourceAt(from))
    await checkSource(source, options)
    const target = await open(to, () => targetAt(to))
    const counts = await copyDatabase(source, target, ({ table, rows }) => {
      if (io.isTerminal.err) output.note(`${table}: ${rows} rows`)
    })
    const answer = {
      from: databaseName(from),
      to: databaseName(to),
      seconds: secondsSince(begun),
      tables: counts,
    }
    tell(output, answer)
    return EXIT.ok
  } catch (error) {
    if (error instanceof UsageError) return refuse(io, error.message, EXIT.usage)
    if (error instanceof CopyRefusedError) return refuse(io, error.message, EXIT.failed)
    if (error instanceof UnreachableError) return refuse(io, error.message, EXIT.unreachable)
    if (error instanceof StorageUnavailableError)
      return refuse(
        io,
        `a database was lost, nothing was kept: ${reasonOf(causeOf(error))}`,
        EXIT.unreachable,
      )
    throw error
  } finally {
    for (const side of opened.reverse()) await side.close().catch(() => undefined)
  }
}

function databaseAt(option: string, url: string): Database {
  if (/^sqlite:./.test(url) || (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)))
    return databaseOf(url, '.') as Database
  // It may hold a password: only what comes before it is shown.
  throw new UsageError(
    `${option}: got "${/^[a-z0-9+]{0,20}/i.exec(url)?.[0] ?? ''}…", takes sqlite:<path> or postgres://…`,
  )
}

async function sourceAt(database: Database): Promise<CopySource> {
  if (database.kind === 'sqlite') {
    const { openSqliteSource } = await import('../../adapters/sqlite/sqlite-copy.js')
    return openSqliteSource(database.path)
  }
  const { openPostgresSource } = await import('../../adapters/postgres/postgres-copy.js')
  return openPostgresSource(database.url)
}

/** Makes the schema only where there is none: what is there already may be somebody's, and is looked at before it is changed. */
async function targetAt(database: Database): Promise<CopyTarget> {
  const ran = await migrationsAt(database)
  if (ran.length === 0) await migrateDatabase(database, silentLogger)
  else checkVersion('target', ran)
  if (database.kind === 'sqlite') {
    const { openSqliteTarget } = await import('../../adapters/sqlite/sqlite-copy.js')
    return openSqliteTarget(database.path)
  }
  const { openPostgresTarget } = await import('../../adapters/postgres/postgres-copy.js')
  return openPostgresTarget(database.url, [...COPIED_TABLES, WORKERS])
}

async function migrationsAt(database: Database): Promise<readonly string[]> {
  if (database.kind === 'sqlite') {
    const { inspectSqlite } = await import('../../adapters/sqlite/inspect-sqlite.js')
    return inspectSqlite(database.path) ?? []
  }
  const look = await sourceAt(database)
  try {
    return await look.migrations()
  } finally {
    await look.close()
  }
}

function tell(
  output: Session['output'],
  answer: {
    readonly from: string
    readonly to: string
    readonly tables: readonly CopiedCount[]
    readonly seconds: number
  },
): void {
  output.list(answer, answer.tables, [
    { head: 'table', of: ({ table }) => table },
    { head: 'rows', of: ({ rows }) => rows },
    { head: 'checksum, the same on both sides', of: ({ checksum }) => checksum },
  ])
  const rows = answer.tables.reduce((sum, count) => sum + count.rows, 0)
  if (output.format === 'table')
    output.note(
      `${rows} rows in ${answer.seconds} s from ${answer.from} to ${answer.to}; files of videos are not in the database`,
    )
}

function refuse(io: Session['io'], message: string, code: number): number {
  io.err(`error: ${message}\n`)
  return code
}

function causeOf(error: unknown): unknown {
  return error instanceof StorageUnavailableError && error.cause != null ? error.cause : error
}

function secondsSince(begun: number): number {
  return Math.round((performance.now() - begun) / 100) / 10
}
