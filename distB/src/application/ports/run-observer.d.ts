import type { ActiveJob } from '../../domain/job.js';
import type { Outcome } from '../../domain/outcome.js';
/** Is told what this process has settled, after it is committed. Must not throw, and must be quick. */
export interface RunObserver {
    ended(job: ActiveJob, outcome: Outcome, at: Date): void;
}
export declare const unobserved: RunObserver;
