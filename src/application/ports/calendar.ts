import type { Flaw } from '../../domain/json.js'
import type { Cadence } from '../../domain/schedule.js'

/** One slot of a preview. */
export interface Occurrence {
  readonly at: Date
  /** Local time in the zone asked for, `2026-03-29T03:00:00`. */
  readonly local: string
  /** Offset from UTC at that instant, `+02:00`. */
  readonly offset: string
  /** That a change of the clocks moved this slot, or that its local time comes twice; `null` on ordinary days. */
  readonly note: string | null
}

/**
 * Knows when a cadence has its slots. Pure: the same arguments, the same answer.
 *
 * An expression has five fields, or six with seconds first, or a nickname such as `@daily`; where day of month and day of week are
 * both restricted, either suffices (POSIX). When the clocks go forward, the times that do not exist make one slot, at the first
 * instant after the gap; when they go back, a fixed time has one slot, the first, while a time that repeats through the hour
 * (`*` or a step in minutes or hours) goes on in both.
 */
export interface Calendar {
  /** Why this is no cadence, a flaw for each field, with pointers `/cron`, `/everySeconds` and `/timezone`; empty when it is one. */
  flaws(cadence: Cadence): readonly Flaw[]

  /** The first slots after an instant, itself excluded, ascending; fewer than `limit` only when there are no more within ten years. */
  next(cadence: Cadence, after: Date, limit: number): readonly Date[]

  /** How it reads in plain English, zone included: `At 07:30 on weekdays (Europe/Berlin)`. */
  describe(cadence: Cadence): string

  /** How these slots look on a wall clock of the zone. */
  occurrences(cadence: Cadence, slots: readonly Date[], timezone: string): readonly Occurrence[]
}
