import { isDeclared } from '../../domain/declared-schedule.js';
export function scheduleView(schedule) {
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
    };
}
export function previewView({ description, runs }) {
    const run = ({ at, local, offset, note }) => ({ at: at.toISOString(), local, offset, note });
    return { description, runs: runs.map(run) };
}
export function tickView({ slot, outcome, jobId, reason, delayMs }) {
    return { slot: slot.toISOString(), outcome, jobId, reason, delayMs };
}
//# sourceMappingURL=schedule-view.js.map