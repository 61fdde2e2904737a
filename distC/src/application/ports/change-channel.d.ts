import type { JobStatus } from '../../domain/job.js';
/** Something happened to one job; `status` is the new one, `null` when it stayed. */
export interface JobChange {
    readonly jobId: string;
    readonly status: JobStatus | null;
}
export interface Changes {
    readonly jobs: readonly JobChange[];
    /** Keys of definitions that were published, paused or resumed. */
    readonly definitions: readonly string[];
    /** Ids of schedules that were made, changed, removed, or had a slot decided. */
    readonly schedules: readonly string[];
    /** Anything else may have changed, too: what, was lost or is too much to say. */
    readonly more: boolean;
}
/**
 * Says what was written, to whoever follows in any process: quick, lossy, never relied upon. It carries no order and no
 * promise, only a reason to look; what is seen by looking is what counts.
 */
export interface ChangeChannel {
    /** Says after a commit what it changed. Costs the database nothing while nobody follows. Never throws, never waits. */
    announce(changes: Changes): void;
    /** Calls back for changes of every process, until the returned function is called. */
    follow(onChanges: (changes: Changes) => void): () => void;
    /** Changes of other processes have proved to arrive lately; while `false`, look more often. */
    isProven(): boolean;
}
