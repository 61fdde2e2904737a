/** What calls back when time has passed. Real ones everywhere but where the clock is a test's. */
export interface Timers {
  /** Calls back once, `ms` milliseconds from now; the returned function cancels that. Never before this call has returned. */
  after(ms: number, act: () => void): () => void
}

const LONGEST_MS = 2_147_483_647

export const realTimers: Timers = {
  after: (ms, act) => {
    const timer = setTimeout(act, Math.max(0, Math.min(ms, LONGEST_MS)))
    return () => {
      clearTimeout(timer)
    }
  },
}
