/** So many jobs at a time, one claim after the other, are tens of thousands a second. */
const LARGE = 128
/** Nobody waits longer for a turn: whoever has it may hang before the end of its claim. */
const PATIENCE_MS = 500

/**
 * How claims of several processes keep out of each other's way (see docs/adr/0031).
 *
 * Large claims of a long queue are made one after the other: two at once read the same jobs, and one of them in vain. Of a short queue
 * none waits for a turn, so that nobody is late who could begin a job.
 */
export class ClaimContention {
  private isLong = false
  private refusedSince: number | null = null

  /** Whether a claim is to be made only while no other large one is. Not if the clock was set back: who hangs would keep the turn. */
  takesTurn(limit: number, now: Date): boolean {
    const hasPatience = this.refusedSince === null || isWithin(PATIENCE_MS, this.refusedSince, now)
    return this.isLong && limit >= LARGE && hasPatience
  }

  /** Another claim had the turn. @param now when this one was made. */
  refused(now: Date): void {
    this.refusedSince ??= now.getTime()
  }

  /** @param contended whether jobs were due that others had locked. */
  learn(claimed: number, contended: boolean): void {
    this.refusedSince = null
    this.isLong = contended || claimed >= LARGE
  }
}

/** Not under a clock that was set back. */
function isWithin(ms: number, since: number, now: Date): boolean {
  const passedMs = now.getTime() - since
  return passedMs >= 0 && passedMs < ms
}
