import type { Throughput } from '../api/types.js'

export type Periods = Throughput['data']

export function finishedIn(periods: Periods): {
  readonly completed: number
  readonly failed: number
  readonly successRate: number | null
} {
  const completed = periods.reduce((sum, period) => sum + period.completed, 0)
  const failed = periods.reduce((sum, period) => sum + period.failed, 0)
  return {
    completed,
    failed,
    successRate: completed + failed === 0 ? null : completed / (completed + failed),
  }
}

/** Which of the periods that begin at these times an instant lies in; `null` before the first. */
export function periodAt(starts: ArrayLike<number>, at: number): number | null {
  const index = Array.from(starts).findLastIndex((start) => start <= at)
  return index === -1 ? null : index
}

/** Columns for a chart of stacked bars: seconds since the epoch, all that finished, those that succeeded. */
export function stackedColumns(periods: Periods): [number[], number[], number[]] {
  return [
    periods.map(({ period }) => Date.parse(period) / 1_000),
    periods.map(({ completed, failed }) => completed + failed),
    periods.map(({ completed }) => completed),
  ]
}
