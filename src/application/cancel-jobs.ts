import { DELIVERY, isAskedFor } from '../domain/delivery.js'
import type { CancelAnswer, JobStore } from './ports/job-store.js'
import { CANCEL_HINT, type Notifier } from './ports/notifier.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/** Asks for the end of jobs and tells the workers at once, so that none has to wait for its next look. */
export class CancelJobs {
  constructor(
    private readonly store: Pick<JobStore, 'requestCancel'>,
    private readonly notifier: Notifier,
    private readonly newId: () => string,
    private readonly log: TransitionLog = silentTransitions,
  ) {}

  /** @returns as `JobStore.requestCancel`. */
  async execute(ids: readonly string[], now: Date): Promise<readonly CancelAnswer[]> {
    const answers = await this.store.requestCancel(ids, now, this.newId)
    if (answers.some(({ outcome }) => outcome === 'cancelling')) this.notifier.hint([CANCEL_HINT])
    const deliveries = answers.filter(callsForDelivery).length
    if (deliveries > 0) this.notifier.hint([DELIVERY.key], undefined, deliveries)
    for (const answer of answers) {
      if (answer.outcome === 'cancelled' || answer.outcome === 'cancelling')
        this.log.cancelRequested(answer.job)
    }
    return answers
  }
}

/** Whether this cancellation has made a delivery. */
export function callsForDelivery(answer: CancelAnswer): boolean {
  return answer.outcome === 'cancelled' && isAskedFor(answer.job.callback, { type: 'cancelled' })
}
