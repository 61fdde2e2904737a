import type { NewJob } from '../../domain/job.js';
import type { Schedule, Tick } from '../../domain/schedule.js';
import type { Leadership } from './leader-lock.js';
/**
 * Schedules and what became of their slots. Every writing method is one transaction, takes a batch and answers it in the same
 * length and order.
 *
 * Every change of a schedule, a firing included, names the revision it was decided upon, and applies only to that one: of an
 * operator's change and a firing at the same time one is answered `changed` and decides anew. A slot makes at most one job,
 * whoever fires it: (schedule, slot) is unique.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface ScheduleStore {
    create(schedules: readonly Schedule[]): Promise<readonly ('created' | 'name_taken')[]>;
    /** Puts schedules in the place of those with their ids, together with the ticks that the change itself settles, such as of a pause that ends. */
    change(changes: readonly ScheduleChange[]): Promise<readonly ChangeAnswer[]>;
    /** With all their ticks; the jobs that they made stay. Answers for each whether it was there. */
    remove(scheduleIds: readonly string[]): Promise<readonly boolean[]>;
    get(scheduleId: string): Promise<Schedule | null>;
    named(names: readonly string[]): Promise<readonly (Schedule | null)[]>;
    /** Those that code has declared, in no order. */
    declared(): Promise<readonly Schedule[]>;
    /** By name. */
    list(page: {
        readonly limit: number;
        readonly offset: number;
    }): Promise<SchedulePage>;
    /** The newest slots first; `null` when there is no such schedule. */
    ticks(scheduleId: string, page: {
        readonly limit: number;
        readonly before: Date | null;
    }): Promise<readonly Tick[] | null>;
    /**
     * Schedules that have something to decide, the longest overdue first, each with its open jobs: their slot that waits, or else their
     * `nextRunAt`, is not after `now`, and they are enabled.
     *
     * @param after goes on behind this one of an earlier answer.
     */
    due(now: Date, limit: number, after: DueSchedule | null): Promise<readonly DueSchedule[]>;
    /**
     * Keeps what was decided about the slots of schedules: ticks, jobs with their `queued` events, and how far each schedule is decided,
     * one commit for all.
     *
     * A slot that has its tick already keeps it, and makes no job.
     *
     * @param firings one per schedule, any order.
     * @returns for each `fired`, or why nothing of it was kept: `changed` — the schedule has another revision or is gone; `rejected` —
     *   the database cannot take its job; the others are kept all the same. `superseded` — another term has begun, nothing at all was kept.
     */
    fire(leadership: Leadership, firings: readonly Firing[]): Promise<readonly FireAnswer[] | 'superseded'>;
    /** Removes ticks of slots before an instant, the oldest first, at most `limit`; answers how many. Void, 0, once the term is over. */
    pruneTicks(leadership: Leadership, before: Date, limit: number): Promise<number>;
}
export interface ScheduleChange {
    /** Its `revision` is the one that this change was decided upon; the store counts it up. */
    readonly schedule: Schedule;
    readonly ticks: readonly Tick[];
}
export type ChangeAnswer = 'applied' | 'changed' | 'name_taken' | 'not_found';
export interface SchedulePage {
    readonly schedules: readonly Schedule[];
    readonly total: number;
}
/** Of a schedule's jobs that have not ended so many are told. */
export declare const MAX_OPEN_JOBS = 100;
export interface DueSchedule {
    readonly schedule: Schedule;
    /** Ids of its jobs that have not ended, the oldest first, at most `MAX_OPEN_JOBS`; none where they do not matter: with overlap `allow`. */
    readonly openJobs: readonly string[];
}
/** What was decided about a schedule's slots up to `decidedUntil`. */
export interface Firing extends Pick<Schedule, 'decidedUntil' | 'nextRunAt' | 'lastRunAt' | 'waitingSlot' | 'revision'> {
    readonly scheduleId: string;
    readonly ticks: readonly Tick[];
    /** One for each tick that has a `jobId`; without idempotency keys. */
    readonly jobs: readonly NewJob[];
}
export type FireAnswer = 'fired' | 'changed' | 'rejected';
