import { readFileSync } from 'node:fs'

/** One number of one measure, of one of those that are compared; the better it is, the higher, unless it is a time or a size. */
export interface Figure {
  readonly measure: string
  /** Such as `postgres, inline` or the name of a peer. */
  readonly subject: string
  /** Such as `perSecond` or `p99`. */
  readonly metric: string
  /** One of each round. */
  readonly runs: readonly number[]
  readonly median: number
}

/** What a measure answers each time it is run: numbers by their metric. */
export type Readings = Readonly<Record<string, number>>

/** Collects what is read in each round. */
export class Figures {
  private readonly runs = new Map<string, number[]>()

  add(measure: string, subject: string, readings: Readings): void {
    for (const [metric, value] of Object.entries(readings)) {
      const key = keyOf({ measure, subject, metric })
      const runs = this.runs.get(key) ?? []
      runs.push(rounded(value))
      this.runs.set(key, runs)
    }
  }

  all(): readonly Figure[] {
    return [...this.runs].map(([key, runs]) => {
      const [measure = '', subject = '', metric = ''] = key.split(' | ')
      return { measure, subject, metric, runs, median: medianOf(runs) }
    })
  }
}

/** The figures of a run that was saved: every line that is one. */
export function readFigures(path: string): readonly Figure[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{"measure"'))
    .map((line) => JSON.parse(line) as Figure)
}

export function keyOf({ measure, subject, metric }: Pick<Figure, 'measure' | 'subject' | 'metric'>): string {
  return [measure, subject, metric].join(' | ')
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = NaN, high = NaN] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return rounded((low + high) / 2)
}

/** The value that this share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
