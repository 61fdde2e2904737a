import type { JsonObject } from './json.js';
export declare const CATCH_UPS: readonly ["skip", "last", "all"];
/** What becomes of slots that nobody fired in time: none of them, only the last one, or all, at most `maxCatchUp`. */
export type CatchUp = (typeof CATCH_UPS)[number];
export declare const OVERLAPS: readonly ["allow", "skip", "queue_one", "cancel_previous"];
/** What becomes of a slot while a job of the same schedule has not ended. */
export type Overlap = (typeof OVERLAPS)[number];
/** When slots are: at the local times of an expression, or at whole multiples of a span, counted from `startsAt`, else from the epoch. */
export type Cadence = {
    readonly kind: 'cron';
    readonly expression: string;
    readonly timezone: string;
} | {
    readonly kind: 'every';
    readonly seconds: number;
    readonly anchor: Date | null;
};
/** What is said about a schedule by whoever made or changed it. */
export interface ScheduleSpec {
    /** Unique. */
    readonly name: string;
    readonly definitionKey: string;
    /** `null`: the newest published at each slot. */
    readonly definitionVersion: number | null;
    readonly params: JsonObject;
    readonly priority: number;
    /** `null`: the definition's. */
    readonly maxAttempts: number | null;
    /** Exactly one of `cron` and `everySeconds` is not `null`. */
    readonly cron: string | null;
    readonly everySeconds: number | null;
    /** IANA name. */
    readonly timezone: string;
    /** The first slot is not before it. */
    readonly startsAt: Date | null;
    /** The last slot is before it. */
    readonly endsAt: Date | null;
    readonly enabled: boolean;
    readonly catchUp: CatchUp;
    readonly maxCatchUp: number;
    readonly overlap: Overlap;
}
/** A rule that makes a job at each of its slots. */
export interface Schedule extends ScheduleSpec {
    readonly id: string;
    readonly createdAt: Date;
    /** Every slot up to this instant, it included, is decided, but for the one that waits. */
    readonly decidedUntil: Date;
    /** The first slot after `decidedUntil`; `null` when there is none, or while it is not enabled. */
    readonly nextRunAt: Date | null;
    /** The latest slot that made a job. */
    readonly lastRunAt: Date | null;
    /** A slot of `queue_one` that makes its job, and gets its tick, when the open jobs have ended. */
    readonly waitingSlot: Date | null;
    /** What code said of it when it was last published; `null` when no code ever declared it. */
    readonly declared: JsonObject | null;
    /** Grows by one with every change and every firing: what was decided upon an older one does not apply. */
    readonly revision: number;
}
export declare const TICK_OUTCOMES: readonly ["fired", "caught_up", "skipped", "missed", "paused"];
export type TickOutcome = (typeof TICK_OUTCOMES)[number];
/** What became of a slot; of slots that a pause or the catch-up rule left out together, their first one stands for all. */
export interface Tick {
    readonly slot: Date;
    readonly outcome: TickOutcome;
    readonly jobId: string | null;
    /** In words, for every outcome but `fired`. */
    readonly reason: string | null;
    /** From the slot until it was decided. */
    readonly delayMs: number;
}
export declare function cadenceOf(spec: Pick<ScheduleSpec, 'cron' | 'everySeconds' | 'timezone' | 'startsAt'>): Cadence;
/** When there is something to decide: at the slot that waits, else at the next one. */
export declare function dueAt({ waitingSlot, nextRunAt }: Pick<Schedule, 'waitingSlot' | 'nextRunAt'>): Date | null;
