import { keyOf, type Figure } from './figures.js'

/** A ratio of two figures that this project wants to reach. */
export interface Aim {
  readonly what: string
  readonly ratio: (figures: Lookup) => number
  readonly atLeast?: number
  readonly atMost?: number
}

/** Answers a median; `NaN` for what was not measured. */
type Lookup = (measure: string, subject: string, metric?: string) => number

const best = (...values: readonly number[]): number => Math.max(...values)
const least = (...values: readonly number[]): number => Math.min(...values)
const LOCAL = 'graphile-worker, local queue'
const SINGLE = 'single enqueue'
const SEVERAL = 'drain by several workers'

export const AIMS: readonly Aim[] = [
  {
    what: 'drain, inline, against the faster of graphile-worker (local queue) and pg-boss',
    ratio: (of) => of('drain', 'postgres, inline') / best(of('drain', LOCAL), of('drain', 'pg-boss')),
    atLeast: 1.5,
  },
  {
    what: 'drain, inline, against bare SQL',
    ratio: (of) => of('drain', 'postgres, inline') / of('drain', 'bare SQL'),
    atLeast: 0.8,
  },
  {
    what: 'drain, process, jobs/s',
    ratio: (of) => of('drain', 'postgres, process'),
    atLeast: 8_000,
  },
  {
    what: "drain, process, against graphile-worker's default",
    ratio: (of) => of('drain', 'postgres, process') / of('drain', 'graphile-worker'),
    atLeast: 3,
  },
  {
    what: "bulk enqueue over HTTP against the best peer's library call",
    ratio: (of) =>
      of('bulk enqueue', 'postgres') /
      best(of('bulk enqueue', LOCAL), of('bulk enqueue', 'graphile-worker'), of('bulk enqueue', 'pg-boss')),
    atLeast: 1,
  },
  {
    what: "single enqueue over HTTP against the best peer's library call",
    ratio: (of) =>
      of(SINGLE, 'postgres') / best(of(SINGLE, LOCAL), of(SINGLE, 'graphile-worker'), of(SINGLE, 'pg-boss')),
    atLeast: 10,
  },
  {
    what: 'single enqueue over HTTP against bare Koa',
    ratio: (of) => of(SINGLE, 'postgres') / of(SINGLE, 'bare Koa, nothing kept'),
    atLeast: 0.6,
  },
  ...(['p50', 'p99'] as const).map((metric) => ({
    what: `latency ${metric}, inline, against the best PostgreSQL peer`,
    ratio: (of: Lookup) =>
      of('latency', 'postgres, inline', metric) /
      least(
        of('latency', LOCAL, metric),
        of('latency', 'graphile-worker', metric),
        of('latency', 'pg-boss', metric),
      ),
    atMost: metric === 'p50' ? 0.7 : 1,
  })),
  {
    what: 'SQLite, all in one: drain against plainjob',
    ratio: (of) => of('drain', 'sqlite, inline') / of('drain', 'plainjob'),
    atLeast: 3,
  },
  {
    what: 'SQLite, all in one: single enqueue, durable, jobs/s',
    ratio: (of) => of(SINGLE, 'sqlite'),
    atLeast: 8_000,
  },
  {
    what: 'SQLite, all in one: latency p50, ms',
    ratio: (of) => of('latency', 'sqlite, inline', 'p50'),
    atMost: 2,
  },
  {
    what: 'latency p99 beside a saturated definition against without',
    ratio: (of) => {
      const measure = 'latency beside a saturated definition'
      return of(measure, 'postgres, 100000 waiting', 'p99') / of(measure, 'postgres, 0 waiting', 'p99')
    },
    atMost: 1.2,
  },
  ...[2, 4, 8].map((workers) => ({
    what: `drain by ${workers} workers against one`,
    ratio: (of: Lookup) => of(SEVERAL, `postgres, ${workers}`) / of(SEVERAL, 'postgres, 1'),
    atLeast: workers === 2 ? 1 : 0.85,
  })),
  {
    what: 'lock waits over 10 ms',
    ratio: (of) => [1, 2, 4, 8].reduce((sum, n) => sum + of(SEVERAL, `postgres, ${n}`, 'lockWaits'), 0),
    atMost: 0,
  },
  {
    what: 'video: whole path against ffmpeg alone',
    ratio: (of) => of('video', 'whole path', 'seconds') / of('video', 'ffmpeg alone', 'seconds'),
    atMost: 1.05,
  },
  {
    what: 'memory: idle, MB',
    ratio: (of) => of('memory', 'sqlite, all in one', 'idleMb'),
    atMost: 120,
  },
  {
    what: 'memory: after many jobs against before',
    ratio: (of) =>
      of('memory', 'sqlite, all in one', 'afterMb') / of('memory', 'sqlite, all in one', 'idleMb'),
    atMost: 1.1,
  },
  {
    what: 'memory: children when idle',
    ratio: (of) => of('memory', 'sqlite, all in one', 'children'),
    atMost: 0,
  },
]

export function lookupIn(figures: readonly Figure[]): Lookup {
  const medians = new Map(figures.map((figure) => [keyOf(figure), figure.median]))
  return (measure, subject, metric = 'perSecond') => medians.get(keyOf({ measure, subject, metric })) ?? NaN
}

export function isReached({ atLeast, atMost }: Aim, ratio: number): boolean {
  return ratio >= (atLeast ?? -Infinity) && ratio <= (atMost ?? Infinity)
}
