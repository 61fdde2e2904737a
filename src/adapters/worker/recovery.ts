import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { RecoverOrphans } from '../../application/recover-orphans.js'
import { Loop } from './loop.js'

/**
 * Looks for dead workers and their jobs, in every role, each sixth of a lease.
 *
 * It waits until it has seen the database for one full lease without a gap, so that after an outage every living worker has
 * had its chance to renew. A round that takes long saw a database that stood still, which is a gap as well.
 */
export class Recovery {
  private readonly loop = new Loop(() => this.recover())
  /** When the last round that took too long had ended. */
  private stoodStillUntil = new Date(0)

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
    // A lease that is renewed in time has two thirds of it left: nothing shorter can have ended one.
    if (this.clock.monotonicMs() - beganAt > this.leaseMs / 3) this.stoodStillUntil = this.clock.now()
    return this.leaseMs / 6
  }
}
