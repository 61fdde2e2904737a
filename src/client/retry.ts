/** How requests are repeated that had no answer, or one that says "later". */
export interface RetryOptions {
  /** Tries beyond the first. @default 4 */
  readonly retries?: number | undefined
  /** Upper bound of the first delay, in milliseconds; doubles with each try. @default 250 */
  readonly baseMs?: number | undefined
  /** Upper bound of every delay. @default 10000 */
  readonly maxMs?: number | undefined
}

/** With every default filled in. */
export type Retry = { readonly [Name in keyof RetryOptions]-?: number }

export const DEFAULT_RETRY: Retry = { retries: 4, baseMs: 250, maxMs: 10_000 }
/** Who is told to come back later than this is better off with the error. */
export const MAX_RETRY_AFTER_SECONDS = 60

/**
 * A random time below a doubling bound, so that clients which failed together do not come back together; never before the
 * server said.
 *
 * @param retry the first repetition is 1.
 * @param random 0–1.
 */
export function retryDelayMs(
  retry: number,
  { baseMs, maxMs }: Retry,
  random: number,
  retryAfterSeconds: number | null = null,
): number {
  const bound = Math.min(maxMs, baseMs * 2 ** (retry - 1))
  return (retryAfterSeconds ?? 0) * 1_000 + random * bound
}

/** @throws the signal's reason, as soon as it aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const end = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      end()
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      end()
      resolve()
    }, ms)
    signal?.addEventListener('abort', abort)
  })
}
