import type { FinalStatus, FinishedJob, JobStatus } from './job.js';
/** How many, and how long all of them took together. */
export interface TimeSum {
    readonly count: number;
    readonly totalMs: number;
}
/** Figures of all jobs of one definition that are kept. */
export interface DefinitionFigures {
    readonly definitionKey: string;
    readonly definitionVersion: number;
    readonly byStatus: Readonly<Record<JobStatus, number>>;
    /** Finished jobs that took more than one attempt. */
    readonly retried: number;
    /** Last runs of jobs that succeeded or failed. */
    readonly runs: TimeSum;
    /** Waits of finished jobs before their last run. */
    readonly waits: TimeSum;
}
/** What became final in one period; unlike the figures of definitions, it stays when jobs are no longer kept. */
export interface PeriodFigures {
    readonly startsAt: Date;
    readonly succeeded: number;
    readonly failed: number;
}
/** Jobs by the bucket that their time falls into. */
export type TimeHistogram = ReadonlyMap<number, number>;
export interface Performance {
    /** Of jobs that succeeded or failed. `null`, as the others, over no jobs. */
    readonly successRate: number | null;
    /** Seconds. */
    readonly avgProcessingTime: number | null;
    /** Seconds. */
    readonly avgQueueTime: number | null;
    readonly retryRate: number | null;
}
/** How long the periods are that figures are kept by. */
export declare const GRAIN_MS: {
    readonly minute: 60000;
    readonly hour: 3600000;
};
export type Grain = keyof typeof GRAIN_MS;
/** How many periods of each grain are kept. */
export declare const KEPT_PERIODS: Readonly<Record<Grain, number>>;
/** Number of the period since the epoch. */
export declare function periodOf(grain: Grain, at: Date): number;
/**
 * Upper bounds of the buckets of times: ten for each power of ten, so that what is read from a bucket is at most a quarter off.
 * The last bucket has none.
 */
export declare const TIME_BOUNDS_MS: readonly number[];
/** The bucket of a time: how many bounds it has reached. */
export declare function bucketOf(ms: number): number;
/**
 * The time that this share of all is within, interpolated inside of its bucket; `null` over none.
 *
 * @param share above 0, at most 1.
 */
export declare function percentileMs(histogram: TimeHistogram, share: number): number | null;
/** What a finished job adds to the figures. */
export interface FinishedTraits {
    readonly retried: boolean;
    /** From the start of the last run to the end; `null` unless it succeeded or failed. */
    readonly runMs: number | null;
    /** From being due to the start of the last run; `null` when it was queued again after that, or never ran. */
    readonly waitMs: number | null;
}
export declare function traitsOf(job: Pick<FinishedJob, 'attempts' | 'runAt' | 'startedAt' | 'finishedAt'> & {
    readonly status: FinalStatus;
}): FinishedTraits;
/** Jobs of each status together. */
export declare function summaryOf(figures: readonly DefinitionFigures[]): Record<JobStatus, number>;
export declare function performanceOf(figures: readonly DefinitionFigures[]): Performance;
export declare function byDefinition(a: Pick<DefinitionFigures, 'definitionKey' | 'definitionVersion'>, b: Pick<DefinitionFigures, 'definitionKey' | 'definitionVersion'>): number;
