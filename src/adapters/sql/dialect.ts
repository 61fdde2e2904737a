import type { Knex } from 'knex'

/** A row as a driver gives it. */
export type Row = Readonly<Record<string, unknown>>

/** A column of a table of values. */
export interface Column {
  readonly name: string
  readonly type: 'uuid' | 'text' | 'integer'
}

/** Where jobs are kept: before and after their end. */
export const JOB_TABLES = ['jobs', 'finished_jobs'] as const
export type JobTable = (typeof JOB_TABLES)[number]

/** A query for ids of jobs that are in one of these tables. */
export interface WayToFind {
  readonly tables: readonly JobTable[]
  readonly ids: Knex.QueryBuilder
}

/** Where two databases differ for code that reads: how values come back and how a query runs. */
export interface SqlReader {
  readonly knex: Knex
  /** Runs a built query; `heavy` ones may take longer than an event loop should wait. */
  rows(query: Knex.QueryBuilder | Knex.Raw, heavy?: boolean): Promise<readonly Row[]>
  /** The same for queries of `errorIds`, whose indexes are of words. */
  searched(query: Knex.QueryBuilder): Promise<readonly Row[]>
  /** Typed nulls for a missing finish time and worker, so that both halves of a union agree. */
  readonly nulls: readonly [instant: string, uuid: string]
  /** Rows of a table with these ids, as a source named `t`; each is looked up by its key, whatever the planner believes. */
  byIds(table: JobTable, ids: readonly string[]): Knex.Raw
  /** What sorts as this column of ids does, and is in the order of no index. */
  sortKey(column: string): string
  /** Whether the error of a row of `t` has all these words, as `errorWords` cuts them. */
  errorHas(words: readonly string[]): Knex.Raw
  /** Ids of jobs whose error has all these words, from one index each; some may come twice. */
  errorIds(words: readonly string[]): readonly WayToFind[]
  /** Whether a text has this part; ASCII letters of the part are in lower case, those of the text may be in any. */
  contains(column: string, part: string): Knex.Raw
  /** Rows of values as a table in a `from`, in no order; however many they are, the statement stays the same. */
  table(name: string, columns: readonly Column[], rows: readonly (readonly unknown[])[]): Knex.Raw
  /** Of a join: whether a column has the value of another table's row; it is looked up by an index, whatever the planner believes. */
  lookedUp(column: string, value: string): string
  /** An aggregate: the values of a column in one JSON array, in the order of the rows; `null` or empty for no row. */
  listOf(column: string): string
  /** A boolean literal. */
  boolean(value: boolean): string
  json(value: unknown): unknown
  instant(value: unknown): Date
}
