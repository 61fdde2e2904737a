import { JobServerError } from '../domain/errors.js'
import type { NewJob } from '../domain/job.js'
import type { Flaw } from '../domain/json.js'
import { backlogFull, type Backlog } from './backlog.js'
import {
  errorOf,
  insertedOf,
  isRefused,
  type Accepted,
  type EnqueueJobs,
  type EnqueueRequest,
} from './enqueue-jobs.js'
import type { JobStore } from './ports/job-store.js'

/** Accepts jobs as `EnqueueJobs` does, but all of a batch, in one transaction, or none. */
export class EnqueueBatch {
  constructor(
    private readonly enqueueJobs: Pick<EnqueueJobs, 'checkAll' | 'tell'>,
    private readonly store: Pick<JobStore, 'insertAll'>,
    /** `null`: any number of jobs may wait. */
    private readonly backlog: Pick<Backlog, 'take' | 'giveBack' | 'replays'> | null = null,
  ) {}

  /**
   * @returns one answer per request, same order.
   * @throws JobServerError that names everything that is wrong, with pointers below `/jobs/<index>`; StorageUnavailableError.
   */
  async execute(requests: readonly EnqueueRequest[]): Promise<readonly Accepted[]> {
    const checked = await this.enqueueJobs.checkAll(requests)
    const jobs = checked.filter((job): job is NewJob => !isRefused(job))
    if (jobs.length < checked.length) throw refusalOf(checked.map((job) => (isRefused(job) ? job : null)))
    const room = await this.roomFor(jobs)
    const answer = await this.store.insertAll(jobs)
    const inserted = answer.outcome === 'refused' ? 0 : insertedOf(answer.answers)
    this.backlog?.giveBack(room - inserted)
    if (answer.outcome === 'refused')
      throw refusalOf(answer.refusals.map((refusal) => (refusal === null ? null : errorOf(refusal))))
    this.enqueueJobs.tell(answer.answers)
    return answer.answers.map(({ job, outcome }) => ({ job, duplicate: outcome === 'duplicate' }))
  }

  /** Takes room for all of them; where there is not so much, for those that are not there already by their key. */
  private async roomFor(jobs: readonly NewJob[]): Promise<number> {
    if (this.backlog === null || (await this.backlog.take(jobs.length, jobs.length)) === jobs.length)
      return jobs.length
    const fresh = (await this.backlog.replays(jobs)).filter((known) => known === null).length
    if ((await this.backlog.take(fresh, fresh)) < fresh) throw backlogFull()
    return fresh
  }
}

/** The first refusal speaks for all; every one has its place in the batch. */
function refusalOf(errors: readonly (JobServerError | null)[]): JobServerError {
  const first = errors.find((error) => error !== null)
  const flaws = errors.flatMap((error, index) =>
    error === null
      ? []
      : flawsOf(error).map((flaw) => ({ ...flaw, pointer: `/jobs/${index}${flaw.pointer}` })),
  )
  if (first === null || first === undefined) throw new Error('a batch was refused without a reason')
  const count = errors.filter((error) => error !== null).length
  const { retryAfterSeconds } = first.details
  return new JobServerError(
    first.code,
    `no job of the batch was accepted: ${count} of ${errors.length} cannot be, the first because ${first.message}`,
    { flaws, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
  )
}

function flawsOf({ details, message }: JobServerError): readonly Flaw[] {
  return details.flaws ?? [{ pointer: '', message }]
}
