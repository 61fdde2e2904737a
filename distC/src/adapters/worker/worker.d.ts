import type { JobRegistry } from '../../application/job-registry.js';
import type { Clock } from '../../application/ports/clock.js';
import type { Executor } from '../../application/ports/executor.js';
import type { JobStore } from '../../application/ports/job-store.js';
import type { Logger } from '../../application/ports/logger.js';
import { type Notifier } from '../../application/ports/notifier.js';
import { type Timers } from '../../application/ports/timers.js';
import type { Tracing } from '../../application/ports/tracing.js';
import type { WorkerRegistry } from '../../application/ports/worker-registry.js';
import type { TransitionLog } from '../../application/transition-log.js';
import type { JobWriter } from './job-writer.js';
import type { LogWriter } from './log-writer.js';
export interface WorkerOptions {
    readonly name: string;
    readonly host: string;
    readonly pid: number;
    readonly version: string;
    /** Jobs that may run here at once. */
    readonly slots: number;
    readonly leaseMs: number;
    readonly heartbeatMs: number;
    readonly cancelCheckMs: number;
    /** Longest sleep while hints have proved to arrive. */
    readonly pollIntervalMs: number;
    /** How long running jobs may go on when the worker stops. */
    readonly drainMs: number;
}
export interface WorkerDeps {
    readonly store: JobStore;
    readonly workers: WorkerRegistry;
    readonly notifier: Notifier;
    readonly clock: Clock;
    readonly registry: JobRegistry;
    readonly executor: Executor;
    readonly writer: JobWriter;
    readonly logs: LogWriter;
    readonly newId: () => string;
    readonly random: () => number;
    readonly logger: Logger;
    readonly transitions: TransitionLog;
    readonly tracing: Tracing;
    /** What tells that the lease is not to be trusted any more. @default real time */
    readonly timers?: Timers;
}
/**
 * Claims jobs and runs them, under one lease that it renews for all of them.
 *
 * Its public steps — `poll`, `heartbeat`, `checkCancels` — do one round each and never throw; `start` repeats them.
 * Between the last acknowledged beat and the end of its trust it works on; after that it aborts what it runs, before
 * anyone may take it (invariant I13).
 */
export declare class Worker {
    private readonly deps;
    private readonly options;
    private incarnation;
    /** Monotonic time at which the last acknowledged beat was sent. */
    private beatSentAt;
    private draining;
    private errorDelayMs;
    /** Monotonic time until which jobs of a claim without an answer may come to light. */
    private unsureUntil;
    /** Taken slots: runs whose handler is not gone yet, settled or not. */
    private taken;
    /** Until their ends are written. */
    private readonly running;
    /** Jobs that are given back without having begun, by their ids. */
    private readonly leaving;
    private readonly polls;
    private readonly beats;
    private readonly cancels;
    private unsubscribe;
    private beaten;
    /** Resolves when the first beat was answered, or has failed. */
    readonly firstBeat: Promise<void>;
    private cancelTrustEnd;
    private cancelGathering;
    private readonly timers;
    constructor(deps: WorkerDeps, options: WorkerOptions);
    start(): void;
    /** Holds a lease that it can prove. */
    get isRegistered(): boolean;
    get runningJobs(): number;
    /** Claims for the free slots and starts what it got; answers how long to sleep, in milliseconds. */
    poll(): Promise<number>;
    /** Renews the lease of everything that runs here, or registers anew; answers the milliseconds until the next beat. */
    heartbeat(): Promise<number>;
    /** Aborts jobs whose cancellation was asked for; answers the milliseconds until the next look. */
    checkCancels(): Promise<number>;
    /**
     * Stops claiming, lets jobs go on for `drainMs`, then interrupts them and gives them back with their attempt.
     * Beats until the last settle is written; resigns at the end, so that nobody waits for the lease to run out.
     *
     * @param hurry resolves when there is no more time: jobs are interrupted at once.
     */
    drain(hurry?: Promise<void>): Promise<void>;
    private register;
    private renew;
    private acknowledge;
    private loseTrust;
    private trusted;
    private launch;
    private settleRun;
    /** While others wait to begin, a job that was claimed now would only wait, too: later there are more slots for one claim. */
    private pollForFreed;
    /** The claim may have taken its time: nothing starts under a lease that was lost or cannot be proved any more. */
    private begin;
    private expectUnanswered;
    /** Begins the jobs of claims whose answer never came; answers whether there were any. */
    private takeUnanswered;
    private giveBackUnanswered;
    private giveBack;
    private runningIds;
    private unsettled;
    private settle;
    private abort;
    private abortAll;
    private sleepAfter;
    private runsAny;
}
