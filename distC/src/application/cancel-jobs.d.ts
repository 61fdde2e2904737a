import type { CancelAnswer, JobStore } from './ports/job-store.js';
import { type Notifier } from './ports/notifier.js';
import { type TransitionLog } from './transition-log.js';
/** Asks for the end of jobs and tells the workers at once, so that none has to wait for its next look. */
export declare class CancelJobs {
    private readonly store;
    private readonly notifier;
    private readonly newId;
    private readonly log;
    constructor(store: Pick<JobStore, 'requestCancel'>, notifier: Notifier, newId: () => string, log?: TransitionLog);
    /** @returns as `JobStore.requestCancel`. */
    execute(ids: readonly string[], now: Date): Promise<readonly CancelAnswer[]>;
}
/** Whether this cancellation has made a delivery. */
export declare function callsForDelivery(answer: CancelAnswer): boolean;
