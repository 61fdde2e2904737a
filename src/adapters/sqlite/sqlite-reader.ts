import knex, { type Knex } from 'knex'
import type { Column, Row, SqlReader } from '../sql/dialect.js'
import type { ReadThread } from './read-thread.js'
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
  readonly nulls = ['null', 'null', 'null'] as const
  readonly json = decode.json
  readonly instant = decode.instant

  constructor(
    private readonly connection: SqliteConnection,
    private readonly thread: ReadThread,
  ) {}

  rows(query: Knex.QueryBuilder | Knex.Raw, heavy = false): Promise<readonly Row[]> {
    const { sql, bindings } = (query as Knex.Raw).toSQL().toNative()
    const values = bindings.map(toBinding)
    return heavy
      ? this.thread.all(sql, values)
      : this.connection.read(() => this.connection.all(sql, ...values))
  }

  table(name: string, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Knex.Raw {
    const names = columns.map((column, index) => `value ->> ${index} as ${column.name}`)
    return this.knex.raw(`(select ${names.join(', ')} from json_each(?)) as ${name}`, [JSON.stringify(rows)])
  }

  boolean(value: boolean): string {
    return value ? '1' : '0'
  }
}
