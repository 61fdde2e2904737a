import type { Knex } from 'knex'
import type { Row, SqlReader } from '../sql/dialect.js'
import type { PostgresDb } from './postgres-db.js'

/** How values of this database come back from the driver. */
export const decode: Pick<SqlReader, 'json' | 'instant'> = {
  json: (value) => value,
  instant: (value) => value as Date,
}

export function postgresReader(db: PostgresDb): SqlReader {
  return {
    knex: db.knex,
    rows: (query): Promise<readonly Row[]> => db.built(query),
    nulls: ['null::jsonb', 'null::timestamptz', 'null::uuid'],
    table: (name, columns, rows) =>
      db.knex.raw(
        `unnest(${columns.map(({ type }) => `?::${type}[]`).join(', ')}) as ${name}(${columns.map((column) => column.name).join(', ')})`,
        columns.map((_, index) => rows.map((row) => row[index])) as unknown as Knex.RawBinding[],
      ),
    boolean: (value) => String(value),
    ...decode,
  }
}
