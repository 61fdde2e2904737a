import type { QueueQueries } from '../../application/ports/queue-queries.js'
import type { Activity } from '../../domain/explain-job.js'
import type { QueuedJob } from '../../domain/job.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { Column, SqlReader } from './dialect.js'

const DEFINITION: readonly Column[] = [
  { name: 'place', type: 'integer' },
  { name: 'key', type: 'text' },
  { name: 'version', type: 'integer' },
]

/** Of different higher priorities so many are looked at. */
const MAX_LEVELS = 64

const QUEUED = 'definition_key = l.key and definition_version = l.version and lease_token is null'
const HIGHEST = (beyond: string): string => `(select priority from jobs where ${QUEUED} and ${beyond}
    order by priority desc, run_at, id limit 1)`
const COUNTED = (where: string, order: string): string =>
  `(select count(*) from (select 1 from jobs where ${QUEUED} and ${where} order by ${order} limit ?) c)`

/**
 * Walks along the index from one higher priority to the next, and counts at each what is due: jobs that are not due yet are never
 * read, however many wait at a higher priority.
 */
const AHEAD = `with recursive d as (select place, key, version from ?),
p as (
  select l.place, l.key, l.version, ${HIGHEST('priority > ?')} as priority, 1 as step from d l
  union all
  select l.place, l.key, l.version, ${HIGHEST('priority > ? and priority < l.priority')}, l.step + 1 from p l
  where l.priority is not null and l.step < ${MAX_LEVELS})
select l.place, ${COUNTED('priority = l.priority and run_at <= ?', 'run_at, id')} as jobs from p l where l.priority is not null
union all
select l.place, ${COUNTED('priority = ? and (run_at, id) < (?, ?)', 'run_at, id')} from d l`

/** Reads of the queue, of both SQL databases. */
export class SqlQueueQueries implements QueueQueries {
  constructor(private readonly reader: SqlReader) {}

  async activity(): Promise<readonly Activity[]> {
    const rows = await this.reader.rows(
      this.reader
        .knex('jobs')
        .whereNotNull('worker')
        .groupBy('definition_key', 'definition_version', 'worker')
        .select('definition_key', 'definition_version', 'worker')
        .count({ jobs: '*' }),
      true,
    )
    return rows.map((row) => ({
      key: row['definition_key'] as string,
      version: Number(row['definition_version']),
      incarnation: row['worker'] as string,
      jobs: Number(row['jobs']),
    }))
  }

  async holders({ key, version }: DefinitionRef, limit: number): Promise<readonly string[]> {
    const rows = await this.reader.rows(
      this.reader
        .knex('jobs')
        .where({ definition_key: key, definition_version: version })
        .whereNotNull('worker')
        .orderByRaw(this.reader.sortKey('id'))
        .limit(limit)
        .select('id'),
      true,
    )
    return rows.map((row) => row['id'] as string)
  }

  async ahead(
    { id, priority, runAt }: QueuedJob,
    definitions: readonly DefinitionRef[],
    dueBy: Date,
    max: number,
  ): Promise<readonly number[]> {
    const table = this.reader.table(
      'x',
      DEFINITION,
      definitions.map(({ key, version }, place) => [place, key, version]),
    )
    const bindings = [table, priority, priority, dueBy, max, priority, runAt, id, max]
    const rows = await this.reader.rows(this.reader.knex.raw(AHEAD, bindings), true)
    return definitions.map((_, place) => {
      const mine = rows.filter((row) => Number(row['place']) === place)
      return Math.min(
        max,
        mine.reduce((sum, row) => sum + Number(row['jobs']), 0),
      )
    })
  }

  /** Versions share an index: of the newest jobs of the key, those of this version count. */
  async recentRunMs({ key, version }: DefinitionRef, limit: number): Promise<readonly number[]> {
    const rows = await this.reader.rows(
      this.reader
        .knex('finished_jobs')
        .where({ definition_key: key })
        .orderBy('id', 'desc')
        .limit(limit)
        .select('definition_version', 'status', 'started_at', 'finished_at'),
      true,
    )
    return rows
      .filter((row) => Number(row['definition_version']) === version && row['status'] !== 'cancelled')
      .filter((row) => row['started_at'] !== null)
      .map(
        (row) =>
          this.reader.instant(row['finished_at']).getTime() -
          this.reader.instant(row['started_at']).getTime(),
      )
  }
}
