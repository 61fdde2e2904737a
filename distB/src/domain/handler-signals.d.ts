/**
 * What a handler may throw to say more than "it failed".
 *
 * They are told apart by `name`, not by class, so that a handler loaded from another copy of this module still counts.
 */
/** The job will never succeed: no further attempt, straight to the dead letters. */
export declare class PermanentError extends Error {
    readonly name = "PermanentError";
}
/** This attempt failed; the next one, if any is left, starts after `delayMs` instead of the usual backoff. */
export declare class RetryAfterError extends Error {
    readonly name = "RetryAfterError";
    readonly delayMs: number;
    /** @param seconds from 0; decimals are fine. */
    constructor(seconds: number, message?: string);
}
/** Not now: the job is queued again after `delayMs` and this attempt is given back. */
export declare class SnoozeError extends Error {
    readonly name = "SnoozeError";
    readonly delayMs: number;
    /** @param seconds from 0; decimals are fine. */
    constructor(seconds: number, message?: string);
}
