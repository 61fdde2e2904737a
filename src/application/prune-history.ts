import { endedBefore, nextBatchSize, type RetentionPolicy } from '../domain/retention.js'
import type { Clock } from './ports/clock.js'
import type { HistoryStore } from './ports/history-store.js'
import type { Leadership } from './ports/leader-lock.js'
import type { Logger } from './ports/logger.js'

/** Longest time that one batch should take. */
const BATCH_MS = 20
/** Time of one round: a fifth of the second between two. */
const ROUND_MS = 200
const IDLE_MS = 60_000
/** So much smaller is the batch after one that failed. */
const SMALLER = 4

/** Removes finished jobs whose time is over, in batches short enough that nobody notices who has to wait for one. */
export class PruneHistory {
  readonly name = 'retention'
  private size = 50

  constructor(
    private readonly history: HistoryStore,
    private readonly clock: Clock,
    private readonly policy: RetentionPolicy,
    private readonly logger: Logger,
  ) {}

  /** Removes what it can in a fifth of a second. @returns milliseconds until the next round: 0 when there is more to do. */
  async round(leadership: Leadership): Promise<number> {
    const limits = endedBefore(this.policy, this.clock.now())
    const beganAt = this.clock.monotonicMs()
    for (let removed = 0; ;) {
      const startedAt = this.clock.monotonicMs()
      const limit = this.size
      const answer = await this.history
        .prune({ leadership, endedBefore: limits, limit })
        .catch((error: unknown) => {
          // It may have been too much for the time that a statement has: jobs with thousands of events among others with few.
          this.size = Math.max(1, Math.floor(limit / SMALLER))
          throw error
        })
      if (answer.outcome === 'superseded') return IDLE_MS
      const endedAt = this.clock.monotonicMs()
      removed += answer.jobs
      const done = answer.jobs < limit
      if (!done) this.size = nextBatchSize(limit, endedAt - startedAt, BATCH_MS)
      if (done || endedAt - beganAt >= ROUND_MS) {
        if (removed > 0) this.logger.debug('removed finished jobs', { jobs: removed })
        return done ? IDLE_MS : 0
      }
    }
  }
}
