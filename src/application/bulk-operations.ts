import type { JobStatus } from '../domain/job.js'
import type { CancelJobs } from './cancel-jobs.js'
import type { Clock } from './ports/clock.js'
import type { DeadLetterFilter, JobFilter, JobQueries, Walk } from './ports/job-queries.js'
import type { JobStore } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

export interface BulkResult {
  /** What the operation could take when it came by. */
  readonly matched: number
  /** What this call changed; others may have been quicker with the rest. 0 for a dry run. */
  readonly done: number
}

/** Short transactions, between which claims and everything else get their turn. */
const BATCH = 500
/** Ids that are read at once: finding where a walk goes on may cost more than going on. */
const STRIDE = 10_000
const CANCELLABLE: readonly JobStatus[] = ['queued', 'running']

/**
 * Repairs everything that a filter matches, in batches of a transaction each, newest first. What comes up meanwhile is newer than
 * where the walk stands, so that it ends. Stopped half-way, it may be repeated: what was done does not match any more.
 */
export class BulkOperations {
  constructor(
    private readonly store: Pick<JobStore, 'retry' | 'discard'>,
    private readonly cancel: Pick<CancelJobs, 'execute'>,
    private readonly queries: Pick<JobQueries, 'jobIds' | 'deadLetterIds'>,
    private readonly notifier: Notifier,
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly log: TransitionLog = silentTransitions,
  ) {}

  /** Asks for the end of jobs that are queued or running; others do not match. */
  cancelJobs(filter: JobFilter, dryRun: boolean): Promise<BulkResult> {
    const { statuses = CANCELLABLE } = filter
    const cancellable = { ...filter, statuses: CANCELLABLE.filter((status) => statuses.includes(status)) }
    return this.sweep(
      (walk) => this.queries.jobIds(cancellable, walk),
      async (ids) => {
        const answers = await this.cancel.execute(ids, this.clock.now())
        return answers.filter(({ outcome }) => outcome === 'cancelled' || outcome === 'cancelling').length
      },
      dryRun,
    )
  }

  /** Makes new jobs of failed and cancelled ones, each once: what was retried or discarded before does not match. */
  retryJobs(filter: JobFilter, dryRun: boolean): Promise<BulkResult> {
    return this.sweep(
      (walk) => this.queries.jobIds({ ...filter, retriable: true }, walk),
      (ids) => this.retry(ids),
      dryRun,
    )
  }

  /** Makes new jobs of dead letters that were not retried before. */
  retryDeadLetters(filter: DeadLetterFilter, dryRun: boolean): Promise<BulkResult> {
    return this.sweep(
      (walk) => this.queries.deadLetterIds({ ...filter, unretried: true }, walk),
      (letters) => this.retry(letters.map(({ jobId }) => jobId)),
      dryRun,
    )
  }

  /** Puts dead letters aside, retried or not. */
  discardDeadLetters(filter: DeadLetterFilter, dryRun: boolean): Promise<BulkResult> {
    return this.sweep(
      (walk) => this.queries.deadLetterIds(filter, walk),
      async (letters) => {
        const ids = letters.map(({ id }) => id)
        const discarded = await this.store.discard(ids, this.clock.now())
        return discarded.filter(Boolean).length
      },
      dryRun,
    )
  }

  private async retry(jobIds: readonly string[]): Promise<number> {
    const retries = jobIds.map((jobId) => ({ jobId, newJobId: this.newId(), maxAttempts: null }))
    const answers = await this.store.retry(retries, this.clock.now())
    const keys = retries.flatMap((retry, index) => {
      const answer = answers[index]
      if (answer?.outcome !== 'retried') return []
      this.log.retried(retry, { key: answer.definitionKey, version: answer.definitionVersion })
      return [answer.definitionKey]
    })
    if (keys.length > 0) this.notifier.hint([...new Set(keys)], undefined, keys.length)
    return keys.length
  }

  private async sweep<Item extends string | { readonly id: string }>(
    next: (walk: Walk) => Promise<readonly Item[]>,
    apply: (items: readonly Item[]) => Promise<number>,
    dryRun: boolean,
  ): Promise<BulkResult> {
    let matched = 0
    let done = 0
    let after: string | undefined
    for (;;) {
      const items = await next({ limit: STRIDE, ...(after === undefined ? {} : { after }) })
      const last = items.at(-1)
      if (last === undefined) return { matched, done }
      matched += items.length
      for (let start = 0; start < items.length && !dryRun; start += BATCH)
        done += await apply(items.slice(start, start + BATCH))
      if (items.length < STRIDE) return { matched, done }
      after = typeof last === 'string' ? last : last.id
    }
  }
}
