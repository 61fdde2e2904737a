import { queuedChanges } from './announced-stores.js'
import type { EnqueueTarget } from './enqueue-jobs.js'
import { NO_CHANGES } from './followers.js'
import { hintJobs } from './hint-jobs.js'
import type { CallersTransaction } from './ports/callers-transaction.js'
import type { ChangeChannel } from './ports/change-channel.js'
import type { JobQueries } from './ports/job-queries.js'
import type { InsertAnswer } from './ports/job-store.js'

interface Listeners extends Omit<EnqueueTarget, 'jobs'> {
  readonly changes: Pick<ChangeChannel, 'announce'>
  readonly queries: Pick<JobQueries, 'get'>
}

/** Jobs go into a caller's transaction. Workers, pages and the log are told of them after the commit, never of what was rolled back. */
export function withinTransaction(
  transaction: CallersTransaction,
  { notifier, changes, log, queries }: Listeners,
): EnqueueTarget {
  const tell = async (answers: readonly InsertAnswer[]): Promise<void> => {
    const jobs = answers.flatMap((answer) => (answer.outcome === 'inserted' ? [answer.job] : []))
    const [first] = jobs
    // They stay or go together.
    if (first === undefined || (await queries.get(first.id)) === null) return
    hintJobs(notifier, jobs, first.queuedAt)
    changes.announce({ ...NO_CHANGES, jobs: queuedChanges(answers) })
    for (const job of jobs) log.queued(job)
  }
  return {
    jobs: {
      async insert(newJobs) {
        const answers = await transaction.jobs.insert(newJobs)
        // A hint that is lost with its database costs no job: workers look by themselves.
        transaction.afterEnd(() => void tell(answers).catch(() => undefined))
        return answers
      },
    },
    // Whoever was told now would look too early.
    notifier: { hint: () => undefined },
    log: { queued: () => undefined },
  }
}
