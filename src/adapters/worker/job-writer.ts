import { Batcher } from '../../application/batcher.js'
import type { AppendAnswer, HandlerEvent, JobStore } from '../../application/ports/job-store.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { RunEnd, SettleJobs } from '../../application/settle-jobs.js'

const MAX_BATCH = 500
const MAX_RETRY_MS = 1_000

/**
 * Writes what runs produce — events and ends — in batches, and keeps trying while the database is away: tokens make every
 * repetition harmless.
 */
export class JobWriter {
  private readonly settles: Batcher<RunEnd, 'applied' | 'lease_lost'>
  private readonly events: Batcher<HandlerEvent, AppendAnswer>
  private abandoned = false

  constructor(
    private readonly settleJobs: SettleJobs,
    private readonly store: JobStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    this.settles = new Batcher(MAX_BATCH, (ends) =>
      this.persistently('settle', () => this.settleJobs.execute(ends)),
    )
    this.events = new Batcher(MAX_BATCH, (events) =>
      this.persistently('append events', () => this.store.appendEvents(events, this.clock.now())),
    )
  }

  /** Resolves once the end is committed or known to be fenced off. */
  settle(end: RunEnd): Promise<'applied' | 'lease_lost'> {
    return this.settles.add(end)
  }

  /** Resolves once the event is committed, dropped or known to be fenced off. */
  async append(event: HandlerEvent): Promise<void> {
    await this.events.add(event)
  }

  /** Resolves when everything that was given has been written. */
  async flush(): Promise<void> {
    await Promise.all([this.settles.idle(), this.events.idle()])
  }

  /** Gives up on a database that does not come back; recovery takes what was not written. */
  abandon(): void {
    this.abandoned = true
  }

  private async persistently<T>(what: string, write: () => Promise<T>): Promise<T> {
    for (let delayMs = 20; ; delayMs = Math.min(MAX_RETRY_MS, delayMs * 2)) {
      try {
        return await write()
      } catch (error) {
        if (this.abandoned) throw error
        this.logger.warn(`could not ${what}, trying again`, { error: String(error), delayMs })
        await new Promise((resolve) => setTimeout(resolve, delayMs))
      }
    }
  }
}
