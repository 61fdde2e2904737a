/** Why a job was given up; where two fit, the last of this list is told. */
export declare const DEAD_LETTER_REASONS: readonly ["attempts_exhausted", "permanent", "crash_loop"];
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];
/** The record of a job that failed for good, written with its last settle. */
export interface DeadLetter {
    readonly id: string;
    readonly jobId: string;
    readonly reason: DeadLetterReason;
    readonly movedAt: Date;
}
