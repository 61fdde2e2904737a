import type { ActiveJob } from '../domain/job.js'
import type { DefinitionRef } from '../domain/job-definition.js'
import { decideOutcome, type Circumstances } from '../domain/outcome.js'
import type { RetryPolicy } from '../domain/retry-policy.js'
import type { RunResult } from '../domain/run-result.js'
import type { Clock } from './ports/clock.js'
import type { JobStore, Settlement } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'

/** A run that has ended and waits for its settle. */
export interface RunEnd {
  readonly job: ActiveJob
  readonly result: RunResult
}

/**
 * Turns the ends of runs into outcomes and applies them while their leases hold.
 *
 * @returns per end, same order: `applied`, or `lease_lost` when the job belongs to someone else by now.
 * @throws StorageUnavailableError; the same call may be repeated, tokens make that safe.
 */
export class SettleJobs {
  constructor(
    private readonly store: JobStore,
    private readonly notifier: Notifier,
    private readonly clock: Clock,
    private readonly random: () => number,
    private readonly newId: () => string,
    private readonly policy: RetryPolicy,
    /** Whether a place that becomes free may be what another worker waits for. */
    private readonly isLimited: (definition: DefinitionRef) => boolean,
  ) {}

  async execute(ends: readonly RunEnd[]): Promise<readonly ('applied' | 'lease_lost')[]> {
    const now = this.clock.now()
    const settlements = ends.map((end) => this.decide(end, now))
    const answers = [...(await this.store.settle(settlements, now))]

    const again = answers.flatMap((answer, index) => {
      const end = ends[index]
      return end === undefined || answer === 'applied' || answer === 'lease_lost'
        ? []
        : [{ index, end: revised(end, answer) }]
    })
    if (again.length > 0) {
      const second = await this.store.settle(
        again.map(({ end }) => this.decide(end, now)),
        now,
      )
      again.forEach(({ index }, position) => {
        answers[index] = second[position] ?? 'lease_lost'
      })
    }
    this.hintFreedPlaces(settlements, ends)
    return answers.map((answer) => (answer === 'applied' ? 'applied' : 'lease_lost'))
  }

  private decide({ job, result }: RunEnd, now: Date): Settlement {
    const at: Circumstances = { now, random: this.random(), policy: this.policy, newId: this.newId }
    return { lease: job.lease, outcome: decideOutcome(job, result, at) }
  }

  private hintFreedPlaces(settlements: readonly Settlement[], ends: readonly RunEnd[]): void {
    const keys = ends.flatMap(({ job }, index) => {
      const requeued = settlements[index]?.outcome.kind === 'requeued'
      const limited = this.isLimited({ key: job.definitionKey, version: job.definitionVersion })
      return requeued || limited ? [job.definitionKey] : []
    })
    if (keys.length > 0) this.notifier.hint([...new Set(keys)])
  }
}

/** What to decide on when the store could not take the first decision. */
function revised(end: RunEnd, answer: 'cancelling' | 'rejected'): RunEnd {
  if (answer === 'cancelling') return { ...end, job: { ...end.job, status: 'cancelling' } }
  return {
    ...end,
    result: { kind: 'error', permanent: true, message: 'the result of this run cannot be stored' },
  }
}
