import { performance } from 'node:perf_hooks'
import type { Clock } from '../../application/ports/clock.js'

const MAX_ROUND_TRIP_MS = 100
const MEASURE_EVERY_MS = 30_000

/**
 * Follows the database's clock over this machine's monotonic one, so that a stepped wall clock changes nothing.
 *
 * The offset is measured at the start and every 30 s; a sample with a round trip over 100 ms says too little and is dropped.
 */
export class PostgresClock implements Clock {
  private offsetMs = Date.now() - performance.now()
  private timer: NodeJS.Timeout | null = null

  /** @param databaseTime asks the database, milliseconds since the epoch. */
  constructor(private readonly databaseTime: () => Promise<number>) {}

  now(): Date {
    return new Date(Math.round(performance.now() + this.offsetMs))
  }

  monotonicMs(): number {
    return performance.now()
  }

  /** Takes one sample. @throws when the database is away; the last offset holds then. */
  async measure(): Promise<void> {
    const sentAt = performance.now()
    const time = await this.databaseTime()
    const roundTripMs = performance.now() - sentAt
    if (roundTripMs <= MAX_ROUND_TRIP_MS) this.offsetMs = time - (sentAt + roundTripMs / 2)
  }

  start(): void {
    this.timer = setInterval(() => {
      this.measure().catch(() => undefined)
    }, MEASURE_EVERY_MS)
    this.timer.unref()
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
  }
}
