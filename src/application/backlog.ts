import { JobServerError } from '../domain/errors.js'
import type { NewJob } from '../domain/job.js'
import type { Clock } from './ports/clock.js'
import type { JobQueries } from './ports/job-queries.js'
import type { InsertAnswer } from './ports/job-store.js'

/** Between two counts lies at least this long, and so many times the last count's duration: counting takes at most a twentieth of the time. */
const RECOUNT_MS = 1_000
const RECOUNT_FACTOR = 20

/**
 * Keeps the number of queued jobs below a limit without counting them for each request: a count now and then, and in
 * between what this process itself has let in. With several processes the limit may be exceeded by what the others let in
 * between two counts.
 */
export class Backlog {
  private queued = 0
  private countedAgainAt = -Infinity
  private counting: Promise<void> | null = null

  constructor(
    private readonly queries: Pick<JobQueries, 'queuedUpTo' | 'keyHolders'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly maxQueued: number,
  ) {}

  /**
   * Takes room for `wanted` jobs; answers for how many there is any.
   *
   * @param least with less room than that none is taken.
   * @throws StorageUnavailableError when it is time to count and the database is away.
   */
  async take(wanted: number, least = 0): Promise<number> {
    if (this.clock.monotonicMs() >= this.countedAgainAt) {
      this.counting ??= this.count().finally(() => (this.counting = null))
      await this.counting
    }
    const room = Math.max(0, this.maxQueued - this.queued)
    if (room < least) return 0
    const taken = Math.min(wanted, room)
    this.queued += taken
    return taken
  }

  /** Of the room that was taken, what nobody needs. */
  giveBack(unused: number): void {
    this.queued = Math.max(0, this.queued - unused)
  }

  /** Answers jobs for which there is no room: those that are there already by their idempotency key, `null` for the others. */
  async replays(jobs: readonly NewJob[]): Promise<readonly (InsertAnswer | null)[]> {
    const keyed = jobs.flatMap(({ definitionKey, idempotency }) =>
      idempotency === null ? [] : [{ definitionKey, version: idempotency.version, key: idempotency.key }],
    )
    const holders = await this.queries.keyHolders(keyed)
    let next = 0
    return jobs.map(({ idempotency }) => {
      const holder = idempotency === null ? null : (holders[next++] ?? null)
      if (holder === null) return null
      return holder.bodyHash === idempotency?.bodyHash
        ? { outcome: 'duplicate', job: holder.job }
        : { outcome: 'key_reused', jobId: holder.job.id }
    })
  }

  private async count(): Promise<void> {
    const began = this.clock.monotonicMs()
    this.queued = await this.queries.queuedUpTo(this.maxQueued)
    const now = this.clock.monotonicMs()
    this.countedAgainAt = now + Math.max(RECOUNT_MS, RECOUNT_FACTOR * (now - began))
  }
}

export function backlogFull(): JobServerError {
  return new JobServerError('backlog-full', 'as many jobs as this server takes are waiting', {
    retryAfterSeconds: 1,
  })
}
