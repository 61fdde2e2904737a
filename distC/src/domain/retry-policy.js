export const DEFAULT_RETRY_POLICY = { baseMs: 1_000, maxMs: 3_600_000, jitter: 0.3 };
/**
 * The delay before the next attempt: `min(max, base · 2^(attempt − 1))`, spread by ± jitter.
 *
 * @param attempt the attempt that just failed, from 1.
 * @param random in [0, 1).
 */
export function backoffMs(attempt, policy, random) {
    const ideal = Math.min(policy.maxMs, policy.baseMs * 2 ** Math.max(0, attempt - 1));
    return Math.round(ideal * (1 + policy.jitter * (2 * random - 1)));
}
//# sourceMappingURL=retry-policy.js.map