import { z } from 'zod'
import { MAX_INT } from '../adapters/http/schemas/common.js'
import { BEYOND_LAST_INSTANT, createJobBody } from '../adapters/http/schemas/jobs.js'
import { parse } from '../adapters/http/validate.js'
import type { EnqueueAnswer, EnqueueJobs, EnqueueRequest } from '../application/enqueue-jobs.js'
import { unkeptParams } from '../application/job-faults.js'
import type { Tracing } from '../application/ports/tracing.js'
import { JobServerError } from '../domain/errors.js'
import { LAST_INSTANT } from '../domain/instant.js'
import type { DefinitionRef } from '../domain/job-definition.js'
import { flawOf, type Flaw, type JsonObject } from '../domain/json.js'

/** A job to accept, with what `EnqueueRequest` says; the body of an idempotency key is the request itself. */
export interface EmbeddedRequest extends Omit<EnqueueRequest, 'idempotency' | 'params'> {
  /** An object, taken as the JSON that it is at the call: as over HTTP, dates become texts. */
  readonly params?: object | undefined
  readonly idempotencyKey?: string | undefined
}

/** What may be said of a job besides its definition and its params. */
export type EnqueueOptions = Omit<EmbeddedRequest, 'definitionKey' | 'definitionVersion' | 'params'>

/** As much of any definition as a request for a job of it needs. */
export type Runnable = DefinitionRef & { readonly run: unknown }

/** A request as it is, or the one for a job of a definition, in the definition's version. */
export function requestFor(
  what: EmbeddedRequest | Runnable,
  params: unknown,
  options?: EnqueueOptions,
): EmbeddedRequest {
  if (!isRunnable(what)) return what
  const { key: definitionKey, version: definitionVersion } = what
  return { ...options, definitionKey, definitionVersion, params: params as object }
}

function isRunnable(what: EmbeddedRequest | Runnable): what is Runnable {
  return (what as Partial<Runnable> | null | undefined)?.run !== undefined
}

/** Checks each and accepts those that are right, in one transaction; one answer each, same order. */
export async function enqueueEach(
  requests: readonly EmbeddedRequest[],
  enqueueJobs: EnqueueJobs,
  tracing: Tracing,
): Promise<readonly EnqueueAnswer[]> {
  const checked = requests.map(requestOf)
  const accepted = checked.filter((request): request is EnqueueRequest => !isRefused(request))
  const what = [...new Set(accepted.map(({ definitionKey }) => definitionKey))].join(', ')
  const answers = await tracing.enqueuing(what, null, (traceparent) =>
    enqueueJobs.execute(
      accepted.map((request) => ({
        ...request,
        traceparent: request.traceparent ?? traceparent ?? undefined,
      })),
    ),
  )
  let next = 0
  return checked.map((request) =>
    isRefused(request) ? { error: request } : (answers[next++] as EnqueueAnswer),
  )
}

/** What the body of `POST /v1/jobs` takes, with dates as dates, and what comes as a header there. */
const requestSchema = createJobBody
  .extend({
    runAt: z.date().max(new Date(LAST_INSTANT), BEYOND_LAST_INSTANT).optional(),
    traceparent: z.string().optional(),
  })
  .refine(({ runAt, delaySeconds }) => runAt === undefined || delaySeconds === undefined, {
    path: ['delaySeconds'],
    error: 'cannot be given together with runAt',
  })

/** The request that it stands for, or why it is none: what types do not say is checked as it is over HTTP. */
export function requestOf(asked: EmbeddedRequest): EnqueueRequest | JobServerError {
  const params = jsonOf(asked)
  if (params instanceof JobServerError) return params
  const embedded = { ...asked, params }
  const parsed = parse(requestSchema, embedded)
  if ('flaws' in parsed) return invalid('the request', parsed.flaws)
  const { idempotencyKey, ...request } = embedded as typeof embedded & { readonly params?: JsonObject }
  if (idempotencyKey === undefined) return request
  const { runAt, traceparent: _traceparent, ...rest } = request
  const said = { ...rest, runAt: runAt?.toISOString() }
  // As the request would travel: without what was not said.
  const body = JSON.parse(JSON.stringify(said)) as JsonObject
  return { ...request, idempotency: { key: idempotencyKey, body } }
}

const pageSchema = z.object({
  after: z.int().min(0).max(MAX_INT).optional(),
  limit: z.int().min(1).max(MAX_INT).optional(),
})

/**
 * A page of a job's events, in numbers that every store takes.
 *
 * @throws JobServerError `validation-error`.
 */
export function pageOf(page: object): z.output<typeof pageSchema> {
  const parsed = parse(pageSchema, { ...page })
  if ('flaws' in parsed) throw invalid('the page of events', parsed.flaws)
  return parsed.value
}

function invalid(what: string, flaws: readonly Flaw[]): JobServerError {
  const told = flaws.map(({ pointer, message }) => `${pointer.slice(1)}: ${message}`).join('; ')
  return new JobServerError('validation-error', `${what} is not valid: ${told}`, { flaws })
}

/**
 * Its params as every store gives them back, or why none can hold them. Not later: the caller may go on to use the object for the next
 * job, and what has no JSON would fail those, too, that share its transaction.
 */
function jsonOf(asked: EmbeddedRequest | undefined): unknown {
  const params: unknown = asked?.params
  if (typeof params !== 'object' || params === null) return params
  try {
    const flaw = flawOf(params, '/params')
    return flaw === null ? JSON.parse(JSON.stringify(params)) : unkeptParams(flaw)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return unkeptParams({ pointer: '/params', message: `is no JSON: ${reason}` })
  }
}

export function isRefused(request: EnqueueRequest | JobServerError): request is JobServerError {
  return request instanceof JobServerError
}
