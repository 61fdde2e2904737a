import type { FinalStatus } from '../../domain/job.js';
import type { Leadership } from './leader-lock.js';
/** Only jobs of this definition name files of the data directory: `inputPath` in their params, `outputPath` in their result. */
export declare const VIDEO_DEFINITION = "encode.video";
export interface PruneRequest {
    /** The write is void once this term is over. */
    readonly leadership: Leadership;
    /** Jobs of a status go when they ended before its instant; those of a status without one stay. */
    readonly endedBefore: Readonly<Partial<Record<FinalStatus, Date>>>;
    /** Most jobs that go. */
    readonly limit: number;
}
export type PruneAnswer = {
    readonly outcome: 'pruned';
    readonly jobs: number;
}
/** Another term has begun: nothing was changed. */
 | {
    readonly outcome: 'superseded';
};
/**
 * What is over: how it goes, and what of the file system it still names.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface HistoryStore {
    /**
     * Removes finished jobs, of each status those that ended first, with all that belongs to them: events, attempt records, logs, dead
     * letter, idempotency key. Never touches a live job. One transaction; of two at once each takes what the other does not.
     */
    prune(request: PruneRequest): Promise<PruneAnswer>;
    /** Which of these file names, without folders, some job names, live or finished. */
    namedFiles(names: readonly string[]): Promise<ReadonlySet<string>>;
}
