import type { JobEvent } from '../../domain/job-event.js'

/** Where a reader of a job's events is. */
export interface EventPlace {
  readonly jobId: string
  readonly after: number
  /** It wants no more events than that, if fewer than others may have. */
  readonly most?: number
}

/**
 * What those who wait for jobs ask again and again: one query for all of them, each following an index.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface LiveQueries {
  /** The id of the newest event of each of these jobs that is not final. One that is missing is final, with all its events, or gone. */
  heads(jobIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** For each place, same order: the events with the ids `after + 1` to `after + limit`, or `after + most` where that is less, as far as they are there. */
  eventsAfter(places: readonly EventPlace[], limit: number): Promise<readonly (readonly JobEvent[])[]>
}
