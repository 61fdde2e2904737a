import { setTimeout as sleep } from 'node:timers/promises'
import type { CancelJobs } from '../application/cancel-jobs.js'
import type { Accepted, EnqueueAnswer, EnqueueJobs } from '../application/enqueue-jobs.js'
import type { EnqueueLanes } from '../application/enqueue-lanes.js'
import type { Tracing } from '../application/ports/tracing.js'
import type { CancelAnswer } from '../application/ports/job-store.js'
import type { Stores } from '../application/ports/stores.js'
import { isFinished, type FinishedJob, type Job } from '../domain/job.js'
import type { JobDefinition } from '../domain/job-definition.js'
import type { JobEvent } from '../domain/job-event.js'
import { JobServerError } from '../domain/errors.js'
import {
  enqueueEach,
  isRefused,
  pageOf,
  requestFor,
  requestOf,
  type EmbeddedRequest,
  type EnqueueOptions,
  type Runnable,
} from './embedded-request.js'

/** What callers give; a schema that does not tell what it takes is taken to take what it answers. */
type Given<Params, Input> = unknown extends Input ? Params : Input

/** Nothing has it whose params cannot be an empty object. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an object without members is meant
type NeedsNone<Params> = {} extends Params ? unknown : never

/** What takes jobs. */
export interface Enqueuer {
  /**
   * Accepts one job of a definition, in the definition's version, with params of its type, as the JSON that they are at the call: dates
   * become texts, as they are for the handler.
   */
  enqueue<Params, Result, Input = Params>(
    definition: JobDefinition<Params, Result, Input>,
    params: NoInfer<Given<Params, Input>>,
    options?: EnqueueOptions,
  ): Promise<Accepted>
  /** The same of a definition that runs without params. */
  enqueue<Params, Result, Input = Params>(
    definition: JobDefinition<Params, Result, Input> & NeedsNone<Given<Params, Input>>,
  ): Promise<Accepted>
  /**
   * Accepts one job; calls that come in at once share a commit.
   *
   * @returns the stored job, or with `duplicate` the one that holds its idempotency key already.
   * @throws JobServerError when it is refused, such as `validation-error`, `unknown-definition` or `params-invalid`.
   */
  enqueue(request: EmbeddedRequest): Promise<Accepted>
  /** Accepts many in one transaction; one answer each, same order: a refused one never stops the others. */
  enqueueMany(requests: readonly EmbeddedRequest[]): Promise<readonly EnqueueAnswer[]>
}

export interface JobClient extends Enqueuer {
  /** `null` when there is no such job. */
  get(jobId: string): Promise<Job | null>
  /** Asks for the end of a job; a queued one never starts, a running one has its grace. */
  cancel(jobId: string): Promise<CancelAnswer>
  /**
   * Oldest first, at most `limit` (1,000) after the event `after` (0); `null` when there is no such job.
   *
   * @throws JobServerError `validation-error` when one of them is no such number.
   */
  events(
    jobId: string,
    page?: { readonly after?: number | undefined; readonly limit?: number | undefined },
  ): Promise<readonly JobEvent[] | null>
  /**
   * Waits for a job's final status.
   *
   * @throws JobServerError `job-not-found`; an error named `TimeoutError` when it is not final after `timeoutMs` (30,000).
   */
  waitFor(jobId: string, wait?: { readonly timeoutMs?: number | undefined }): Promise<FinishedJob>
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const MAX_LOOK_MS = 250

/** Speaks to the use cases and the stores directly, without HTTP. */
export class EmbeddedClient implements JobClient {
  constructor(
    private readonly stores: Stores,
    private readonly lanes: EnqueueLanes,
    private readonly enqueueJobs: EnqueueJobs,
    private readonly cancelJobs: CancelJobs,
    private readonly tracing: Tracing,
  ) {}

  /** Throws when nothing can be asked any more. */
  protected refuseWhenStopped(): void {
    // This one has no end of its own.
  }

  async enqueue(
    what: EmbeddedRequest | Runnable,
    params?: unknown,
    options?: EnqueueOptions,
  ): Promise<Accepted> {
    const checked = requestOf(requestFor(what, params, options))
    if (isRefused(checked)) throw checked
    const answer = await this.asked(() => this.lanes.enqueue(checked))
    if ('error' in answer) throw answer.error
    return answer
  }

  enqueueMany(requests: readonly EmbeddedRequest[]): Promise<readonly EnqueueAnswer[]> {
    return this.asked(() => enqueueEach(requests, this.enqueueJobs, this.tracing))
  }

  get(jobId: string): Promise<Job | null> {
    return this.asked(async () => {
      const id = idOf(jobId)
      return id === null ? null : ((await this.stores.queries.get(id))?.job ?? null)
    })
  }

  cancel(jobId: string): Promise<CancelAnswer> {
    return this.asked(async () => {
      const id = idOf(jobId)
      if (id === null) return { outcome: 'not_found' }
      const [answer] = await this.cancelJobs.execute([id], this.stores.clock.now())
      return answer ?? { outcome: 'not_found' }
    })
  }

  events(
    jobId: string,
    page: { readonly after?: number | undefined; readonly limit?: number | undefined } = {},
  ): Promise<readonly JobEvent[] | null> {
    return this.asked(async () => {
      const { after = 0, limit = 1_000 } = pageOf(page)
      const id = idOf(jobId)
      return id === null ? null : await this.stores.queries.events(id, after, limit)
    })
  }

  async waitFor(
    jobId: string,
    { timeoutMs = 30_000 }: { readonly timeoutMs?: number | undefined } = {},
  ): Promise<FinishedJob> {
    const endsAt = performance.now() + timeoutMs
    for (let delayMs = 5; ; delayMs = Math.min(MAX_LOOK_MS, delayMs * 2)) {
      const job = await this.get(jobId)
      if (job === null) throw new JobServerError('job-not-found', 'there is no such job')
      if (isFinished(job)) return job
      const leftMs = endsAt - performance.now()
      if (leftMs <= 0) throw timeoutError(job, timeoutMs)
      await sleep(Math.min(delayMs, leftMs))
    }
  }

  /** What fails under a stop fails for that reason, whatever the database says of it. */
  protected async asked<T>(work: () => Promise<T>): Promise<T> {
    this.refuseWhenStopped()
    try {
      return await work()
    } catch (error) {
      this.refuseWhenStopped()
      throw error
    }
  }
}

/** As stores write it; `null` when it is none. */
function idOf(jobId: string): string | null {
  return ID.test(jobId) ? jobId.toLowerCase() : null
}

export function timeoutError(job: Job, timeoutMs: number): Error {
  const error = new Error(`job ${job.id} is still ${job.status} after ${timeoutMs} ms`)
  error.name = 'TimeoutError'
  return error
}
