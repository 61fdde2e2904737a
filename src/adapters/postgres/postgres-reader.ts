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
    boolean: (value) => String(value),
    ...decode,
  }
}
