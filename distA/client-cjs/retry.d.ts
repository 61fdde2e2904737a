/** How requests are repeated that had no answer, or one that says "later". */
export interface RetryOptions {
    /** Tries beyond the first. @default 4 */
    readonly retries?: number;
    /** Upper bound of the first delay, in milliseconds; doubles with each try. @default 250 */
    readonly baseMs?: number;
    /** Upper bound of every delay. @default 10000 */
    readonly maxMs?: number;
}
export declare const DEFAULT_RETRY: Required<RetryOptions>;
/** Who is told to come back later than this is better off with the error. */
export declare const MAX_RETRY_AFTER_SECONDS = 60;
/**
 * A random time below a doubling bound, so that clients which failed together do not come back together; never before the
 * server said.
 *
 * @param retry the first repetition is 1.
 * @param random 0–1.
 */
export declare function retryDelayMs(retry: number, { baseMs, maxMs }: Required<RetryOptions>, random: number, retryAfterSeconds?: number | null): number;
/** @throws the signal's reason, as soon as it aborts. */
export declare function sleep(ms: number, signal?: AbortSignal): Promise<void>;
