import { schedule, type ScheduledTask } from 'node-cron'
import type { Clock } from '../../application/ports/clock.js'
import type { Leadership } from '../../application/ports/leader-lock.js'
import type { Logger } from '../../application/ports/logger.js'

/** What a leader does again and again. */
export interface Duty {
  readonly name: string
  /** One round, short; answers the milliseconds until it wants the next. Whatever it writes is guarded by the term, or safe by itself. */
  round(leadership: Leadership): Promise<number>
}

const EVERY_SECOND = '* * * * * *'
const RETRY_MS = 5_000

/**
 * Does the duties of a leader while this process is it. Its step, `tick`, does one round of each duty that is due and never throws;
 * node-cron calls it each second, never while another one runs.
 */
export class Scheduler {
  private readonly dueAtMs = new Map<Duty, number>()
  private task: ScheduledTask | null = null
  private ticking: Promise<void> = Promise.resolve()

  /** @param leadership the term under which this process leads at the moment of the call. */
  constructor(
    private readonly leadership: () => Leadership | null,
    private readonly duties: readonly Duty[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    // Ticks that come late or are left out are made up for by the next one, and are no news.
    const tell = (message: unknown): void => this.logger.debug('node-cron', { message: String(message) })
    this.task ??= schedule(EVERY_SECOND, () => (this.ticking = this.tick()), {
      noOverlap: true,
      unref: true,
      suppressMissedWarning: true,
      logger: { info: tell, warn: tell, error: tell, debug: tell },
    })
  }

  /** Resolves when the present tick has ended; none follows. */
  async stop(): Promise<void> {
    await this.task?.destroy()
    await this.ticking
  }

  /** One round of each duty that is due, one after the other, as long as this process leads. Never throws. */
  async tick(): Promise<void> {
    for (const duty of this.duties) {
      if (this.clock.monotonicMs() < (this.dueAtMs.get(duty) ?? 0)) continue
      const leadership = this.leadership()
      if (leadership === null) return
      const delayMs = await this.round(duty, leadership)
      this.dueAtMs.set(duty, this.clock.monotonicMs() + delayMs)
    }
  }

  private async round(duty: Duty, leadership: Leadership): Promise<number> {
    try {
      return await duty.round(leadership)
    } catch (error) {
      this.logger.warn('a duty of the leader failed', { duty: duty.name, error: String(error) })
      return RETRY_MS
    }
  }
}
