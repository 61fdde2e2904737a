const FIRST_MS = 500
const LONGEST_MS = 15_000

/** How long to wait before connecting again: doubles with each failure in a row, and differs among pages. */
export function reconnectDelayMs(failures: number, random: number): number {
  return Math.round(Math.min(LONGEST_MS, FIRST_MS * 2 ** failures) * (0.75 + random / 2))
}

const SHORTEST_GAP_MS = 1_000

const PASSING: readonly number[] = [0, 429, 502, 503, 504]

/** Whether a refusal, by its status, is no matter of the question: asked again later, it may be answered. */
export function isPassing(status: number): boolean {
  return PASSING.includes(status)
}

/** Time between two readings of the same thing while it changes all the time: never busy for more than a fifth of it. */
export function readingGapMs(lastTookMs: number): number {
  return Math.max(SHORTEST_GAP_MS, 4 * lastTookMs)
}
