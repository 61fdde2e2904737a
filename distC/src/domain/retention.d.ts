import { type FinalStatus } from './job.js';
/** How long finished jobs are kept, in milliseconds from their end; `null`: for ever. */
export type RetentionPolicy = Readonly<Record<FinalStatus, number | null>>;
/** For each status the instant before which its jobs must have ended to go now; none for a status that is kept for ever. */
export declare function endedBefore(policy: RetentionPolicy, now: Date): Partial<Record<FinalStatus, Date>>;
/** Ticks of slots before this instant go: a tick stays as long as any job does that it may have made; `null`: for ever. */
export declare function ticksBefore(policy: RetentionPolicy, now: Date): Date | null;
/**
 * How many jobs the next batch takes, so that it takes about `targetMs`: by what the last one took, at most twice as many.
 *
 * Small: whoever has to wait for a batch, such as a claim on SQLite, waits for no longer than that.
 */
export declare function nextBatchSize(size: number, tookMs: number, targetMs: number): number;
