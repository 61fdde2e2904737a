/** How long to wait between the attempts of a job. */
export interface RetryPolicy {
    readonly baseMs: number;
    readonly maxMs: number;
    /** Share of the delay, 0–1, by which chance may lengthen or shorten it. */
    readonly jitter: number;
}
export declare const DEFAULT_RETRY_POLICY: RetryPolicy;
/**
 * The delay before the next attempt: `min(max, base · 2^(attempt − 1))`, spread by ± jitter.
 *
 * @param attempt the attempt that just failed, from 1.
 * @param random in [0, 1).
 */
export declare function backoffMs(attempt: number, policy: RetryPolicy, random: number): number;
