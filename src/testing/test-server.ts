import type { Worker } from '../adapters/worker/worker.js'
import type { Stores } from '../application/ports/stores.js'
import { timeoutError, type JobClient } from '../bootstrap/job-client.js'
import { JobServerError } from '../domain/errors.js'
import { isFinished, type FinishedJob } from '../domain/job.js'
import { durationMs, type Duration } from './duration.js'
import type { SettableClock } from './settable-clock.js'
import type { WatchedExecutor } from './watched-executor.js'

interface Parts {
  readonly stores: Stores
  readonly clock: SettableClock
  readonly worker: Pick<Worker, 'poll' | 'checkCancels'>
  readonly executor: WatchedExecutor
}

/** A server whose time is the test's: see `createTestServer`. One call at a time. */
export class TestServer implements JobClient {
  /** What it keeps, to be looked into: jobs, events, attempts, logs, dead letters. */
  readonly stores: Stores
  /** Milliseconds until the next job is due; known after a round. */
  private nextDueMs = Infinity

  readonly enqueue: JobClient['enqueue']
  readonly enqueueMany: JobClient['enqueueMany']
  readonly get: JobClient['get']
  readonly cancel: JobClient['cancel']
  readonly events: JobClient['events']

  constructor(
    client: JobClient,
    private readonly parts: Parts,
  ) {
    this.stores = parts.stores
    this.enqueue = client.enqueue.bind(client)
    this.enqueueMany = (requests) => client.enqueueMany(requests)
    this.get = (jobId) => client.get(jobId)
    this.cancel = (jobId) => client.cancel(jobId)
    this.events = (jobId, page) => client.events(jobId, page)
  }

  get now(): Date {
    return this.parts.clock.now()
  }

  /**
   * Runs what is due, and what becomes due by it, without letting time pass. Resolves when nothing is left to begin and every
   * handler has ended, or waits for time to pass or for something that the test has to do. Work in threads (`node:crypto`, `node:zlib`, workers)
   * cannot be seen: a handler that waits for nothing else counts as one that waits for the test.
   *
   * @throws Error naming what is open, when a handler does not end for `patienceMs` of real time and something stays open.
   */
  async runUntilIdle(): Promise<void> {
    const { worker, executor } = this.parts
    let seen: number
    do {
      seen = executor.news
      await worker.checkCancels()
      this.nextDueMs = await worker.poll()
      await executor.settled()
    } while (executor.news !== seen)
  }

  /**
   * Lets time pass, such as `'2h'`, `'1h 30m'` or milliseconds. What is due now runs first; then delays, retries and timeouts come
   * due one after the other, each at its own time, and what they start runs before time goes on.
   *
   * @throws TypeError when it is no duration.
   */
  async advance(duration: Duration): Promise<void> {
    const { clock } = this.parts
    let leftMs = durationMs(duration)
    await this.runUntilIdle()
    for (;;) {
      const stepMs = Math.min(leftMs, this.nextDueMs, clock.untilNextTimerMs())
      clock.advance(stepMs)
      leftMs -= stepMs
      await this.runUntilIdle()
      if (leftMs <= 0) return
    }
  }

  /**
   * Runs what is due and answers the finished job.
   *
   * @throws JobServerError `job-not-found`; an error named `TimeoutError` when the job is not final without time passing.
   */
  async waitFor(jobId: string): Promise<FinishedJob> {
    await this.runUntilIdle()
    const job = await this.get(jobId)
    if (job === null) throw new JobServerError('job-not-found', 'there is no such job')
    if (!isFinished(job)) throw timeoutError(job, 0)
    return job
  }
}
