import type { DefinitionFigures, Grain, PeriodFigures, TimeHistogram } from '../../domain/metrics.js';
/**
 * Figures of jobs, at a cost that does not follow their number. Each answer is what counting the rows of one snapshot would give.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface MetricsStore {
    /** Definitions of which any job is kept, by key, then version. */
    definitions(): Promise<readonly DefinitionFigures[]>;
    /**
     * Jobs that succeeded or failed in the latest periods, the present one included; empty periods are left out, oldest first.
     *
     * @param periods at most `KEPT_PERIODS` of the grain.
     */
    finished(grain: Grain, periods: number, now: Date): Promise<readonly PeriodFigures[]>;
    /** Waits, and runs of jobs that succeeded or failed, in the same periods; of all definitions when none is named. */
    times(grain: Grain, periods: number, definitionKey: string | null, now: Date): Promise<TimeFigures>;
    /**
     * Since when the longest waiting job of each definition version has been due; those where none is due are left out. Looks at
     * the 64 highest priorities of each.
     */
    oldestDue(now: Date): Promise<readonly OldestDue[]>;
    /**
     * Adds up what has been written since the last fold, and forgets periods that are no longer kept. Changes no answer. Any
     * number of processes may call it at once: one does it, the others do nothing.
     */
    fold(now: Date): Promise<void>;
}
export interface TimeFigures {
    readonly wait: TimeHistogram;
    readonly run: TimeHistogram;
}
export interface OldestDue {
    readonly definitionKey: string;
    readonly definitionVersion: number;
    readonly dueAt: Date;
}
