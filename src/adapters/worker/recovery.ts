import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { RecoverOrphans } from '../../application/recover-orphans.js'
import { Loop } from './loop.js'

/**
 * Looks for dead workers and their jobs, in every role, each sixth of a lease.
 *
 * It waits until it has seen the database for one full lease without a gap, so that after an outage every living worker has
 * had its chance to renew. A round that takes long saw a database that stood still, which is a gap as well; so is one that comes
 * late: this process stood still, and its own worker with it.
 */
export class Recovery {
  private readonly loop = new Loop(() => this.round())
  /** When the last gap that was noticed here had ended. */
  private stoodStillUntil = new Date(0)
  /** Monotonic time of the next round. */
  private dueAt = Infinity

  constructor(
    private readonly recoverOrphans: RecoverOrphans,
    private readonly clock: Clock,
    private readonly reachableSince: () => Date,
    private readonly leaseMs: number,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop.start()
  }

  stop(): Promise<void> {
    return this.loop.stop()
  }

  private async round(): Promise<number> {
    if (this.isLong(this.clock.monotonicMs() - this.dueAt)) this.stoodStillUntil = this.clock.now()
    const delayMs = await this.recover()
    this.dueAt = this.clock.monotonicMs() + delayMs
    return delayMs
  }

  /** One round; answers the milliseconds until the next. Never throws. */
  async recover(): Promise<number> {
    // First: it is the clock that notices that this machine has slept, which is a gap as well.
    const now = this.clock.now()
    const reachableSince = this.reachableSince()
    const since = reachableSince > this.stoodStillUntil ? reachableSince : this.stoodStillUntil
    const beganAt = this.clock.monotonicMs()
    try {
      if (now.getTime() - since.getTime() >= this.leaseMs) await this.recoverOrphans.execute(since)
    } catch (error) {
      this.logger.warn('could not look for orphans', { error: String(error) })
    }
    if (this.isLong(this.clock.monotonicMs() - beganAt)) this.stoodStillUntil = this.clock.now()
    return this.leaseMs / 6
  }

  /** A lease that is renewed in time has two thirds of it left: nothing shorter can have ended one. */
  private isLong(ms: number): boolean {
    return ms > this.leaseMs / 3
  }
}
