import { type AttemptEnd } from './attempt.js';
import type { DeadLetterReason } from './dead-letter.js';
import type { ActiveJob, NewJob, RunnableJob } from './job.js';
import type { NewEvent } from './job-event.js';
import { type JsonValue } from './json.js';
import { type RetryPolicy } from './retry-policy.js';
import { type RunResult } from './run-result.js';
/** Counters and error that a settled job is left with; `docs/state-machine.md` says what each counts. */
interface Account {
    readonly attempts: number;
    readonly crashes: number;
    readonly interruptions: number;
    readonly errorSummary: string | null;
    /** Written in this order, in the same transaction as the status. */
    readonly events: readonly NewEvent[];
}
/** What becomes of an active job. The store applies it as it is; no rule is left to decide there. */
export type Outcome = Decision & {
    /** Kept as the record of this run. */
    readonly attempt: AttemptEnd;
    /** Jobs that tell the callback of these events; kept in the same transaction. */
    readonly deliveries: readonly NewJob[];
};
type Decision = Account & ({
    readonly kind: 'succeeded';
    readonly result: JsonValue;
} | {
    readonly kind: 'cancelled';
} | {
    readonly kind: 'requeued';
    readonly runAt: Date;
} | {
    readonly kind: 'dead';
    readonly deadLetterId: string;
    readonly reason: DeadLetterReason;
});
/** Everything a decision needs besides the job: nothing here is looked up while deciding. */
export interface Circumstances {
    readonly now: Date;
    /** In [0, 1). */
    readonly random: number;
    readonly policy: RetryPolicy;
    readonly newId: () => string;
}
/**
 * What the end of a run means for its job.
 *
 * A success always counts, even after a cancel was asked for; with a cancel asked, every other end is a cancellation.
 */
export declare function decideOutcome(job: ActiveJob, result: RunResult, at: Circumstances): Outcome;
/** What went wrong, for people; `null` when nothing did. */
export declare function errorOf(result: RunResult): string | null;
/** Whether another attempt follows this end, as `decideOutcome` will decide unless a cancel comes first. */
export declare function willRetry(job: RunnableJob, result: RunResult): boolean;
/**
 * What becomes of an active job whose worker is dead.
 *
 * @param interrupted the lease ran out because the database itself was away: the attempt is given back.
 */
export declare function decideOrphan(job: ActiveJob, interrupted: boolean, at: Circumstances): Outcome;
export {};
