import { createTask, type ScheduledTask } from 'node-cron'
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
const SECOND_MS = 1_000
const RETRY_MS = 5_000

/**
 * Does the duties of a leader while this process is it: a task of node-cron for every second.
 *
 * The task is never started, but run by whoever repeats `beat`, by the monotonic clock: node-cron's own timer follows the wall clock of this machine,
 * rests for as long as that is set back, an hour each autumn where clocks change, and walks through every second of a leap ahead (see docs/adr/0015).
 */
export class Scheduler {
  private readonly dueAtMs = new Map<Duty, number>()
  private readonly task: ScheduledTask

  /** @param leadership the term under which this process leads at the moment of the call. */
  constructor(
    private readonly leadership: () => Leadership | null,
    private readonly duties: readonly Duty[],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {
    const tell = (message: unknown): void => logger.debug('node-cron', { message: String(message) })
    this.task = createTask(EVERY_SECOND, () => this.tick(), {
      logger: { info: tell, warn: tell, error: tell, debug: tell },
    })
  }

  /** Ticks once; answers the milliseconds until the next full second. Never throws. */
  async beat(): Promise<number> {
    await this.task.execute()
    return SECOND_MS - (this.clock.now().getTime() % SECOND_MS)
  }

  /** After the last beat. */
  async close(): Promise<void> {
    await this.task.destroy()
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
