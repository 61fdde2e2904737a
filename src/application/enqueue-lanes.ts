import { JobServerError } from '../domain/errors.js'
import type { JsonObject } from '../domain/json.js'
import { traceparentOf } from '../domain/trace-context.js'
import { Batcher } from './batcher.js'
import { untraced, type Tracing } from './ports/tracing.js'
import type { EnqueueBatch } from './enqueue-batch.js'
import type { Accepted, EnqueueAnswer, EnqueueJobs, EnqueueRequest } from './enqueue-jobs.js'

export interface EnqueueLanesLimits {
  /** Jobs of one statement. */
  readonly maxBatchJobs: number
  /** Bytes of params of one statement; a single larger job goes alone. */
  readonly maxBatchBytes: number
  /** Bytes that may wait or be in flight; beyond them callers are refused. */
  readonly maxWaitingBytes: number
}

const MIB = 1024 * 1024
const DEFAULT_LIMITS: EnqueueLanesLimits = {
  maxBatchJobs: 1_000,
  maxBatchBytes: 8 * MIB,
  maxWaitingBytes: 64 * MIB,
}
/** What a waiting request weighs besides its params. */
const REQUEST_BYTES = 512

interface Weighed {
  readonly request: EnqueueRequest
  readonly bytes: number
}

/**
 * Group commit for jobs that arrive one at a time: what comes while a statement is in flight shares the next one.
 *
 * Jobs with an idempotency key have a lane of their own, so that a key whose first holder has not committed yet never
 * delays jobs without one.
 */
export class EnqueueLanes {
  private readonly keyless: Batcher<Weighed, EnqueueAnswer>
  private readonly keyed: Batcher<Weighed, EnqueueAnswer>
  private waitingBytes = 0

  constructor(
    enqueueJobs: Pick<EnqueueJobs, 'execute'>,
    private readonly batch: Pick<EnqueueBatch, 'execute'>,
    private readonly tracing: Tracing = untraced,
    private readonly limits: EnqueueLanesLimits = DEFAULT_LIMITS,
  ) {
    const lane = () =>
      new Batcher<Weighed, EnqueueAnswer>(
        limits.maxBatchJobs,
        (batch) => enqueueJobs.execute(batch.map(({ request }) => request)),
        { of: ({ bytes }) => bytes, max: limits.maxBatchBytes },
      )
    this.keyless = lane()
    this.keyed = lane()
  }

  /**
   * Accepts one job; the answer comes after its commit.
   *
   * @param bytes about how long the text of its params is, where that is known; else it is measured.
   * @throws JobServerError `backlog-full` when more waits than the database can take; StorageUnavailableError as
   *   `EnqueueJobs` does.
   */
  enqueue(request: EnqueueRequest, bytes?: number): Promise<EnqueueAnswer> {
    const caller = traceparentOf(request.traceparent)
    const weight = bytes === undefined ? weightOf(request) : bytes + REQUEST_BYTES
    return this.tracing.enqueuing(request.definitionKey, caller, (traceparent) =>
      this.accept(traceparent === null ? request : { ...request, traceparent }, weight),
    )
  }

  /**
   * Accepts a batch as a whole or not at all, in a transaction of its own.
   *
   * @param bytes about how long the text of all their params is, where that is known; else it is measured.
   * @throws JobServerError when a job of it cannot be accepted, or as `enqueue` does.
   */
  enqueueAll(
    requests: readonly EnqueueRequest[],
    traceparent?: string,
    bytes?: number,
  ): Promise<readonly Accepted[]> {
    const what = [...new Set(requests.map(({ definitionKey }) => definitionKey))].join(', ')
    const weight = bytes === undefined ? sum(requests.map(weightOf)) : bytes + requests.length * REQUEST_BYTES
    return this.tracing.enqueuing(what, traceparentOf(traceparent), (own) =>
      this.weighed(weight, () =>
        this.batch.execute(
          own === null ? requests : requests.map((request) => ({ ...request, traceparent: own })),
        ),
      ),
    )
  }

  /** Resolves when everything that was given has been answered. */
  async idle(): Promise<void> {
    await Promise.all([this.keyless.idle(), this.keyed.idle()])
  }

  private accept(request: EnqueueRequest, bytes: number): Promise<EnqueueAnswer> {
    const lane = request.idempotency === undefined ? this.keyless : this.keyed
    return this.weighed(bytes, () => lane.add({ request, bytes }))
  }

  private async weighed<T>(bytes: number, write: () => Promise<T>): Promise<T> {
    // Somebody must be let in when nothing waits, however large it is.
    if (this.waitingBytes > 0 && this.waitingBytes + bytes > this.limits.maxWaitingBytes) {
      throw new JobServerError('backlog-full', 'too many jobs wait to be written', { retryAfterSeconds: 1 })
    }
    this.waitingBytes += bytes
    try {
      return await write()
    } finally {
      this.waitingBytes -= bytes
    }
  }
}

function weightOf({ callback, params = {} }: EnqueueRequest): number {
  return REQUEST_BYTES + (callback?.url.length ?? 0) + bytesOf(params)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}

function bytesOf(params: JsonObject): number {
  try {
    return Buffer.byteLength(JSON.stringify(params))
  } catch {
    // Nested too deep to be written down: refused for that in a moment, and never kept.
    return 0
  }
}
