import type { NewLogLine } from '../../domain/job-log.js';
/** What one run wrote since its last lines were kept. */
export interface RunLines {
    readonly jobId: string;
    readonly run: number;
    readonly lines: readonly NewLogLine[];
    /** Lines that were lost before they came here. */
    readonly dropped: number;
}
/** Where the output of runs is kept. It is no part of any job's fate: no lease guards it, and losing a line fails nothing. */
export interface LogStore {
    /**
     * Adds lines in their order, numbered on within their job. Of one run at most 1 MiB is kept: beyond it the oldest lines
     * are dropped and counted. One transaction; a repetition after a lost answer may keep lines twice.
     *
     * @throws StorageUnavailableError when the database is away.
     */
    append(runs: readonly RunLines[]): Promise<void>;
}
