import type { Flaw, JsonObject } from './json.js';
import type { CatchUp, Overlap, ScheduleSpec } from './schedule.js';
/** What somebody says about a schedule; everything but its name and its definition has a default. */
export interface GivenSchedule {
    readonly name: string;
    readonly definitionKey: string;
    readonly definitionVersion?: number | null | undefined;
    readonly params?: JsonObject | undefined;
    readonly priority?: number | undefined;
    readonly maxAttempts?: number | null | undefined;
    readonly cron?: string | null | undefined;
    readonly everySeconds?: number | null | undefined;
    readonly timezone?: string | undefined;
    readonly startsAt?: Date | null | undefined;
    readonly endsAt?: Date | null | undefined;
    readonly enabled?: boolean | undefined;
    readonly catchUp?: CatchUp | undefined;
    readonly maxCatchUp?: number | undefined;
    readonly overlap?: Overlap | undefined;
}
/** What is said anew; the rest stays. */
export type SchedulePatch = {
    readonly [Member in keyof GivenSchedule]?: GivenSchedule[Member] | undefined;
};
export declare const SCHEDULE_DEFAULTS: {
    readonly definitionVersion: null;
    readonly params: {};
    readonly priority: 0;
    readonly maxAttempts: null;
    readonly cron: null;
    readonly everySeconds: null;
    readonly timezone: "UTC";
    readonly startsAt: null;
    readonly endsAt: null;
    readonly enabled: true;
    readonly catchUp: "last";
    readonly maxCatchUp: 100;
    readonly overlap: "allow";
};
/** With every default filled in. */
export declare function scheduleSpec(given: GivenSchedule): ScheduleSpec;
/** A spec with some of it said anew; of `cron` and `everySeconds` the one that is given takes the place of the other. */
export declare function patchedSpec(spec: ScheduleSpec, patch: SchedulePatch): ScheduleSpec;
/** The members of a spec, whatever else there is of them. */
export declare function specOf(spec: ScheduleSpec): ScheduleSpec;
/** A spec as plain JSON: what is equal has equal canonical text. */
export declare function specJson(spec: ScheduleSpec): JsonObject;
/** What members of a spec say against each other; empty when they agree. */
export declare function specFlaws({ cron, everySeconds, startsAt, endsAt, }: Pick<ScheduleSpec, 'cron' | 'everySeconds' | 'startsAt' | 'endsAt'>): readonly Flaw[];
