import type { Clock } from '../../src/application/ports/clock.js'

/** A clock that only the test moves; both its hands go together. */
export class FakeClock implements Clock {
  private readonly startMs: number

  constructor(private nowMs = Date.UTC(2026, 0, 1, 12)) {
    this.startMs = nowMs
  }

  now(): Date {
    return new Date(this.nowMs)
  }

  monotonicMs(): number {
    return this.nowMs - this.startMs
  }

  advance(ms: number): Date {
    this.nowMs += ms
    return this.now()
  }

  /** The instant `ms` milliseconds from now. */
  in(ms: number): Date {
    return new Date(this.nowMs + ms)
  }
}
