import type { Clock } from '../application/ports/clock.js'
import type { Timers } from '../application/ports/timers.js'

interface Timer {
  readonly atMs: number
  readonly act: () => void
}

/** A clock that only the test moves; both its hands go together, and what was to happen on the way happens as it passes. */
export class SettableClock implements Clock, Timers {
  private readonly startMs: number
  private readonly timers = new Set<Timer>()

  constructor(private nowMs = Date.UTC(2026, 0, 1, 12)) {
    this.startMs = nowMs
  }

  now(): Date {
    return new Date(this.nowMs)
  }

  monotonicMs(): number {
    return this.nowMs - this.startMs
  }

  /** The instant `ms` milliseconds from now. */
  in(ms: number): Date {
    return new Date(this.nowMs + ms)
  }

  after(ms: number, act: () => void): () => void {
    const timer = { atMs: this.nowMs + Math.max(0, ms), act }
    this.timers.add(timer)
    return () => {
      this.timers.delete(timer)
    }
  }

  /** Moves on by `ms` milliseconds; each timer on the way fires at its own time, those of one instant in the order they were set. */
  advance(ms: number): Date {
    const untilMs = this.nowMs + ms
    for (let next = this.next(); next !== null && next.atMs <= untilMs; next = this.next()) {
      this.timers.delete(next)
      this.nowMs = next.atMs
      next.act()
    }
    this.nowMs = untilMs
    return this.now()
  }

  /** Milliseconds until the next timer fires; `Infinity` when none is set. */
  untilNextTimerMs(): number {
    return (this.next()?.atMs ?? Infinity) - this.nowMs
  }

  private next(): Timer | null {
    let first: Timer | null = null
    for (const timer of this.timers) if (first === null || timer.atMs < first.atMs) first = timer
    return first
  }
}
