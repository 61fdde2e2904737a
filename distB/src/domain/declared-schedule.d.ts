import { type JsonObject } from './json.js';
import type { Schedule, ScheduleSpec } from './schedule.js';
import { type GivenSchedule } from './schedule-spec.js';
/** A schedule that a definition declares in code, of its own jobs; what it does not say has the defaults of the API. */
export interface DeclaredSchedule<Params = unknown> extends Omit<GivenSchedule, 'definitionKey' | 'definitionVersion' | 'params'> {
    /** What each job is given; `{}` unless said otherwise. */
    readonly params?: Params;
}
/** What a declaration says, with every default, for the version that declares it. */
export declare function declaredSpec(definition: {
    readonly key: string;
    readonly version: number;
}, declared: DeclaredSchedule): ScheduleSpec;
/** Why a definition cannot declare these, one sentence each; their times are for a calendar to judge. */
export declare function declarationFlaws(schedules: unknown): string[];
/**
 * What holds when code declares something else than before: what code says anew, it says; in all else the schedule stays as
 * it is, whether code made it so or an operator.
 *
 * @param before what code declared last, as `specJson` has it.
 */
export declare function mergedSpec(current: ScheduleSpec, before: JsonObject, declared: ScheduleSpec): ScheduleSpec;
/** What is kept of a declaration that is in the code no longer: it counts as one that is not enabled. */
export declare function withdrawn(before: JsonObject): JsonObject;
/** Whether code declares this schedule, as far as the last one that published knew. */
export declare function isDeclared({ declared }: Pick<Schedule, 'declared'>): boolean;
