import { DEFAULT_CALLBACK_EVENTS, type CallbackEvent } from '../domain/callback.js'
import { JobServerError } from '../domain/errors.js'
import { newJob, type Idempotency, type Job, type NewJob } from '../domain/job.js'
import type { DefinitionRef, PublishedDefinition } from '../domain/job-definition.js'
import { canonicalJson, type JsonObject, type JsonValue } from '../domain/json.js'
import { traceparentOf } from '../domain/trace-context.js'
import { backlogFull, type Backlog } from './backlog.js'
import { hintJobs } from './hint-jobs.js'
import { insertAndTell } from './insert-and-tell.js'
import { isOpen, paramsFault, unknownDefinition } from './job-faults.js'
import type { JobRegistry } from './job-registry.js'
import type { Clock } from './ports/clock.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { InsertAnswer, JobStore, RefusedAnswer } from './ports/job-store.js'
import type { Notifier } from './ports/notifier.js'
import { silentTransitions, type TransitionLog } from './transition-log.js'

/** What a caller asks for; everything but the definition key has a default. */
export interface EnqueueRequest {
  readonly definitionKey: string
  /** Default: the newest published. */
  readonly definitionVersion?: number | undefined
  readonly params?: JsonObject | undefined
  readonly priority?: number | undefined
  /** Default: the definition's. */
  readonly maxAttempts?: number | undefined
  /** At most one of `runAt` and `delaySeconds`; neither: due at once. */
  readonly runAt?: Date | undefined
  readonly delaySeconds?: number | undefined
  /** Who is told what becomes of the job. Default of `events`: how it ended. */
  readonly callback?:
    { readonly url: string; readonly events?: readonly CallbackEvent[] | undefined } | undefined
  readonly idempotency?: { readonly key: string; readonly body: JsonValue } | undefined
  /** W3C Trace Context of whoever asks; what is not valid is passed over. */
  readonly traceparent?: string | undefined
}

export interface Accepted {
  readonly job: Job
  /** It was there already, by its idempotency key. */
  readonly duplicate: boolean
}
export type EnqueueAnswer = Accepted | { readonly error: JobServerError }

/** Where accepted jobs go, and who is told of them. */
export interface EnqueueTarget {
  readonly jobs: Pick<JobStore, 'insert'>
  readonly notifier: Pick<Notifier, 'hint'>
  readonly log: Pick<TransitionLog, 'queued'>
}

/**
 * Accepts jobs: checks each against its published definition and, where the module is loaded, its params schema, then
 * keeps them. A refused request never stops the others.
 *
 * @returns one answer per request, same order. An answered job is durable.
 * @throws StorageUnavailableError; then nothing was kept, or the same idempotency key finds what was.
 */
export class EnqueueJobs {
  constructor(
    private readonly store: EnqueueTarget['jobs'],
    private readonly definitions: Pick<DefinitionStore, 'find'>,
    private readonly registry: JobRegistry,
    private readonly notifier: EnqueueTarget['notifier'],
    private readonly clock: Clock,
    private readonly newId: () => string,
    private readonly sha256: (text: string) => string,
    /** Why a callback may not go to this URL, as far as its text tells; `null` when it may. */
    private readonly callbackFlaw: (url: string) => string | null,
    /** `null`: any number of jobs may wait. */
    private readonly backlog: Backlog | null = null,
    private readonly log: EnqueueTarget['log'] = silentTransitions,
  ) {}

  async execute(requests: readonly EnqueueRequest[]): Promise<readonly EnqueueAnswer[]> {
    const checked = await this.checkAll(requests)
    const inserted = await this.keep(checked.filter((job): job is NewJob => !isRefused(job)))
    let next = 0
    return checked.map((job) => (isRefused(job) ? { error: job } : answerOf(inserted[next++])))
  }

  /** The jobs that these requests ask for, or why one cannot be accepted; one for each, same order. Keeps nothing. */
  async checkAll(requests: readonly EnqueueRequest[]): Promise<readonly (NewJob | JobServerError)[]> {
    const published = await this.publishedFor(requests)
    const now = this.clock.now()
    return requests.map((request, index) => this.check(request, published[index] ?? null, now))
  }

  private async publishedFor(
    requests: readonly EnqueueRequest[],
  ): Promise<readonly (PublishedDefinition | null)[]> {
    const refs: DefinitionRef[] = []
    // Those of a batch are mostly alike: looked up once for all that follow each other.
    const places = requests.map(({ definitionKey: key, definitionVersion: version = 0 }) => {
      const last = refs.at(-1)
      if (last?.key !== key || last.version !== version) refs.push({ key, version })
      return refs.length - 1
    })
    const found = await this.definitions.find(refs)
    return places.map((place) => found[place] ?? null)
  }

