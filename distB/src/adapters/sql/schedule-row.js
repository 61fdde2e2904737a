import { optional } from './job-row.js';
/** A schedule from a row of `schedules`. */
export function scheduleOf(row, decode) {
    const number = (value) => (value === null ? null : Number(value));
    return {
        id: row['id'],
        name: row['name'],
        definitionKey: row['definition_key'],
        definitionVersion: number(row['definition_version']),
        params: decode.json(row['params']),
        priority: Number(row['priority']),
        maxAttempts: number(row['max_attempts']),
        cron: row['cron'],
        everySeconds: number(row['every_seconds']),
        timezone: row['timezone'],
        startsAt: optional(row['starts_at'], decode),
        endsAt: optional(row['ends_at'], decode),
        enabled: Boolean(row['enabled']),
        catchUp: row['catch_up'],
        maxCatchUp: Number(row['max_catch_up']),
        overlap: row['overlap'],
        createdAt: decode.instant(row['created_at']),
        decidedUntil: decode.instant(row['decided_until']),
        nextRunAt: optional(row['next_run_at'], decode),
        lastRunAt: optional(row['last_run_at'], decode),
        waitingSlot: optional(row['waiting_slot'], decode),
        declared: row['declared'] === null ? null : decode.json(row['declared']),
        revision: Number(row['revision']),
    };
}
/** What is written of a schedule, by column; `params` and `declared` as they are, for each database to encode. */
export function scheduleColumns(schedule) {
    return {
        id: schedule.id,
        name: schedule.name,
        definition_key: schedule.definitionKey,
        definition_version: schedule.definitionVersion,
        params: schedule.params,
        priority: schedule.priority,
        max_attempts: schedule.maxAttempts,
        cron: schedule.cron,
        every_seconds: schedule.everySeconds,
        timezone: schedule.timezone,
        starts_at: schedule.startsAt,
        ends_at: schedule.endsAt,
        enabled: schedule.enabled,
        catch_up: schedule.catchUp,
        max_catch_up: schedule.maxCatchUp,
        overlap: schedule.overlap,
        created_at: schedule.createdAt,
        decided_until: schedule.decidedUntil,
        next_run_at: schedule.nextRunAt,
        last_run_at: schedule.lastRunAt,
        waiting_slot: schedule.waitingSlot,
        declared: schedule.declared,
        revision: schedule.revision,
    };
}
export const SCHEDULE_COLUMNS = [
    'id',
    'name',
    'definition_key',
    'definition_version',
    'params',
    'priority',
    'max_attempts',
    'cron',
    'every_seconds',
    'timezone',
    'starts_at',
    'ends_at',
    'enabled',
    'catch_up',
    'max_catch_up',
    'overlap',
    'created_at',
    'decided_until',
    'next_run_at',
    'last_run_at',
    'waiting_slot',
    'declared',
    'revision',
];
export function tickOf(row, decode) {
    return {
        slot: decode.instant(row['slot']),
        outcome: row['outcome'],
        jobId: row['job_id'],
        reason: row['reason'],
        delayMs: Number(row['delay_ms']),
    };
}
//# sourceMappingURL=schedule-row.js.map