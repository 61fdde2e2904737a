import type { Flaw } from './json.js';
/** What a caller can get wrong, or find unavailable; each code is one problem type of the HTTP contract. */
export type ErrorCode = 'validation-error' | 'unknown-definition' | 'params-invalid' | 'callback-not-allowed' | 'idempotency-key-reused' | 'idempotency-key-mismatch' | 'idempotency-in-progress' | 'job-not-found' | 'job-already-finished' | 'dead-letter-not-found' | 'dead-letter-already-retried' | 'definition-not-found' | 'schedule-not-found' | 'schedule-name-taken' | 'schedule-declared' | 'schedule-invalid' | 'not-a-video-job' | 'video-not-ready' | 'unsupported-video' | 'ffmpeg-unavailable' | 'storage-unavailable' | 'backlog-full' | 'invalid-cursor';
/** An error with a stable code: the caller's mistake, or something this server needs and does not have. */
export declare class JobServerError extends Error {
    readonly code: ErrorCode;
    readonly details: {
        readonly flaws?: readonly Flaw[];
        readonly retryAfterSeconds?: number;
        readonly fields?: Readonly<Record<string, string | number>>;
        readonly cause?: unknown;
    };
    readonly name: string;
    constructor(code: ErrorCode, message: string, details?: {
        readonly flaws?: readonly Flaw[];
        readonly retryAfterSeconds?: number;
        readonly fields?: Readonly<Record<string, string | number>>;
        readonly cause?: unknown;
    });
}
/** The database or the disk is away or too busy; the same call may be repeated later. */
export declare class StorageUnavailableError extends JobServerError {
    readonly name: string;
    constructor(cause: unknown, message?: string);
}
/** The database answers, but migrations have not run that this version needs. */
export declare class SchemaOutdatedError extends StorageUnavailableError {
    readonly name = "SchemaOutdatedError";
    constructor(message: string);
}
/** A newer version has changed the schema so that this one cannot work with it; waiting does not help. */
export declare class SchemaTooNewError extends Error {
    readonly name = "SchemaTooNewError";
}