  /** Tells workers and the log of what was inserted. */
  tell(inserted: readonly InsertAnswer[]): void {
    const jobs: Job[] = []
    for (const answer of inserted) if (answer.outcome === 'inserted') jobs.push(answer.job)
    // What is due later, too: a worker that sleeps must learn that it has to wake up earlier than it thought.
    hintJobs(this.notifier, jobs, this.clock.now())
    for (const job of jobs) this.log.queued(job)
  }

  /** Inserts as many as there is room for; of the rest only what is there already has an answer. */
  private async keep(jobs: readonly NewJob[]): Promise<readonly (InsertAnswer | null)[]> {
    if (this.backlog === null) return this.insert(jobs)
    const room = await this.backlog.take(jobs.length)
    const answers = room === 0 ? [] : await this.insert(jobs.slice(0, room))
    this.backlog.giveBack(room - insertedOf(answers))
    return [...answers, ...(room === jobs.length ? [] : await this.backlog.replays(jobs.slice(room)))]
  }

  private insert(jobs: readonly NewJob[]): Promise<readonly InsertAnswer[]> {
    return insertAndTell(this.store, jobs, (answers) => {
      this.tell(answers)
    })
  }

  private check(
    request: EnqueueRequest,
    definition: PublishedDefinition | null,
    now: Date,
  ): NewJob | JobServerError {
    if (definition === null || !isOpen(definition)) return unknownDefinition(request)
    const notAllowed = this.checkCallback(request)
    if (notAllowed !== null) return notAllowed
    const params = request.params ?? {}
    const badParams = paramsFault(this.registry, definition, params)
    if (badParams !== null) return badParams
    return newJob(
      {
        definitionKey: definition.key,
        definitionVersion: definition.version,
        params,
        priority: request.priority ?? 0,
        maxAttempts: request.maxAttempts ?? definition.defaultMaxAttempts,
        runAt:
          request.delaySeconds === undefined
            ? (request.runAt ?? null)
            : new Date(now.getTime() + request.delaySeconds * 1000),
        idempotency: this.idempotencyOf(request),
        callback: callbackOf(request),
        traceparent: traceparentOf(request.traceparent),
        scheduleId: null,
      },
      this.newId(),
      now,
    )
  }

  private checkCallback({ callback }: EnqueueRequest): JobServerError | null {
    const message = callback === undefined ? null : this.callbackFlaw(callback.url)
    if (message === null) return null
    const flaws = [{ pointer: '/callback/url', message }]
    return new JobServerError('callback-not-allowed', `the callback may not go to this URL: it ${message}`, {
      flaws,
    })
  }

  private idempotencyOf({ idempotency, definitionVersion }: EnqueueRequest): Idempotency | null {
    if (idempotency === undefined) return null
    return {
      key: idempotency.key,
      version: definitionVersion ?? 0,
      bodyHash: this.sha256(canonicalJson(idempotency.body)),
    }
  }
}

/** How many of them are jobs that were not there before. */
export function insertedOf(answers: readonly InsertAnswer[]): number {
  return answers.filter(({ outcome }) => outcome === 'inserted').length
}

export function isRefused(job: NewJob | JobServerError): job is JobServerError {
  return job instanceof JobServerError
}

function answerOf(answer: InsertAnswer | null | undefined): EnqueueAnswer {
  if (answer === null) return { error: backlogFull() }
  if (answer === undefined) throw new Error('the store answered fewer jobs than it was given')
  return 'job' in answer
    ? { job: answer.job, duplicate: answer.outcome === 'duplicate' }
    : { error: errorOf(answer) }
}

export function errorOf(refusal: RefusedAnswer): JobServerError {
  switch (refusal.outcome) {
    case 'key_reused': {
      const message = 'this idempotency key was used with another body'
      return new JobServerError('idempotency-key-reused', message, { fields: { jobId: refusal.jobId } })
    }
    case 'key_in_progress': {
      const message = 'another request with this idempotency key is still in flight'
      return new JobServerError('idempotency-in-progress', message, { retryAfterSeconds: 1 })
    }
    case 'rejected':
      return new JobServerError('params-invalid', `the job cannot be kept: ${refusal.reason}`)
  }
}

function callbackOf({ callback }: EnqueueRequest): NewJob['callback'] {
  if (callback === undefined) return null
  return { url: callback.url, events: [...new Set(callback.events ?? DEFAULT_CALLBACK_EVENTS)] }
}
