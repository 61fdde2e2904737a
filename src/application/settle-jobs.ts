import type { ActiveJob } from '../domain/job.js'
import type { DefinitionRef } from '../domain/job-definition.js'
import { DELIVERY } from '../domain/delivery.js'
import { decideOutcome, type Circumstances } from '../domain/outcome.js'
import type { RetryPolicy } from '../domain/retry-policy.js'
import type { RunResult } from '../domain/run-result.js'
import { hintJobs, type WaitingJob } from './hint-jobs.js'
import type { Clock } from './ports/clock.js'
import type { JobStore, Settlement } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'
import { unobserved, type RunObserver } from './ports/run-observer.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/** A refused outcome is decided again: for a cancel that came first, for a result that cannot be kept, for both. */
const MAX_ROUNDS = 4

type DefinedJob = Pick<ActiveJob, 'definitionKey' | 'definitionVersion'>

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
    private readonly log: TransitionLog = silentTransitions,
    private readonly observer: RunObserver = unobserved,
  ) {}

  async execute(ends: readonly RunEnd[]): Promise<readonly ('applied' | 'lease_lost')[]> {
    const now = this.clock.now()
    const answers = ends.map((): 'applied' | 'lease_lost' => 'lease_lost')
    const waiting: WaitingJob[] = []
    let open = ends.map((end, index) => ({ end, index }))
    for (let round = 0; open.length > 0; round++) {
      if (round === MAX_ROUNDS) throw new Error('the store accepts no outcome of these runs')
      const settlements = open.map(({ end }) => this.decide(end, now))
      const said = await this.store.settle(settlements, now)
      // Whatever the answers are: a lost reply is answered `lease_lost` when it is repeated, and its place is free.
      waiting.push(...this.hintworthy(open, settlements, now))
      open = open.flatMap(({ end, index }, position) => {
        const answer = said[position]
        const settlement = settlements[position]
        if (answer === 'applied' && settlement !== undefined) {
          answers[index] = 'applied'
          if (settlement.outcome.deliveries.length > 0)
            waiting.push({ definitionKey: DELIVERY.key, runAt: now })
          this.log.settled(end.job, settlement.outcome)
          this.observer.ended(end.job, settlement.outcome, now)
        }
        return answer === 'cancelling' || answer === 'rejected' ? [{ end: revised(end, answer), index }] : []
      })
    }
    hintJobs(this.notifier, waiting, now)
    return answers
  }

  /** Whether another worker may wait for what comes free when a job of this definition ends. */
  freesPlace({ definitionKey: key, definitionVersion: version }: DefinedJob): boolean {
    return this.isLimited({ key, version })
  }

  private decide({ job, result }: RunEnd, now: Date): Settlement {
    const at: Circumstances = { now, random: this.random(), policy: this.policy, newId: this.newId }
    return { lease: job.lease, outcome: decideOutcome(job, result, at) }
  }

  /** Jobs that may start now, or sooner than workers know: those that are re-queued, and any that wait for a place. */
  private hintworthy(
    ends: readonly { end: RunEnd }[],
    settlements: readonly Settlement[],
    now: Date,
  ): WaitingJob[] {
    const requeued = ends.flatMap(({ end: { job } }, index): WaitingJob[] => {
      const outcome = settlements[index]?.outcome
      return outcome?.kind === 'requeued' ? [{ definitionKey: job.definitionKey, runAt: outcome.runAt }] : []
    })
    const limited = ends.filter(({ end }) => this.freesPlace(end.job))
    return [
      ...requeued,
      ...limited.map(({ end: { job } }) => ({ definitionKey: job.definitionKey, runAt: now })),
    ]
  }
}

/** What to decide on when the store could not take the first decision. */
function revised(end: RunEnd, answer: 'cancelling' | 'rejected'): RunEnd {
  if (answer === 'cancelling') return { ...end, job: { ...end.job, status: 'cancelling' } }
  const { usage = null } = end.result
  return {
    ...end,
    result: { kind: 'error', permanent: true, message: 'the result of this run cannot be stored', usage },
  }
}
