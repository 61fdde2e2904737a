import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../application/ports/clock.js'

const MAX_ROUND_TRIP_MS = 100
const MEASURE_EVERY_MS = 30_000
const JUMP_MS = 1_000
const MAX_RETRY_MS = 1_000
const MAX_SLOW_SAMPLES = 10

/**
 * Follows the database's clock over this machine's monotonic one, so that a stepped wall clock changes nothing.
 *
 * The offset is measured at the start, every 30 s, and when the wall clock leaps against the monotonic one, since the machine may
 * have slept. A sample with a round trip over 100 ms, as the first one often is, which has to connect, tells no more than between
 * which bounds the offset lies.
 */
export class PostgresClock implements Clock {
  private offsetMs = Date.now() - performance.now()
  private wallMs = this.offsetMs
  private timer: NodeJS.Timeout | null = null
  private catchingUp = false
  private stopped = false

  /**
   * @param databaseTime asks the database, milliseconds since the epoch.
   * @param onLeap called when the wall clock has leapt: while the machine slept others may not have renewed their leases.
   */
  constructor(
    private readonly databaseTime: () => Promise<number>,
    private readonly onLeap: () => void = () => undefined,
    private readonly wall: () => number = Date.now,
  ) {}

  now(): Date {
    const steadyMs = performance.now()
    const wallMs = this.wall() - steadyMs
    if (Math.abs(wallMs - this.wallMs) > JUMP_MS) {
      this.wallMs = wallMs
      this.onLeap()
      this.catchUp()
    }
    return new Date(Math.round(steadyMs + this.offsetMs))
  }

  monotonicMs(): number {
    return performance.now()
  }

  /**
   * Takes one sample; answers whether it was good enough.
   *
   * @throws when the database is away; the last offset holds then.
   */
  async measure(): Promise<boolean> {
    const sentAt = performance.now()
    const time = await this.databaseTime()
    const answeredAt = performance.now()
    // The database has read its clock somewhere between the two.
    const [least, most] = [time - answeredAt, time - sentAt]
    const isGood = answeredAt - sentAt <= MAX_ROUND_TRIP_MS
    this.offsetMs = isGood ? (least + most) / 2 : Math.min(most, Math.max(least, this.offsetMs))
    return isGood
  }

  /** Measures anew, again and again until the database answers. */
  catchUp(): void {
    if (this.catchingUp || this.stopped) return
    this.catchingUp = true
    void this.measureUntilAnswered().finally(() => (this.catchingUp = false))
  }

  start(): void {
    this.timer = setInterval(() => {
      this.measure().catch(() => undefined)
    }, MEASURE_EVERY_MS)
    this.timer.unref()
  }

  stop(): void {
    this.stopped = true
    if (this.timer !== null) clearInterval(this.timer)
  }

  private async measureUntilAnswered(): Promise<void> {
    let slow = 0
    for (let delayMs = 50; !this.isStopped(); delayMs = Math.min(MAX_RETRY_MS, delayMs * 2)) {
      try {
        if ((await this.measure()) || ++slow === MAX_SLOW_SAMPLES) return
      } catch {
        // Away: the next try may find it.
      }
      await sleep(delayMs, undefined, { ref: false })
    }
  }

  private isStopped(): boolean {
    return this.stopped
  }
}
