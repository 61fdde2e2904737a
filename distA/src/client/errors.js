/** The server's refusal, as it told it: RFC 9457 problem details. */
export class ApiError extends Error {
    status;
    problem;
    retryAfterSeconds;
    name = 'ApiError';
    /** What went wrong, by a name that stays. */
    code;
    /** Of a request that does not fit: where in it, and why. */
    errors;
    requestId;
    /** @param problem the body of the answer; it may hold more, such as the `jobId` of a conflict. */
    constructor(status, problem, retryAfterSeconds = null) {
        const { title, detail, code, errors, requestId } = problem;
        super([title ?? `the server answered ${status}`, detail].filter(Boolean).join(': '));
        this.status = status;
        this.problem = problem;
        this.retryAfterSeconds = retryAfterSeconds;
        this.code = code ?? 'unknown';
        this.errors = errors ?? [];
        this.requestId = requestId ?? null;
    }
}
/** Whether an error is the server's refusal with one of these codes. */
export function isApiError(error, ...codes) {
    return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code));
}
/** No answer came, however often it was asked for: `cause` says why. */
export class ConnectionError extends Error {
    name = 'ConnectionError';
}
/** A job was not final when the time to wait for it was over; it goes on all the same. */
export class WaitTimeoutError extends Error {
    job;
    name = 'WaitTimeoutError';
    constructor(job, timeoutMs) {
        super(`job ${job.jobId} is still ${job.status} after ${timeoutMs} ms`);
        this.job = job;
    }
}
/** There is no result: the job failed for good, or was cancelled. */
export class JobNotSucceededError extends Error {
    job;
    name = 'JobNotSucceededError';
    constructor(job) {
        super(`job ${job.jobId} ${job.status === 'failed' ? 'failed' : 'was cancelled'}${reasonOf(job)}`);
        this.job = job;
    }
}
function reasonOf({ status, errorSummary }) {
    return status === 'failed' && errorSummary !== null ? `: ${errorSummary}` : '';
}
//# sourceMappingURL=errors.js.map