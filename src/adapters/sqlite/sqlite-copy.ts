import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { StorageUnavailableError } from '../../domain/errors.js'
import type { ColumnKind, CopiedTable } from '../sql/copy/copied-tables.js'
import { batched, type CopySource, type CopyTarget } from '../sql/copy/copy-database.js'
import type { CopiedRow, CopiedValue } from '../sql/copy/table-checksum.js'
import { MIGRATIONS_TABLE } from '../sql/migrate.js'
import { portError } from './sqlite-errors.js'
import { decode, toBinding } from './sqlite-reader.js'

const LOCK_WAIT_MS = 5_000

/**
 * Opens a file as it is now, for reading only.
 *
 * @throws StorageUnavailableError when there is no such file, or it is no SQLite file.
 */
export function openSqliteSource(path: string): CopySource {
  if (!existsSync(path)) throw new StorageUnavailableError(null, 'there is no such file')
  const db = guarded(() => new Database(path, { readonly: true, fileMustExist: true, timeout: LOCK_WAIT_MS }))
  try {
    // What is read first fixes what all later reads see.
    guarded(() => db.exec('begin; select 1 from sqlite_master'))
  } catch (error) {
    db.close()
    throw error
  }
  const hasTable = (name: string) =>
    db.prepare('select 1 from sqlite_master where type = ? and name = ?').get('table', name) !== undefined
  return {
    migrations: () =>
      answered(() =>
        hasTable(MIGRATIONS_TABLE)
          ? (db.prepare(`select name from ${MIGRATIONS_TABLE}`).pluck().all() as string[])
          : [],
      ),
    liveWorkers: () =>
      answered(() => {
        const alive = 'select name from workers where dead = 0 and lease_until > ? order by name'
        return db.prepare(alive).pluck().all(Date.now()) as string[]
      }),
    read: (table, where) => read(db, table, where),
    close: () => answered(() => void db.close()),
  }
}

/**
 * Begins the one write to a migrated file.
 *
 * @throws StorageUnavailableError when somebody else writes to it for longer than 5 s.
 */
export function openSqliteTarget(path: string): CopyTarget {
  const db = guarded(() => new Database(path, { fileMustExist: true, timeout: LOCK_WAIT_MS }))
  try {
    guarded(() => {
      // Whoever is told that the copy is there may remove the source.
      db.pragma('synchronous = FULL')
      db.exec('begin immediate')
    })
  } catch (error) {
    db.close()
    throw error
  }
  const inserts = new Map<string, Database.Statement>()
  const insertOf = (table: CopiedTable): Database.Statement => {
    const names = Object.keys(table.columns)
    const text = `insert into ${table.name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`
    const known = inserts.get(table.name) ?? db.prepare(text)
    inserts.set(table.name, known)
    return known
  }
  return {
    read: (table) => read(db, table),
    isEmpty: ({ name }) => answered(() => db.prepare(`select 1 from ${name} limit 1`).get() === undefined),
    write: (table, rows) =>
      answered(() => {
        const insert = insertOf(table)
        const kinds = Object.values(table.columns)
        for (const row of rows) insert.run(row.map((value, at) => encoded(value, kinds[at])))
      }),
    commit: () =>
      answered(() => {
        // Triggers see to those of finished jobs; of live ones they follow updates only.
        db.exec(`insert into job_errors (job_id, error) select id, error_summary from jobs where error_summary is not null;
          commit`)
        try {
          db.pragma('wal_checkpoint(truncate)')
        } catch {
          // All is kept already; the log is folded by whoever opens the file next.
        }
      }),
    close: () => answered(() => void db.close()),
  }
}

// Asynchronous as the other database has to be.
async function* read(
  db: Database.Database,
  { name, columns }: CopiedTable,
  where = 'true',
): AsyncGenerator<readonly CopiedRow[]> {
  const kinds = Object.values(columns)
  const text = `select ${Object.keys(columns).join(', ')} from ${name} where ${where}`
  try {
    const rows = db.prepare(text).raw().iterate() as Iterable<readonly unknown[]>
    yield* batched(decodedRows(rows, kinds))
  } catch (error) {
    throw portError(error)
  }
}

function* decodedRows(
  rows: Iterable<readonly unknown[]>,
  kinds: readonly ColumnKind[],
): Generator<CopiedRow> {
  for (const row of rows) yield row.map((value, at) => decoded(value, kinds[at]))
}

function decoded(value: unknown, kind: ColumnKind | undefined): CopiedValue {
  if (value === null) return null
  if (kind === 'instant') return decode.instant(value).getTime()
  return kind === 'boolean' ? value === 1 : (value as CopiedValue)
}

function encoded(value: CopiedValue, kind: ColumnKind | undefined): unknown {
  // The other database writes it with spaces.
  if (kind === 'json' && value !== null) return JSON.stringify(decode.json(value))
  return toBinding(value)
}

function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw portError(error)
  }
}

/** The answer of the synchronous driver, as a promise. */
function answered<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(guarded(work))
  })
}
