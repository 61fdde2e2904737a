import { type ActiveJob, type FinishedJob, type QueuedJob } from './job.js';
import { type DefinitionRef, type PublishedDefinition } from './job-definition.js';
/** Why a job does not run, or what it does instead. */
export type Reason = {
    readonly code: 'scheduled';
    readonly message: string;
    readonly runAt: Date;
} | {
    readonly code: 'paused';
    readonly message: string;
} | {
    readonly code: 'concurrency_limit';
    readonly message: string;
    readonly limit: number;
    readonly running: number;
    /** Ids of jobs that have the places, at most 100. */
    readonly holders: readonly string[];
} | {
    readonly code: 'no_worker';
    readonly message: string;
    /** Live workers, none of which takes such jobs. */
    readonly workers: number;
    /** Of these, those that have the definition but take no more jobs. */
    readonly draining: number;
} | {
    readonly code: 'workers_busy';
    readonly message: string;
    readonly workers: number;
    readonly slots: number;
    readonly running: number;
} | {
    readonly code: 'running';
    readonly message: string;
    readonly workerId: string | null;
    readonly run: number;
    readonly startedAt: Date;
} | {
    readonly code: 'finished';
    readonly message: string;
    readonly finishedAt: Date;
};
export interface Explanation {
    readonly reasons: readonly Reason[];
    /** From 1: its place among the queued jobs that its workers would take; `null` when it is not queued. */
    readonly position: number | null;
    /** There are at least so many before it; they were not all counted. */
    readonly positionIsCapped: boolean;
    /** By the median of recent runs; `null` when nothing can be said. */
    readonly expectedStartAt: Date | null;
}
/** Active jobs of one definition in one worker. */
export interface Activity extends DefinitionRef {
    readonly incarnation: string;
    readonly jobs: number;
}
/** What has to be known of a worker that is not dead. */
export interface WorkerFacts {
    readonly incarnation: string;
    readonly definitions: readonly DefinitionRef[];
    readonly slots: number;
    readonly draining: boolean;
    readonly leaseExpiresAt: Date;
}
/** What the cluster looks like at one moment. */
export interface Cluster {
    readonly now: Date;
    readonly definitions: readonly PublishedDefinition[];
    readonly workers: readonly WorkerFacts[];
    readonly activity: readonly Activity[];
}
/** A definition whose jobs may start before a certain job, and how many of them at most. */
export interface Rival {
    readonly definition: DefinitionRef;
    readonly room: number;
}
/** Jobs before another one that are counted. */
export declare const MAX_POSITION = 10000;
export declare const MAX_HOLDERS = 100;
/** A job that does not wait. */
export declare function explainUnqueued(job: ActiveJob | FinishedJob): Explanation;
/**
 * The definitions among whose jobs a worker chooses when it could take this one: its own first, then what else its workers run and
 * may start now, each only as far as its limit has room.
 */
export declare function rivalsOf(job: QueuedJob, cluster: Cluster): readonly Rival[];
/**
 * Why a queued job waits: everything that keeps it from starting, what is certain to end first.
 *
 * @param ahead how many jobs its workers would take before it.
 * @param holders ids of its definition's active jobs.
 * @param recentRunMs how long recent runs of its definition took.
 */
export declare function explainQueued(job: QueuedJob, cluster: Cluster, ahead: number, holders: readonly string[], recentRunMs: readonly number[]): Explanation;
