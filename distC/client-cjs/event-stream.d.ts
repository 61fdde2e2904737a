import type { Schemas } from './operations.js';
import type { CallOptions, Transport } from './transport.js';
export type JobEvent = Schemas['JobEvent'];
export interface EventOptions extends CallOptions {
    /** Only events with a higher id. @default 0 */
    readonly after?: number;
}
/**
 * The events of a job, those that were before this call too, each once and in order, until the job is final. A connection that
 * breaks off is made again after the last event.
 *
 * @throws ApiError `job-not-found`; ConnectionError when the server stays away; the reason of the signal.
 */
export declare function jobEvents(transport: Transport, jobId: string, { after, signal }?: EventOptions): AsyncGenerator<JobEvent, void, undefined>;
