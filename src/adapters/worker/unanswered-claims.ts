import type { Clock } from '../../application/ports/clock.js'
import type { JobStore } from '../../application/ports/job-store.js'
import type { HeldRun } from '../../application/ports/worker-registry.js'
import type { ActiveJob } from '../../domain/job.js'

/** A claim that failed on this side may still be committed on the other: one that arrived is done, or given up, until then. */
const UNSURE_MS = 20_000

/**
 * Finds the runs that a worker was given by claims whose answers it never had.
 *
 * They are looked for while a claim may still be carried out. One that arrives later still, kept back on its way, is told by the beats.
 */
export class UnansweredClaims {
  /** Monotonic time until which they may come to light; `null` once they were looked for after it. */
  private until: number | null = null
  /** What the last beat told and this process did not know. */
  private strange = new Set<string>()

  constructor(
    private readonly store: Pick<JobStore, 'held'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  get areExpected(): boolean {
    return this.until !== null
  }

  /** A claim had no answer. */
  expect(): void {
    this.until = this.clock.monotonicMs() + UNSURE_MS
  }

  /**
   * Compares what a beat told with what is known here; answers whether it has to be looked at. Not at once: the answer of a claim may
   * just be on its way.
   *
   * @param known by `runOf`, from before the beat was sent.
   */
  compare(held: readonly HeldRun[], known: ReadonlySet<string>): boolean {
    const strange = held.map(({ jobId, run }) => runOf({ id: jobId, run })).filter((run) => !known.has(run))
    const isToBeSeen = strange.some((run) => this.strange.has(run))
    this.strange = new Set(strange)
    if (isToBeSeen) this.until ??= this.clock.monotonicMs()
    return isToBeSeen
  }

  /**
   * Runs that this worker holds and does not know.
   *
   * @param known by `runOf`, from before the call: a run that is settled meanwhile is still in the answer, and must not begin again.
   * @throws StorageUnavailableError.
   */
  async look(incarnation: string, known: ReadonlySet<string>): Promise<readonly ActiveJob[]> {
    const { until } = this
    if (until === null) return []
    const isLast = this.clock.monotonicMs() >= until
    const held = await this.store.held(incarnation)
    if (isLast && this.until === until) this.until = null
    return held.filter((job) => !known.has(runOf(job)))
  }
}

/** Names one run of a job: while the end of a run waits for its answer, the same worker may be given the next one. */
export function runOf({ id, run }: Pick<ActiveJob, 'id' | 'run'>): string {
  return `${id} ${run}`
}
