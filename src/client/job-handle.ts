import type { TypedJob } from './definition-types.js'
import { JobNotSucceededError, WaitTimeoutError } from './errors.js'
import { jobEvents, type EventOptions, type JobEvent } from './event-stream.js'
import type { AnswerOf, QueryOf, Schemas } from './operations.js'
import type { CallOptions, RequestOptions, Transport } from './transport.js'

export interface WaitOptions extends CallOptions {
  /** How long to wait in all, in milliseconds. @default as long as it takes */
  readonly timeoutMs?: number | undefined
}

/** How long the server is asked to wait; below what proxies give up after. */
const LONG_POLL_SECONDS = 25

/** One job of the server. Holds nothing but its id. */
export class JobHandle<Result = unknown> {
  constructor(
    private readonly transport: Transport,
    readonly jobId: string,
  ) {}

  /** @throws ApiError `job-not-found`. */
  get(options: CallOptions = {}): Promise<TypedJob<Result>> {
    return this.read('', options)
  }

  /**
   * The job as it is once it is final, however it ended.
   *
   * @throws WaitTimeoutError when it is not final in time; ApiError `job-not-found`; ConnectionError; the reason of the signal.
   */
  async wait({ timeoutMs = Infinity, signal }: WaitOptions = {}): Promise<TypedJob<Result>> {
    const endsAt = performance.now() + timeoutMs
    for (;;) {
      const leftSeconds = Math.max(0, endsAt - performance.now()) / 1_000
      const wait = Math.min(LONG_POLL_SECONDS, leftSeconds)
      const job = await this.read<TypedJob<Result>>('', {
        query: { wait: wait.toFixed(3) },
        extraMs: wait * 1_000,
        signal,
      })
      if (isFinal(job.status)) return job
      if (performance.now() >= endsAt) throw new WaitTimeoutError(job as Schemas['Job'], timeoutMs)
    }
  }

  /** The result of the job once it succeeded. @throws JobNotSucceededError when it does not; else as `wait`. */
  async result(options: WaitOptions = {}): Promise<Result> {
    const job = await this.wait(options)
    if (job.status !== 'succeeded') throw new JobNotSucceededError(job as Schemas['Job'])
    return job.result as Result
  }

  /** Asks for the end of the job. @throws ApiError `job-already-finished` or `job-not-found`. */
  cancel(options: CallOptions = {}): Promise<AnswerOf<'cancelJob'>> {
    return this.transport.json('POST', `${this.path}/cancel`, options)
  }

  /** What happened to the job and what does, until it is final; see `jobEvents`. */
  events(options: EventOptions = {}): AsyncGenerator<JobEvent, void, undefined> {
    return jobEvents(this.transport, this.jobId, options)
  }

  /** Why it is not running. */
  explain(options: CallOptions = {}): Promise<AnswerOf<'explainJob'>> {
    return this.read('/explain', options)
  }

  /** How each run ended. */
  attempts(options: CallOptions = {}): Promise<AnswerOf<'listJobAttempts'>> {
    return this.read('/attempts', options)
  }

  /** A page of what runs logged. */
  logs(query: QueryOf<'listJobLogs'> = {}, options: CallOptions = {}): Promise<AnswerOf<'listJobLogs'>> {
    return this.read('/logs', { query, ...options })
  }

  /** What its callback was told. */
  deliveries(options: CallOptions = {}): Promise<AnswerOf<'listJobDeliveries'>> {
    return this.read('/deliveries', options)
  }

  private get path(): string {
    return `/v1/jobs/${encodeURIComponent(this.jobId)}`
  }

  private read<T>(what: string, options: RequestOptions): Promise<T> {
    return this.transport.json('GET', `${this.path}${what}`, options)
  }
}

export function isFinal(status: Schemas['JobStatus']): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}
