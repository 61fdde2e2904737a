import { JobServerError } from '../domain/errors.js'
import type { JobQueries } from './ports/job-queries.js'
import type { JobStore } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'
import type { Clock } from './ports/clock.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/** Makes a new job of a dead letter, once. */
export class RetryDeadLetter {
  constructor(
    private readonly store: Pick<JobStore, 'retry'>,
    private readonly queries: Pick<JobQueries, 'deadLetter'>,
    private readonly notifier: Notifier,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly log: TransitionLog = silentTransitions,
  ) {}

  /**
   * @param maxAttempts `null`: as the old job's.
   * @returns id of the new job, which is queued.
   * @throws JobServerError `dead-letter-not-found`; `dead-letter-already-retried`, with the `jobId` that was made then, also when
   *   another caller was quicker, or the answer to an earlier call was lost.
   */
  async execute(deadLetterId: string, maxAttempts: number | null): Promise<string> {
    const found = await this.queries.deadLetter(deadLetterId)
    if (found === null) throw noSuchDeadLetter()
    const newJobId = this.newId()
    const retry = { jobId: found.job.id, newJobId, maxAttempts }
    const [answer] = await this.store.retry([retry], this.clock.now())
    switch (answer?.outcome) {
      case 'retried':
        this.notifier.hint([answer.definitionKey], undefined, 1)
        this.log.retried(retry, { key: answer.definitionKey, version: answer.definitionVersion })
        return newJobId
      case 'already_retried':
        throw new JobServerError('dead-letter-already-retried', 'a job was made of this dead letter before', {
          fields: { jobId: answer.jobId },
        })
      case 'not_retriable':
      case undefined:
        throw noSuchDeadLetter()
    }
  }
}

export function noSuchDeadLetter(): JobServerError {
  return new JobServerError('dead-letter-not-found', 'there is no dead letter with this id')
}
