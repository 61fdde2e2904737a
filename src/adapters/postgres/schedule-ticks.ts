import type { Tick } from '../../domain/schedule.js'

/** Columns of ticks: schedule_id, slot, outcome, job_id, reason, delay_ms. */
export function tickValues(
  ticks: readonly (Tick & { readonly scheduleId: string })[],
): readonly (readonly unknown[])[] {
  return [
    ticks.map(({ scheduleId }) => scheduleId),
    ticks.map(({ slot }) => slot),
    ticks.map(({ outcome }) => outcome),
    ticks.map(({ jobId }) => jobId),
    ticks.map(({ reason }) => reason),
    ticks.map(({ delayMs }) => delayMs),
  ]
}
