import { firstPlace } from './first-place.js'
import type { FinalStatus, FinishedJob, JobStatus } from './job.js'

/** How many, and how long all of them took together. */
export interface TimeSum {
  readonly count: number
  readonly totalMs: number
}

/** Figures of all jobs of one definition that are kept. */
export interface DefinitionFigures {
  readonly definitionKey: string
  readonly definitionVersion: number
  readonly byStatus: Readonly<Record<JobStatus, number>>
  /** Finished jobs that took more than one attempt. */
  readonly retried: number
  /** Last runs of jobs that succeeded or failed. */
  readonly runs: TimeSum
  /** Waits of finished jobs before their last run. */
  readonly waits: TimeSum
}

/** What became final in one period; unlike the figures of definitions, it stays when jobs are no longer kept. */
export interface PeriodFigures {
  readonly startsAt: Date
  readonly succeeded: number
  readonly failed: number
}

/** Jobs by the bucket that their time falls into. */
export type TimeHistogram = ReadonlyMap<number, number>

export interface Performance {
  /** Of jobs that succeeded or failed. `null`, as the others, over no jobs. */
  readonly successRate: number | null
  /** Seconds. */
  readonly avgProcessingTime: number | null
  /** Seconds. */
  readonly avgQueueTime: number | null
  readonly retryRate: number | null
}

/** How long the periods are that figures are kept by. */
export const GRAIN_MS = { minute: 60_000, hour: 3_600_000 } as const
export type Grain = keyof typeof GRAIN_MS

/** How many periods of each grain are kept. */
export const KEPT_PERIODS: Readonly<Record<Grain, number>> = { minute: 60, hour: 168 }

/** Number of the period since the epoch. */
export function periodOf(grain: Grain, at: Date): number {
  return Math.floor(at.getTime() / GRAIN_MS[grain])
}

/**
 * Upper bounds of the buckets of times: ten for each power of ten, so that what is read from a bucket is at most a quarter off.
 * The last bucket has none.
 */
export const TIME_BOUNDS_MS: readonly number[] = [
  ...new Set(Array.from({ length: 91 }, (_, step) => Math.round(10 ** (step / 10)))),
]

/** The bucket of a time: how many bounds it has reached. */
export function bucketOf(ms: number): number {
  return firstPlace(TIME_BOUNDS_MS, (bound) => bound > ms)
}

/**
 * The time that this share of all is within, interpolated inside of its bucket; `null` over none.
 *
 * @param share above 0, at most 1.
 */
export function percentileMs(histogram: TimeHistogram, share: number): number | null {
  const buckets = [...histogram].sort(([a], [b]) => a - b)
  let rank = share * buckets.reduce((sum, [, count]) => sum + count, 0)
  for (const [bucket, count] of buckets) {
    if (rank > count) {
      rank -= count
      continue
    }
    const least = TIME_BOUNDS_MS[bucket - 1] ?? 0
    const most = (TIME_BOUNDS_MS[bucket] ?? least + 1) - 1
    return Math.round(least + (most - least) * (rank / count))
  }
  return null
}

/** What a finished job adds to the figures. */
export interface FinishedTraits {
  readonly retried: boolean
  /** From the start of the last run to the end; `null` unless it succeeded or failed. */
  readonly runMs: number | null
  /** From being due to the start of the last run; `null` when it was queued again after that, or never ran. */
  readonly waitMs: number | null
}

export function traitsOf(
  job: Pick<FinishedJob, 'attempts' | 'runAt' | 'startedAt' | 'finishedAt'> & {
    readonly status: FinalStatus
  },
): FinishedTraits {
  const { status, attempts, runAt, startedAt, finishedAt } = job
  return {
    retried: attempts > 1,
    runMs: startedAt === null || status === 'cancelled' ? null : finishedAt.getTime() - startedAt.getTime(),
    waitMs: startedAt === null || startedAt < runAt ? null : startedAt.getTime() - runAt.getTime(),
  }
}

/** Jobs of each status together. */
export function summaryOf(figures: readonly DefinitionFigures[]): Record<JobStatus, number> {
  const sum = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelling: 0, cancelled: 0 }
  for (const { byStatus } of figures)
    for (const [status, count] of Object.entries(byStatus)) sum[status as JobStatus] += count
  return sum
}

export function performanceOf(figures: readonly DefinitionFigures[]): Performance {
  const { succeeded, failed, cancelled } = summaryOf(figures)
  const total = (of: (figure: DefinitionFigures) => number): number =>
    figures.reduce((sum, figure) => sum + of(figure), 0)
  const seconds = (of: (figure: DefinitionFigures) => TimeSum): number | null => {
    const ms = ratio(
      total((figure) => of(figure).totalMs),
      total((figure) => of(figure).count),
    )
    return ms === null ? null : ms / 1_000
  }
  return {
    successRate: ratio(succeeded, succeeded + failed),
    avgProcessingTime: seconds(({ runs }) => runs),
    avgQueueTime: seconds(({ waits }) => waits),
    retryRate: ratio(
      total(({ retried }) => retried),
      succeeded + failed + cancelled,
    ),
  }
}

export function byDefinition(
  a: Pick<DefinitionFigures, 'definitionKey' | 'definitionVersion'>,
  b: Pick<DefinitionFigures, 'definitionKey' | 'definitionVersion'>,
): number {
  if (a.definitionKey === b.definitionKey) return a.definitionVersion - b.definitionVersion
  return a.definitionKey < b.definitionKey ? -1 : 1
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
