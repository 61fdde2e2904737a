import type { Clock } from '../application/ports/clock.js'

/** This machine's clock: for a store that lives in this process. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
