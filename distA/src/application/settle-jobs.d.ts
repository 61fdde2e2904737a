import type { ActiveJob } from '../domain/job.js';
import type { DefinitionRef } from '../domain/job-definition.js';
import type { RetryPolicy } from '../domain/retry-policy.js';
import type { RunResult } from '../domain/run-result.js';
import type { Clock } from './ports/clock.js';
import type { JobStore } from './ports/job-store.js';
import type { Notifier } from './ports/notifier.js';
import { type RunObserver } from './ports/run-observer.js';
import { type TransitionLog } from './transition-log.js';
type DefinedJob = Pick<ActiveJob, 'definitionKey' | 'definitionVersion'>;
/** A run that has ended and waits for its settle. */
export interface RunEnd {
    readonly job: ActiveJob;
    readonly result: RunResult;
}
/**
 * Turns the ends of runs into outcomes and applies them while their leases hold.
 *
 * @returns per end, same order: `applied`, or `lease_lost` when the job belongs to someone else by now.
 * @throws StorageUnavailableError; the same call may be repeated, tokens make that safe.
 */
export declare class SettleJobs {
    private readonly store;
    private readonly notifier;
    private readonly clock;
    private readonly random;
    private readonly newId;
    private readonly policy;
    /** Whether a place that becomes free may be what another worker waits for. */
    private readonly isLimited;
    private readonly log;
    private readonly observer;
    constructor(store: JobStore, notifier: Notifier, clock: Clock, random: () => number, newId: () => string, policy: RetryPolicy, 
    /** Whether a place that becomes free may be what another worker waits for. */
    isLimited: (definition: DefinitionRef) => boolean, log?: TransitionLog, observer?: RunObserver);
    execute(ends: readonly RunEnd[]): Promise<readonly ('applied' | 'lease_lost')[]>;
    /** Whether another worker may wait for what comes free when a job of this definition ends. */
    freesPlace({ definitionKey: key, definitionVersion: version }: DefinedJob): boolean;
    private decide;
    /** Definitions whose waiting jobs may start now, or sooner than workers know. */
    private hintworthy;
}
export {};
