import type { JsonObject } from '../../domain/json.js'
import type { CatchUp, Overlap, Schedule, Tick, TickOutcome } from '../../domain/schedule.js'
import type { Row, SqlReader } from './dialect.js'
import { optional } from './job-row.js'

type Decoder = Pick<SqlReader, 'json' | 'instant'>

/** A schedule from a row of `schedules`. */
export function scheduleOf(row: Row, decode: Decoder): Schedule {
  const number = (value: unknown): number | null => (value === null ? null : Number(value))
  return {
    id: row['id'] as string,
    name: row['name'] as string,
    definitionKey: row['definition_key'] as string,
    definitionVersion: number(row['definition_version']),
    params: decode.json(row['params']) as JsonObject,
    priority: Number(row['priority']),
    maxAttempts: number(row['max_attempts']),
    cron: row['cron'] as string | null,
    everySeconds: number(row['every_seconds']),
    timezone: row['timezone'] as string,
    startsAt: optional(row['starts_at'], decode),
    endsAt: optional(row['ends_at'], decode),
    enabled: Boolean(row['enabled']),
    catchUp: row['catch_up'] as CatchUp,
    maxCatchUp: Number(row['max_catch_up']),
    overlap: row['overlap'] as Overlap,
    createdAt: decode.instant(row['created_at']),
    decidedUntil: decode.instant(row['decided_until']),
    nextRunAt: optional(row['next_run_at'], decode),
    lastRunAt: optional(row['last_run_at'], decode),
    waitingSlot: optional(row['waiting_slot'], decode),
    declared: row['declared'] === null ? null : (decode.json(row['declared']) as JsonObject),
    revision: Number(row['revision']),
  }
}

/** What is written of a schedule, by column; `params` and `declared` as they are, for each database to encode. */
export function scheduleColumns(schedule: Schedule) {
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
  }
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
] as const satisfies readonly (keyof ReturnType<typeof scheduleColumns>)[]

export function tickOf(row: Row, decode: Decoder): Tick {
  return {
    slot: decode.instant(row['slot']),
    outcome: row['outcome'] as TickOutcome,
    jobId: row['job_id'] as string | null,
    reason: row['reason'] as string | null,
    delayMs: Number(row['delay_ms']),
  }
}
