import { ApiError, ConnectionError, isApiError, WaitTimeoutError } from '../client/index.js';
/** How a command ends. */
export const EXIT = {
    ok: 0,
    /** The job failed, or the server refused what was asked. */
    failed: 1,
    usage: 2,
    unreachable: 3,
    cancelled: 4,
    timedOut: 5,
};
/** A command was called in a way that it does not take; the message says what it takes. */
export class UsageError extends Error {
    name = 'UsageError';
}
/** What waiting for a job ends with. */
export function exitCodeOfJob(status) {
    if (status === 'failed')
        return EXIT.failed;
    return status === 'cancelled' ? EXIT.cancelled : EXIT.ok;
}
export function exitCodeOfError(error) {
    if (error instanceof UsageError)
        return EXIT.usage;
    if (error instanceof ConnectionError)
        return EXIT.unreachable;
    return error instanceof WaitTimeoutError ? EXIT.timedOut : EXIT.failed;
}
/** An error in words, and what may help. */
export function explained(error, url) {
    if (error instanceof ConnectionError)
        return `${error.message}\nIs a job server running at ${url}? Name another one with --url or JOB_SERVER_URL.`;
    if (!(error instanceof ApiError))
        return error instanceof Error ? error.message : String(error);
    const flaws = error.errors.map(({ pointer, message }) => `\n  ${pointer === '' ? 'request' : pointer}: ${message}`);
    const hint = isApiError(error, 'unauthorized', 'forbidden')
        ? '\nGive a key that may do this with --api-key or JOB_SERVER_API_KEY.'
        : '';
    return `${error.message}${flaws.join('')}${hint}`;
}
//# sourceMappingURL=exit.js.map