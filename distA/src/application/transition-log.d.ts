import type { ActiveJob, Job } from '../domain/job.js';
import { type DefinitionRef } from '../domain/job-definition.js';
import type { Outcome } from '../domain/outcome.js';
import type { Retry } from './ports/job-store.js';
import { type Logger } from './ports/logger.js';
/**
 * One line for each transition of a job, with its id and attempt; a failed attempt with its error. Of each level at most 200
 * lines a second are written, and the next second tells how many were left out.
 */
export declare class TransitionLog {
    private readonly logger;
    private readonly monotonicMs;
    private readonly linesPerSecond;
    private readonly windows;
    constructor(logger: Logger, monotonicMs: () => number, linesPerSecond?: number);
    queued(job: Job): void;
    retried({ jobId, newJobId }: Retry, { key, version }: DefinitionRef): void;
    started(job: ActiveJob): void;
    cancelRequested(job: Job): void;
    /** @param job as it was while it ran. */
    settled(job: ActiveJob, outcome: Outcome): void;
    private write;
    private mayWrite;
}
export declare const silentTransitions: TransitionLog;
