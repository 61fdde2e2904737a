import type { ActiveJob } from '../../domain/job.js';
import type { RunResult } from '../../domain/run-result.js';
/** Follows jobs from whoever asks for them to whoever runs them; contexts are texts, `traceparent` of W3C Trace Context. */
export interface Tracing {
    /**
     * Does the work in a span of its own, below the caller's.
     *
     * @param caller what came with the request; `null`: whatever is active here.
     * @param work is given what its jobs have to remember.
     */
    enqueuing<T>(what: string, caller: string | null, work: (traceparent: string | null) => Promise<T>): Promise<T>;
    /** Begins the span of one run, linked to that of its enqueue. */
    running(job: ActiveJob): RunSpan;
    /** Makes what the work does a part of `traceparent`. */
    within<T>(traceparent: string | null, work: () => T): T;
}
export interface RunSpan {
    /** What the handler's work is a part of. */
    readonly traceparent: string | null;
    end(result: RunResult): void;
}
/** Passes on what it is given. */
export declare const untraced: Tracing;
