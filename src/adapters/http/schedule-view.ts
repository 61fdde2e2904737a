import type { Occurrence } from '../../application/ports/calendar.js'
import type { SchedulePreview } from '../../application/preview-schedule.js'
import { isDeclared } from '../../domain/declared-schedule.js'
import type { Schedule, Tick } from '../../domain/schedule.js'

export function scheduleView(schedule: Schedule) {
  return {
    scheduleId: schedule.id,
    name: schedule.name,
    definitionKey: schedule.definitionKey,
    definitionVersion: schedule.definitionVersion,
    params: schedule.params,
    priority: schedule.priority,
    maxAttempts: schedule.maxAttempts,
    cron: schedule.cron,
    everySeconds: schedule.everySeconds,
    timezone: schedule.timezone,
    startsAt: schedule.startsAt?.toISOString() ?? null,
    endsAt: schedule.endsAt?.toISOString() ?? null,
    enabled: schedule.enabled,
    catchUp: schedule.catchUp,
    maxCatchUp: schedule.maxCatchUp,
    overlap: schedule.overlap,
    nextRunAt: schedule.nextRunAt?.toISOString() ?? null,
    lastRunAt: schedule.lastRunAt?.toISOString() ?? null,
    createdAt: schedule.createdAt.toISOString(),
    declared: isDeclared(schedule),
  }
}

export function previewView({ description, runs }: SchedulePreview) {
  const run = ({ at, local, offset, note }: Occurrence) => ({ at: at.toISOString(), local, offset, note })
  return { description, runs: runs.map(run) }
}

export function tickView({ slot, outcome, jobId, reason, delayMs }: Tick) {
  return { slot: slot.toISOString(), outcome, jobId, reason, delayMs }
}
