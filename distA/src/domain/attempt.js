import { scrubText } from './json.js';
export const ATTEMPT_OUTCOMES = [
    'succeeded',
    'error',
    'timeout',
    'cancelled',
    'crashed',
    'oom',
    'lease_lost',
    'interrupted',
    'snoozed',
];
export const MAX_ATTEMPT_ERROR = 8_000;
/**
 * The record's part of a run that has ended.
 *
 * With a cancel asked for, every end but a success is a cancellation; error, exit code and signal tell what happened all the same.
 */
export function attemptEnd(job, outcome, message, { usage = null, exitCode = null, signal = null, stack } = {}) {
    const cancelled = job.status === 'cancelling' && outcome !== 'succeeded';
    return {
        attempt: job.attempts,
        outcome: cancelled ? 'cancelled' : outcome,
        error: message === null ? null : errorText(message, stack),
        exitCode,
        signal,
        usage,
    };
}
/** The record of the run that is under way. */
export function runningAttempt({ run, attempts, workerName, startedAt }) {
    const nothingYet = { endedAt: null, outcome: null, error: null, exitCode: null, signal: null, usage: null };
    return { run, attempt: attempts, workerName, startedAt, ...nothingYet };
}
function errorText(message, stack) {
    const whole = stack === undefined ? message : stack.includes(message) ? stack : `${message}\n${stack}`;
    const text = scrubText(whole);
    return text.length <= MAX_ATTEMPT_ERROR ? text : scrubText(`${text.slice(0, MAX_ATTEMPT_ERROR - 1)}…`);
}
//# sourceMappingURL=attempt.js.map