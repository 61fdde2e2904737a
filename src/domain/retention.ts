import { FINAL_STATUSES, type FinalStatus } from './job.js'

/** How long finished jobs are kept, in milliseconds from their end; `null`: for ever. */
export type RetentionPolicy = Readonly<Record<FinalStatus, number | null>>

/** For each status the instant before which its jobs must have ended to go now; none for a status that is kept for ever. */
export function endedBefore(policy: RetentionPolicy, now: Date): Partial<Record<FinalStatus, Date>> {
  const limits = FINAL_STATUSES.flatMap((status) => {
    const ms = policy[status]
    return ms === null ? [] : [[status, new Date(now.getTime() - ms)] as const]
  })
  return Object.fromEntries(limits)
}

/** Ticks of slots before this instant go: a tick stays as long as any job does that it may have made; `null`: for ever. */
export function ticksBefore(policy: RetentionPolicy, now: Date): Date | null {
  const kept = FINAL_STATUSES.map((status) => policy[status])
  if (kept.includes(null)) return null
  return new Date(now.getTime() - Math.max(...kept.map(Number)))
}

/** Where a commit alone takes longer than the batch should, smaller ones would only make more of them. */
const MIN_BATCH = 50
const MAX_BATCH = 1_000

/**
 * How many jobs the next batch takes, so that it takes about `targetMs`: by what the last one took, at most twice as many.
 *
 * Small: whoever has to wait for a batch, such as a claim on SQLite, waits for no longer than that.
 */
export function nextBatchSize(size: number, tookMs: number, targetMs: number): number {
  const fitting = Math.floor((size * targetMs) / Math.max(1, tookMs))
  return Math.max(Math.min(MIN_BATCH, size * 2), Math.min(MAX_BATCH, size * 2, fitting))
}
