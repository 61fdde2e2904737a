import type { Definition, InputOf, JobRequest, NeedsNone, ParamsOf, ResultOf } from './definition-types.js'
import { JobHandle } from './job-handle.js'
import type { AnswerOf, BodyOf, QueryOf, Schemas } from './operations.js'
import { randomKey } from './random-key.js'
import type { CallOptions, Transport } from './transport.js'

/** A job that is being accepted: a promise of its handle, of which waiting need not wait. */
export type PendingJob<Result> = Promise<JobHandle<Result>> &
  Pick<JobHandle<Result>, 'wait' | 'result' | 'events'>

export class Jobs {
  constructor(private readonly transport: Transport) {}

  /**
   * Starts a job. However often the request has to be repeated, one job is made: without an `idempotencyKey` of the caller's the
   * call makes one.
   *
   * `create<typeof sendMail>({ definitionKey: 'send-mail', params })` knows the types of a definition of which it has the type only.
   *
   * @throws ApiError `unknown-definition`, `params-invalid`, `backlog-full` and others; ConnectionError.
   */
  create<D = unknown>(request: JobRequest<ParamsOf<D>>, options?: CallOptions): PendingJob<ResultOf<D>>
  /** Starts a job of a definition, in the definition's version. */
  create<Params, Result, Input = unknown>(
    definition: Definition<Params, Result, Input>,
    params: NoInfer<InputOf<Params, Input>>,
    options?: CallOptions & Omit<JobRequest<never>, 'definitionKey' | 'definitionVersion' | 'params'>,
  ): PendingJob<ResultOf<Definition<Params, Result>>>
  /** The same of a definition that runs without params. */
  create<Params, Result, Input = unknown>(
    definition: Definition<Params, Result, Input> & NeedsNone<InputOf<Params, Input>>,
  ): PendingJob<ResultOf<Definition<Params, Result>>>
  create(
    what: JobRequest<unknown> | Definition,
    second?: unknown,
    third: CallOptions & Partial<JobRequest<unknown>> = {},
  ): PendingJob<unknown> {
    if (typeof what !== 'object')
      throw new TypeError('jobs.create takes { definitionKey, params }, or a definition and its params')
    if (!('run' in what)) return this.start(what, (second as CallOptions | undefined) ?? {})
    const { signal, ...rest } = third
    const { key, version } = what
    return this.start({ ...rest, definitionKey: key, definitionVersion: version, params: second }, { signal })
  }

  /** A job by its id; nothing is asked yet. */
  handle<D = unknown>(jobId: string): JobHandle<ResultOf<D>> {
    return new JobHandle(this.transport, jobId)
  }

  get(jobId: string, options: CallOptions = {}): Promise<Schemas['Job']> {
    return this.handle(jobId).get(options) as Promise<Schemas['Job']>
  }

  /** One page, newest first; `nextCursor` leads to the next. */
  list(query: QueryOf<'listJobs'> = {}, options: CallOptions = {}): Promise<AnswerOf<'listJobs'>> {
    return this.transport.json('GET', '/v1/jobs', { query, ...options })
  }

  cancel(jobId: string, options: CallOptions = {}): Promise<AnswerOf<'cancelJob'>> {
    return this.handle(jobId).cancel(options)
  }

  /** Cancels all that match. */
  cancelAll(body: BodyOf<'cancelJobs'>, options: CallOptions = {}): Promise<Schemas['BulkResult']> {
    return this.transport.json('POST', '/v1/jobs/cancel', { body, ...options })
  }

  /** Makes new jobs of all failed and cancelled ones that match, each once. */
  retryAll(body: BodyOf<'retryJobs'>, options: CallOptions = {}): Promise<Schemas['BulkResult']> {
    return this.transport.json('POST', '/v1/jobs/retry', { body, ...options })
  }

  private start(request: JobRequest<unknown>, { signal }: CallOptions): PendingJob<unknown> {
    const { idempotencyKey = randomKey(), ...body } = request
    const accepted = this.transport
      .json<Schemas['AcceptedJob']>('POST', '/v1/jobs', { body: { ...body, idempotencyKey }, signal })
      .then(({ jobId }) => this.handle(jobId))
    return Object.assign(accepted, {
      wait: async (...options: Parameters<JobHandle['wait']>) => (await accepted).wait(...options),
      result: async (...options: Parameters<JobHandle['result']>) => (await accepted).result(...options),
      events: async function* (...options: Parameters<JobHandle['events']>) {
        yield* (await accepted).events(...options)
      },
    })
  }
}
