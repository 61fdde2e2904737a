import type { EnqueueAnswer, EnqueueJobs, EnqueueRequest } from '../application/enqueue-jobs.js';
import type { Tracing } from '../application/ports/tracing.js';
import { JobServerError } from '../domain/errors.js';
/** A job to accept, with what `EnqueueRequest` says; the body of an idempotency key is the request itself. */
export interface EmbeddedRequest extends Omit<EnqueueRequest, 'idempotency'> {
    readonly idempotencyKey?: string | undefined;
}
/** Checks each and accepts those that are right, in one transaction; one answer each, same order. */
export declare function enqueueEach(requests: readonly EmbeddedRequest[], enqueueJobs: EnqueueJobs, tracing: Tracing): Promise<readonly EnqueueAnswer[]>;
/** The request that it stands for, or why it is none: what types do not say is checked as it is over HTTP. */
export declare function requestOf(embedded: EmbeddedRequest): EnqueueRequest | JobServerError;
export declare function isRefused(request: EnqueueRequest | JobServerError): request is JobServerError;
