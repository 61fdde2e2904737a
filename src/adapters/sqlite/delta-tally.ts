import { bucketOf, periodOf, traitsOf } from '../../domain/metrics.js'
import type { FinalStatus } from '../../domain/job.js'
import type { Row } from '../sql/dialect.js'
import { DELTA_COLUMNS } from '../sql/job-deltas.js'
import type { Statements } from './sqlite-connection.js'
import { optional } from '../sql/job-row.js'
import { decode } from './sqlite-reader.js'

const INSERT = `insert into job_deltas (${DELTA_COLUMNS}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`

/** Jobs that are alike in all that figures are kept by. */
interface Delta {
  readonly alike: readonly [key: string, version: number, status: string, minute: number | null]
  readonly runBucket: number
  readonly waitBucket: number
  live: number
  jobs: number
  retried: number
  runs: number
  runMs: number
  waits: number
  waitMs: number
}

/** Gathers what the jobs of one transaction add to the figures, and writes it at the end: a row for each group, not for each job. */
export class DeltaTally {
  private readonly deltas = new Map<string, Delta>()

  constructor(private readonly db: Statements) {}

  inserted(definitionKey: string, definitionVersion: number): void {
    this.delta([definitionKey, definitionVersion, 'queued', null], 0, 0).live += 1
  }

  /** @param row of `jobs`, as it was before its end. */
  finished(row: Row, status: FinalStatus, attempts: number, finishedAt: Date): void {
    const { retried, runMs, waitMs } = traitsOf({
      status,
      attempts,
      runAt: decode.instant(row['run_at']),
      startedAt: optional(row['started_at'], decode),
      finishedAt,
    })
    const delta = this.delta(
      [
        row['definition_key'] as string,
        Number(row['definition_version']),
        status,
        periodOf('minute', finishedAt),
      ],
      bucketOf(runMs ?? 0),
      bucketOf(waitMs ?? 0),
    )
    delta.live -= 1
    delta.jobs += 1
    delta.retried += Number(retried)
    delta.runs += Number(runMs !== null)
    delta.runMs += runMs ?? 0
    delta.waits += Number(waitMs !== null)
    delta.waitMs += waitMs ?? 0
  }

  write(): void {
    for (const { alike, ...delta } of this.deltas.values()) {
      const { live, jobs, retried, runs, runMs, runBucket, waits, waitMs, waitBucket } = delta
      this.db.run(INSERT, ...alike, live, jobs, retried, runs, runMs, runBucket, waits, waitMs, waitBucket)
    }
  }

  private delta(alike: Delta['alike'], runBucket: number, waitBucket: number): Delta {
    const name = JSON.stringify([...alike, runBucket, waitBucket])
    const known = this.deltas.get(name)
    if (known !== undefined) return known
    const sums = { live: 0, jobs: 0, retried: 0, runs: 0, runMs: 0, waits: 0, waitMs: 0 }
    const delta: Delta = { alike, runBucket, waitBucket, ...sums }
    this.deltas.set(name, delta)
    return delta
  }
}
