import type { Knex } from 'knex'
import type { JobTable, Row, SqlReader } from '../sql/dialect.js'
import type { PostgresDb } from './postgres-db.js'

/** How values of this database come back from the driver. */
export const decode: Pick<SqlReader, 'json' | 'instant'> = {
  json: (value) => value,
  instant: (value) => value as Date,
}

const ERROR_HAS = 'error_summary is not null and error_words(error_summary) @> ?::text[]'

export function postgresReader(db: PostgresDb): SqlReader {
  const { knex } = db
  return {
    knex,
    rows: (query): Promise<readonly Row[]> => db.built(query),
    searched: (query): Promise<readonly Row[]> => db.searched(query),
    nulls: ['null::timestamptz', 'null::uuid'],
    // A plain `= any` would tempt the planner to walk the whole table in the order of the list instead.
    byIds: (table, ids) =>
      knex.raw(
        `unnest(?::uuid[]) as wanted(id) cross join lateral (select * from ${table} where id = wanted.id limit 1) as t`,
        // A row for each that is named: one that is named twice would be listed and counted twice.
        [[...new Set(ids)]],
      ),
    sortKey: (column) => `${column}::text collate "C"`,
    errorHas: (words) => knex.raw(`(${ERROR_HAS})`, [[...words]]),
    errorIds: (words) => {
      const of = (table: JobTable): Knex.QueryBuilder =>
        knex(table)
          .select('id')
          .whereRaw(ERROR_HAS, [[...words]])
      return [
        { tables: ['finished_jobs'], ids: of('finished_jobs') },
        { tables: ['jobs'], ids: of('jobs').whereNull('lease_token') },
        { tables: ['jobs'], ids: of('jobs').whereNotNull('worker') },
      ]
    },
    contains: (column, part) => knex.raw(`position(? in lower(${column} collate "C")) > 0`, [part]),
    table: (name, columns, rows) =>
      knex.raw(
        `unnest(${columns.map(({ type }) => `?::${type}[]`).join(', ')}) as ${name}(${columns.map((column) => column.name).join(', ')})`,
        columns.map((_, index) => rows.map((row) => row[index])) as unknown as Knex.RawBinding[],
      ),
    lookedUp: (column, value) => `${column} = any(array[${value}])`,
    listOf: (column) => `json_agg(${column})`,
    boolean: (value) => String(value),
    ...decode,
  }
}
