/**
 * What a handler may throw to say more than "it failed".
 *
 * They are told apart by `name`, not by class, so that a handler loaded from another copy of this module still counts.
 */
/** The job will never succeed: no further attempt, straight to the dead letters. */
export class PermanentError extends Error {
    name = 'PermanentError';
}
/** This attempt failed; the next one, if any is left, starts after `delayMs` instead of the usual backoff. */
export class RetryAfterError extends Error {
    name = 'RetryAfterError';
    delayMs;
    /** @param seconds from 0; decimals are fine. */
    constructor(seconds, message = 'asked to be tried again later') {
        super(message);
        this.delayMs = seconds * 1000;
    }
}
/** Not now: the job is queued again after `delayMs` and this attempt is given back. */
export class SnoozeError extends Error {
    name = 'SnoozeError';
    delayMs;
    /** @param seconds from 0; decimals are fine. */
    constructor(seconds, message = 'snoozed') {
        super(message);
        this.delayMs = seconds * 1000;
    }
}
//# sourceMappingURL=handler-signals.js.map