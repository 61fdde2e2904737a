import type { Definition, JobRequest, ParamsOf, ResultOf } from './definition-types.js';
import { JobHandle } from './job-handle.js';
import type { AnswerOf, BodyOf, QueryOf, Schemas } from './operations.js';
import type { CallOptions, Transport } from './transport.js';
/** A job that is being accepted: a promise of its handle, of which waiting need not wait. */
export type PendingJob<Result> = Promise<JobHandle<Result>> & Pick<JobHandle<Result>, 'wait' | 'result' | 'events'>;
export declare class Jobs {
    private readonly transport;
    constructor(transport: Transport);
    /**
     * Starts a job. However often the request has to be repeated, one job is made: without an `idempotencyKey` of the caller's the
     * call makes one.
     *
     * `create<typeof sendMail>({ definitionKey: 'send-mail', params })` knows the types of a definition of which it has the type only.
     *
     * @throws ApiError `unknown-definition`, `params-invalid`, `backlog-full` and others; ConnectionError.
     */
    create<D = unknown>(request: JobRequest<ParamsOf<D>>, options?: CallOptions): PendingJob<ResultOf<D>>;
    /** Starts a job of a definition, in the definition's version. */
    create<Params, Result>(definition: Definition<Params, Result>, params: Params, options?: CallOptions & Omit<JobRequest<never>, 'definitionKey' | 'definitionVersion' | 'params'>): PendingJob<ResultOf<Definition<Params, Result>>>;
    /** A job by its id; nothing is asked yet. */
    handle<D = unknown>(jobId: string): JobHandle<ResultOf<D>>;
    get(jobId: string, options?: CallOptions): Promise<Schemas['Job']>;
    /** One page, newest first; `nextCursor` leads to the next. */
    list(query?: QueryOf<'listJobs'>, options?: CallOptions): Promise<AnswerOf<'listJobs'>>;
    cancel(jobId: string, options?: CallOptions): Promise<AnswerOf<'cancelJob'>>;
    /** Cancels all that match. */
    cancelAll(body: BodyOf<'cancelJobs'>, options?: CallOptions): Promise<Schemas['BulkResult']>;
    /** Makes new jobs of all failed and cancelled ones that match, each once. */
    retryAll(body: BodyOf<'retryJobs'>, options?: CallOptions): Promise<Schemas['BulkResult']>;
    private start;
}
