import type { ActiveJob } from './job.js';
export declare const ATTEMPT_OUTCOMES: readonly ["succeeded", "error", "timeout", "cancelled", "crashed", "oom", "lease_lost", "interrupted", "snoozed"];
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];
/** What a run cost, where it could be measured: in a process of its own. */
export interface Usage {
    /** Processor time of that process and of the children that it waited for. */
    readonly cpuMs: number;
    /** The most memory that the process itself had resident. */
    readonly maxRssBytes: number;
}
/** What may be known of a run's end besides how it ended. */
export interface RunFacts {
    /** `null` or absent: no sample was taken. */
    readonly usage?: Usage | null;
    /** Exit code of a process that ended by itself before its handler did. */
    readonly exitCode?: number | null;
    /** Name of the signal that ended the process. */
    readonly signal?: string | null;
    /** Where the handler's error came from. */
    readonly stack?: string;
}
/** The end of a run as its record keeps it; the rest of the record is in the job. */
export interface AttemptEnd {
    readonly attempt: number;
    readonly outcome: AttemptOutcome;
    /** The error, with its stack where there is one; at most 8,000 characters. */
    readonly error: string | null;
    readonly exitCode: number | null;
    readonly signal: string | null;
    readonly usage: Usage | null;
}
/** One run of a job, ended or under way. `run` never repeats; `attempt` may, after an interruption or a snooze. */
export interface AttemptRecord extends Omit<AttemptEnd, 'outcome'> {
    readonly run: number;
    readonly workerName: string | null;
    readonly startedAt: Date;
    /** `null` while it runs, as the outcome is. */
    readonly endedAt: Date | null;
    readonly outcome: AttemptOutcome | null;
}
export declare const MAX_ATTEMPT_ERROR = 8000;
/**
 * The record's part of a run that has ended.
 *
 * With a cancel asked for, every end but a success is a cancellation; error, exit code and signal tell what happened all the same.
 */
export declare function attemptEnd(job: ActiveJob, outcome: AttemptOutcome, message: string | null, { usage, exitCode, signal, stack }?: RunFacts): AttemptEnd;
/** The record of the run that is under way. */
export declare function runningAttempt({ run, attempts, workerName, startedAt }: ActiveJob): AttemptRecord;
