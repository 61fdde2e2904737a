import type { AnswerOf, BodyOf, QueryOf, Schemas } from './operations.js';
import type { CallOptions, Transport } from './transport.js';
/** Jobs that were given up. */
export declare class DeadLetters {
    private readonly transport;
    constructor(transport: Transport);
    list(query?: QueryOf<'listDeadLetters'>, options?: CallOptions): Promise<AnswerOf<'listDeadLetters'>>;
    /** With the error of every attempt. @throws ApiError `dead-letter-not-found`. */
    get(dlqJobId: string, options?: CallOptions): Promise<Schemas['DeadLetter']>;
    /** Makes a new job of it, once. @throws ApiError `dead-letter-already-retried`, whose problem names the `jobId`. */
    retry(dlqJobId: string, body?: BodyOf<'retryDeadLetter'>, options?: CallOptions): Promise<AnswerOf<'retryDeadLetter'>>;
    /** Makes new jobs of all that match. */
    retryAll(body: BodyOf<'retryDeadLetters'>, options?: CallOptions): Promise<Schemas['BulkResult']>;
    /** Puts all aside that match; their jobs stay failed. */
    discardAll(body: BodyOf<'discardDeadLetters'>, options?: CallOptions): Promise<Schemas['BulkResult']>;
}
/** What kinds of jobs the server knows. */
export declare class Definitions {
    private readonly transport;
    constructor(transport: Transport);
    list(options?: CallOptions): Promise<readonly Schemas['Definition'][]>;
    /** Starts no more jobs of this key; running ones finish. */
    pause(key: string, options?: CallOptions): Promise<AnswerOf<'pauseDefinition'>>;
    resume(key: string, options?: CallOptions): Promise<AnswerOf<'resumeDefinition'>>;
}
/** Figures; `ttl` says how many seconds old they may be. */
export declare class Metrics {
    private readonly transport;
    constructor(transport: Transport);
    overview(query?: QueryOf<'getMetrics'>, options?: CallOptions): Promise<AnswerOf<'getMetrics'>>;
    definitions(query?: QueryOf<'getDefinitionMetrics'>, options?: CallOptions): Promise<AnswerOf<'getDefinitionMetrics'>>;
    throughput(query?: QueryOf<'getThroughput'>, options?: CallOptions): Promise<AnswerOf<'getThroughput'>>;
    latency(query?: QueryOf<'getLatency'>, options?: CallOptions): Promise<AnswerOf<'getLatency'>>;
}
