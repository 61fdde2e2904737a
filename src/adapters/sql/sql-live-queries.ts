import type { EventPlace, LiveQueries } from '../../application/ports/live-queries.js'
import type { JobEvent } from '../../domain/job-event.js'
import type { JsonObject } from '../../domain/json.js'
import type { Column, Row, SqlReader } from './dialect.js'

/** Beyond so many jobs a query is not one that an event loop should wait for. */
const MANY = 200
const MAX_SEQ = 2_147_483_647

const JOB_ID: Column = { name: 'job_id', type: 'uuid' }
const PLACE: readonly Column[] = [
  { name: 'place', type: 'integer' },
  JOB_ID,
  { name: 'above', type: 'integer' },
  { name: 'up_to', type: 'integer' },
]

/** What those who wait for jobs ask, of both SQL databases. */
export class SqlLiveQueries implements LiveQueries {
  constructor(private readonly reader: SqlReader) {}

  /** One look at the primary key for each job: the counter on a live job's row is the id of its newest event. */
  async heads(jobIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { knex } = this.reader
    const rows = jobIds.map((id) => [id])
    const asked = this.reader.table('x', [JOB_ID], rows)
    const query = knex.raw(
      `select j.id, j.event_seq from ? join jobs j on ${this.reader.lookedUp('j.id', 'x.job_id')}`,
      [asked],
    )
    const live = await this.reader.rows(query, jobIds.length > MANY)
    return new Map(live.map((row) => [row['id'] as string, Number(row['event_seq'])]))
  }

  /** Ids have no gaps within a job: a range of them is a page, and needs neither order nor limit for each job. */
  async eventsAfter(places: readonly EventPlace[], limit: number): Promise<readonly (readonly JobEvent[])[]> {
    const rows = places.map(({ jobId, after, most = limit }, place) => [
      place,
      jobId,
      Math.min(MAX_SEQ, after),
      Math.min(MAX_SEQ, after + Math.min(limit, most)),
    ])
    const query = this.reader.knex.raw(
      `select x.place, e.seq, e.type, e.at, e.payload from ?
      join job_events e on ${this.reader.lookedUp('e.job_id', 'x.job_id')} and e.seq > x.above and e.seq <= x.up_to order by x.place, e.seq`,
      [this.reader.table('x', PLACE, rows)],
    )
    const found = places.map((): JobEvent[] => [])
    for (const row of await this.reader.rows(query, places.length > MANY))
      found[Number(row['place'])]?.push(eventOf(row, this.reader))
    return found
  }
}

export function eventOf(row: Row, reader: Pick<SqlReader, 'instant' | 'json'>): JobEvent {
  return {
    id: Number(row['seq']),
    type: row['type'] as string,
    at: reader.instant(row['at']),
    payload: reader.json(row['payload']) as JsonObject,
  }
}
