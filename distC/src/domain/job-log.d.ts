import { type JsonObject } from './json.js';
export declare const LOG_LEVELS: readonly ["debug", "info", "warn", "error"];
export type LogLevel = (typeof LOG_LEVELS)[number];
/** What a run wrote, ready to be kept. */
export interface NewLogLine {
    readonly at: Date;
    readonly level: LogLevel;
    readonly message: string;
    readonly fields: JsonObject;
    /** What it counts for in its run's log. */
    readonly bytes: number;
}
/** A line of a job's log. `id` grows within the job. */
export interface LogLine extends Omit<NewLogLine, 'bytes'> {
    readonly id: number;
    readonly run: number;
}
/** Of one run; beyond it the oldest lines are dropped and counted. */
export declare const MAX_RUN_LOG_BYTES: number;
export declare const MAX_LOG_MESSAGE_BYTES: number;
export declare const MAX_LOG_FIELDS_BYTES: number;
/** A line as it is kept: every store can hold it, and what is too long is cut and says so. Never throws. */
export declare function newLogLine(level: LogLevel, message: string, fields: unknown, at: Date): NewLogLine;
