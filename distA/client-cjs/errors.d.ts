import type { ProblemCode } from './api-types.js';
import type { Schemas } from './operations.js';
/** A code that this client's version knows of, or one of a newer server. */
export type Code = ProblemCode | (string & {});
/** The server's refusal, as it told it: RFC 9457 problem details. */
export declare class ApiError extends Error {
    readonly status: number;
    readonly problem: Readonly<Record<string, unknown>>;
    readonly retryAfterSeconds: number | null;
    readonly name = "ApiError";
    /** What went wrong, by a name that stays. */
    readonly code: Code;
    /** Of a request that does not fit: where in it, and why. */
    readonly errors: readonly {
        readonly pointer: string;
        readonly message: string;
    }[];
    readonly requestId: string | null;
    /** @param problem the body of the answer; it may hold more, such as the `jobId` of a conflict. */
    constructor(status: number, problem: Readonly<Record<string, unknown>>, retryAfterSeconds?: number | null);
}
/** Whether an error is the server's refusal with one of these codes. */
export declare function isApiError(error: unknown, ...codes: readonly Code[]): error is ApiError;
/** No answer came, however often it was asked for: `cause` says why. */
export declare class ConnectionError extends Error {
    readonly name = "ConnectionError";
}
/** A job was not final when the time to wait for it was over; it goes on all the same. */
export declare class WaitTimeoutError extends Error {
    readonly job: Schemas['Job'];
    readonly name = "WaitTimeoutError";
    constructor(job: Schemas['Job'], timeoutMs: number);
}
/** There is no result: the job failed for good, or was cancelled. */
export declare class JobNotSucceededError extends Error {
    readonly job: Schemas['Job'];
    readonly name = "JobNotSucceededError";
    constructor(job: Schemas['Job']);
}
