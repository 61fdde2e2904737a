import type { Attempt, JobSummary } from '../api/types.js'

/** A stretch of a job's life. */
export interface Stretch {
  /** `wait`: until it is due and taken; `pause`: between two runs; `run`. */
  readonly kind: 'wait' | 'pause' | 'run'
  readonly run: number | null
  readonly outcome: Attempt['outcome'] | 'waiting'
  /** Milliseconds since the epoch. */
  readonly from: number
  /** The present for a stretch that has not ended. */
  readonly to: number
  readonly isOpen: boolean
}

/** What a job spent its time with, in order; a job that waits or runs has an open stretch at the end. */
export function timelineOf(
  job: Pick<JobSummary, 'queuedAt' | 'finishedAt' | 'status'>,
  attempts: readonly Pick<Attempt, 'run' | 'startedAt' | 'endedAt' | 'outcome'>[],
  now: number,
): readonly Stretch[] {
  const stretches: Stretch[] = []
  let place = Date.parse(job.queuedAt)
  for (const { run, startedAt, endedAt, outcome } of [...attempts].sort((a, b) => a.run - b.run)) {
    const from = Date.parse(startedAt)
    const to = endedAt === null ? now : Date.parse(endedAt)
    if (from > place) stretches.push(idle(stretches, place, from))
    stretches.push({ kind: 'run', run, outcome, from, to: Math.max(from, to), isOpen: endedAt === null })
    place = Math.max(from, to)
  }
  if (job.status === 'queued')
    stretches.push({ ...idle(stretches, place, Math.max(place, now)), isOpen: true })
  else if (attempts.length === 0 && job.finishedAt !== null)
    stretches.push(idle(stretches, place, Date.parse(job.finishedAt)))
  return stretches
}

function idle(before: readonly Stretch[], from: number, to: number): Stretch {
  const kind = before.length === 0 ? 'wait' : 'pause'
  return { kind, run: null, outcome: 'waiting', from, to, isOpen: false }
}

/** Where a stretch lies in the whole, as shares of its width; none is too thin to be seen. */
export function placeOf({ from, to }: Stretch, whole: readonly Stretch[]): { left: number; width: number } {
  const start = whole[0]?.from ?? from
  const span = Math.max(1, (whole.at(-1)?.to ?? to) - start)
  const width = Math.max(0.006, (to - from) / span)
  return { left: Math.min(1 - width, (from - start) / span), width }
}
