"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.MAX_RETRY_AFTER_SECONDS = exports.DEFAULT_RETRY = void 0;
exports.retryDelayMs = retryDelayMs;
exports.sleep = sleep;
exports.DEFAULT_RETRY = { retries: 4, baseMs: 250, maxMs: 10_000 };
/** Who is told to come back later than this is better off with the error. */
exports.MAX_RETRY_AFTER_SECONDS = 60;
/**
 * A random time below a doubling bound, so that clients which failed together do not come back together; never before the
 * server said.
 *
 * @param retry the first repetition is 1.
 * @param random 0–1.
 */
function retryDelayMs(retry, { baseMs, maxMs }, random, retryAfterSeconds = null) {
    const bound = Math.min(maxMs, baseMs * 2 ** (retry - 1));
    return (retryAfterSeconds ?? 0) * 1_000 + random * bound;
}
/** @throws the signal's reason, as soon as it aborts. */
function sleep(ms, signal) {
    return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const end = () => {
            clearTimeout(timer);
            signal?.removeEventListener('abort', abort);
        };
        const abort = () => {
            end();
            reject(signal?.reason);
        };
        const timer = setTimeout(() => {
            end();
            resolve();
        }, ms);
        signal?.addEventListener('abort', abort);
    });
}
