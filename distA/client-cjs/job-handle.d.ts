import type { TypedJob } from './definition-types.js';
import { type EventOptions, type JobEvent } from './event-stream.js';
import type { AnswerOf, QueryOf, Schemas } from './operations.js';
import type { CallOptions, Transport } from './transport.js';
export interface WaitOptions extends CallOptions {
    /** How long to wait in all, in milliseconds. @default as long as it takes */
    readonly timeoutMs?: number | undefined;
}
/** One job of the server. Holds nothing but its id. */
export declare class JobHandle<Result = unknown> {
    private readonly transport;
    readonly jobId: string;
    constructor(transport: Transport, jobId: string);
    /** @throws ApiError `job-not-found`. */
    get(options?: CallOptions): Promise<TypedJob<Result>>;
    /**
     * The job as it is once it is final, however it ended.
     *
     * @throws WaitTimeoutError when it is not final in time; ApiError `job-not-found`; ConnectionError; the reason of the signal.
     */
    wait({ timeoutMs, signal }?: WaitOptions): Promise<TypedJob<Result>>;
    /** The result of the job once it succeeded. @throws JobNotSucceededError when it does not; else as `wait`. */
    result(options?: WaitOptions): Promise<Result>;
    /** Asks for the end of the job. @throws ApiError `job-already-finished` or `job-not-found`. */
    cancel(options?: CallOptions): Promise<AnswerOf<'cancelJob'>>;
    /** What happened to the job and what does, until it is final; see `jobEvents`. */
    events(options?: EventOptions): AsyncGenerator<JobEvent, void, undefined>;
    /** Why it is not running. */
    explain(options?: CallOptions): Promise<AnswerOf<'explainJob'>>;
    /** How each run ended. */
    attempts(options?: CallOptions): Promise<AnswerOf<'listJobAttempts'>>;
    /** A page of what runs logged. */
    logs(query?: QueryOf<'listJobLogs'>, options?: CallOptions): Promise<AnswerOf<'listJobLogs'>>;
    /** What its callback was told. */
    deliveries(options?: CallOptions): Promise<AnswerOf<'listJobDeliveries'>>;
    private get path();
    private read;
}
export declare function isFinal(status: Schemas['JobStatus']): boolean;
