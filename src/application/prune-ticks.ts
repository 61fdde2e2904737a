import { ticksBefore, type RetentionPolicy } from '../domain/retention.js'
import type { Clock } from './ports/clock.js'
import type { Leadership } from './ports/leader-lock.js'
import type { ScheduleStore } from './ports/schedule-store.js'

const BATCH = 500
/** Time of one round: a fifth of the second between two. */
const ROUND_MS = 200
const IDLE_MS = 60_000

/** Removes ticks whose jobs are over for longer than any job is kept. */
export class PruneTicks {
  readonly name = 'retention of ticks'

  constructor(
    private readonly schedules: Pick<ScheduleStore, 'pruneTicks'>,
    private readonly clock: Clock,
    private readonly policy: RetentionPolicy,
  ) {}

  /** @returns milliseconds until the next round: 0 when there may be more to do. */
  async round(leadership: Leadership): Promise<number> {
    const before = ticksBefore(this.policy, this.clock.now())
    if (before === null) return IDLE_MS
    const beganAt = this.clock.monotonicMs()
    while ((await this.schedules.pruneTicks(leadership, before, BATCH)) === BATCH)
      if (this.clock.monotonicMs() - beganAt >= ROUND_MS) return 0
    return IDLE_MS
  }
}
