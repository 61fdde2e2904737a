import type { RunFacts } from './attempt.js';
import type { JsonValue } from './json.js';
/** How one run of a handler ended, as data: a job's failure never is an exception of the server's. */
export type RunResult = RunFacts & RunEnding;
type RunEnding = {
    readonly kind: 'succeeded';
    readonly result: JsonValue;
} | {
    readonly kind: 'error';
    readonly message: string;
    readonly permanent?: boolean;
    readonly retryAfterMs?: number;
} | {
    readonly kind: 'timeout';
    readonly timeoutMs: number;
} | {
    readonly kind: 'crashed';
    readonly message: string;
} | {
    readonly kind: 'oom';
    readonly message: string;
} | {
    readonly kind: 'snoozed';
    readonly delayMs: number;
} | {
    readonly kind: 'cancelled';
} | {
    readonly kind: 'interrupted';
};
/** How hooks and metrics name the end of a run. */
export type RunOutcome = RunResult['kind'];
export declare const MAX_RESULT_BYTES: number;
export declare const MAX_ERROR_SUMMARY = 1000;
export {};
