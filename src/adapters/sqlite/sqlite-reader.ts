import knex, { type Knex } from 'knex'
import { MAX_WORD_LENGTH } from '../../domain/job-search.js'
import { JOB_TABLES, type Column, type Row, type SqlReader, type WayToFind } from '../sql/dialect.js'
import type { StatementThread } from './statement-thread.js'
import type { SqliteConnection } from './sqlite-connection.js'

/** How values are kept: instants as epoch milliseconds, JSON as text. */
export const decode: Pick<SqlReader, 'json' | 'instant'> = {
  json: (value) => JSON.parse(value as string) as unknown,
  instant: (value) => new Date(value as number),
}

/** Values as the driver takes them. */
export function toBinding(value: unknown): unknown {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'boolean' ? Number(value) : value
}

/** Reads that Knex builds and never runs itself: quick ones on the writing handle, heavy ones in the thread. */
export class SqliteReader implements SqlReader {
  readonly knex: Knex = knex({
    client: 'better-sqlite3',
    connection: { filename: ':memory:' },
    useNullAsDefault: true,
  })
  readonly nulls = ['null', 'null'] as const
  readonly json = decode.json
  readonly instant = decode.instant

  constructor(
    private readonly connection: SqliteConnection,
    private readonly thread: StatementThread,
  ) {}

  rows(query: Knex.QueryBuilder | Knex.Raw, heavy = false): Promise<readonly Row[]> {
    const { sql, bindings } = (query as Knex.Raw).toSQL().toNative()
    const values = bindings.map(toBinding)
    return heavy
      ? this.thread.all(sql, values)
      : this.connection.read(() => this.connection.all(sql, ...values))
  }

  searched(query: Knex.QueryBuilder): Promise<readonly Row[]> {
    return this.rows(query, true)
  }

  byIds(table: string, ids: readonly string[]): Knex.Raw {
    return this.knex.raw(`(select * from ${table} where id in (select value from json_each(?))) as t`, [
      JSON.stringify(ids),
    ])
  }

  sortKey(column: string): string {
    return `+${column}`
  }

  errorHas(words: readonly string[]): Knex.Raw {
    // Joined in this order: the words are looked up for one job, not the jobs for all who have the words.
    return this.knex.raw(
      `exists (select 1 from job_errors e cross join job_errors_words w
        where e.job_id = t.id and w.rowid = e.row and w.job_errors_words match ?)`,
      [matching(words)],
    )
  }

  errorIds(words: readonly string[]): readonly WayToFind[] {
    const found = this.knex('job_errors_words as w').joinRaw('cross join job_errors e on e.row = w.rowid')
    const ids = found.whereRaw('w.job_errors_words match ?', [matching(words)]).select({ id: 'e.job_id' })
    return [{ tables: JOB_TABLES, ids }]
  }

  contains(column: string, part: string): Knex.Raw {
    return this.knex.raw(`instr(lower(${column}), ?) > 0`, [part])
  }

  table(name: string, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Knex.Raw {
    const names = columns.map((column, index) => `value ->> ${index} as ${column.name}`)
    return this.knex.raw(`(select ${names.join(', ')} from json_each(?)) as ${name}`, [JSON.stringify(rows)])
  }

  lookedUp(column: string, value: string): string {
    return `${column} = ${value}`
  }

  listOf(column: string): string {
    return `json_group_array(${column})`
  }

  boolean(value: boolean): string {
    return value ? '1' : '0'
  }
}

/** All of these words, in the language of full-text queries; the longest are known by their beginning only. */
function matching(words: readonly string[]): string {
  return words
    .map((word) => `"${word}"${Array.from(word).length === MAX_WORD_LENGTH ? '*' : ''}`)
    .join(' AND ')
}
