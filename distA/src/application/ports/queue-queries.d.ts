import type { DefinitionRef } from '../../domain/job-definition.js';
import type { Activity } from '../../domain/explain-job.js';
import type { QueuedJob } from '../../domain/job.js';
/**
 * What can be read of the queue, to explain why a job waits. Each answer follows an index and has a bounded cost, however
 * many jobs are queued or finished.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface QueueQueries {
    /** Running and cancelling jobs, counted by definition and by the incarnation of their worker. */
    activity(): Promise<readonly Activity[]>;
    /** Ids of running and cancelling jobs of one definition, lowest first, at most `limit`. */
    holders(definition: DefinitionRef, limit: number): Promise<readonly string[]>;
    /**
     * For each definition, same order: how many of its queued jobs are due by `dueBy` and come before `job` in the order of
     * claims, counted up to `max`. Of more than 64 different higher priorities the lowest are not counted.
     */
    ahead(job: QueuedJob, definitions: readonly DefinitionRef[], dueBy: Date, max: number): Promise<readonly number[]>;
    /** How long the latest runs of a definition took that succeeded or failed for good, in milliseconds; at most `limit` of them. */
    recentRunMs(definition: DefinitionRef, limit: number): Promise<readonly number[]>;
}
