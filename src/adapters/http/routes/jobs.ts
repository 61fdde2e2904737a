import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import type { z } from 'zod'
import { JobServerError } from '../../../domain/errors.js'
import type { JsonObject, JsonValue } from '../../../domain/json.js'
import type { EnqueueRequest } from '../../../application/enqueue-jobs.js'
import { cursorAfter, readCursor } from '../cursor.js'
import type { HttpDeps } from '../deps.js'
import { jobFilterOf } from '../filters.js'
import { jobSummaryView } from '../job-view.js'
import { BODY_PROBLEMS, route, type Route } from '../route.js'
import { jobParams } from '../schemas/common.js'
import {
  acceptedJob,
  acceptedJobs,
  cancelledJob,
  createJobBody,
  createJobHeaders,
  createJobsBody,
  createJobsHeaders,
  jobList,
  listJobsQuery,
} from '../schemas/jobs.js'

export function jobRoutes(deps: HttpDeps): Route[] {
  return [create(deps), createAll(deps), list(deps), cancel(deps)]
}

function create({ enqueue }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/jobs',
    operationId: 'createJob',
    summary: 'Start a new job',
    tag: 'jobs',
    access: 'submit',
    body: createJobBody,
    requestHeaders: createJobHeaders,
    responses: {
      201: { description: 'Accepted', schema: acceptedJob, headers: { Location: 'Address of the job' } },
      200: {
        description: 'The idempotency key was used before with the same body: its job, as it is now',
        schema: acceptedJob,
        headers: { Location: 'Address of the job', 'Idempotency-Replayed': '`true`' },
      },
    },
    problems: [
      'validation-error',
      'malformed-json',
      'idempotency-in-progress',
      'payload-too-large',
      'unsupported-media-type',
      'unknown-definition',
      'params-invalid',
      'callback-not-allowed',
      'idempotency-key-reused',
      'idempotency-key-mismatch',
      'backlog-full',
    ],
    async handle({ body, ctx }) {
      const key = oneKey(body.idempotencyKey, keyInHeader(ctx.req))
      const answer = await enqueue(requestOf(body, key, '', ctx.get('traceparent')), ctx.request.length)
      if ('error' in answer) throw answer.error
      const { id, status } = answer.job
      return {
        status: answer.duplicate ? 200 : 201,
        headers: {
          Location: `/v1/jobs/${id}`,
          ...(answer.duplicate ? { 'Idempotency-Replayed': 'true' } : {}),
        },
        body: { jobId: id, status },
      }
    },
  })
}

function createAll({ enqueueAll }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/jobs/batch',
    operationId: 'createJobs',
    summary: 'Start many jobs, all of them or none',
    tag: 'jobs',
    access: 'submit',
    body: createJobsBody,
    isBatch: true,
    requestHeaders: createJobsHeaders,
    responses: { 201: { description: 'All are accepted, in one transaction', schema: acceptedJobs } },
    problems: [
      ...BODY_PROBLEMS,
      'idempotency-in-progress',
      'unknown-definition',
      'params-invalid',
      'callback-not-allowed',
      'idempotency-key-reused',
      'backlog-full',
    ],
    async handle({ body: { jobs }, ctx }) {
      // Passed over, it would leave who repeats the request with every job twice.
      if (ctx.req.headers['idempotency-key'] !== undefined)
        throw invalid(
          '',
          'the header Idempotency-Key names one job: give each of a batch its own idempotencyKey',
        )
      const requests = jobs.map((job, index) => requestOf(job, job.idempotencyKey, `/jobs/${index}`))
      const accepted = await enqueueAll(requests, ctx.get('traceparent'), ctx.request.length)
      return {
        status: 201,
        body: {
          results: accepted.map(({ job: { id, status }, duplicate }) => ({ jobId: id, status, duplicate })),
        },
      }
    },
  })
}

/** @param at where in the body the job is. */
function requestOf(
  body: z.output<typeof createJobBody>,
  key: string | undefined,
  at: string,
  traceparent?: string,
): EnqueueRequest {
  const { runAt, delaySeconds } = body
  if (runAt !== undefined && delaySeconds !== undefined)
    throw invalid(`${at}/delaySeconds`, 'cannot be given together with runAt')
  return {
    definitionKey: body.definitionKey,
    definitionVersion: body.definitionVersion,
    params: body.params,
    priority: body.priority,
    maxAttempts: body.maxAttempts,
    runAt: runAt === undefined ? undefined : new Date(runAt),
    delaySeconds,
    callback: body.callback,
    idempotency: key === undefined ? undefined : { key, body: withoutKey(body) },
    traceparent,
  }
}

/** The body as it was sent: no schema fills in a default or changes a value. */
function withoutKey({ idempotencyKey: _key, ...body }: Readonly<Record<string, unknown>>): JsonObject {
  return body as Record<string, JsonValue>
}

function oneKey(inBody: string | undefined, inHeader: string | undefined): string | undefined {
  if (inBody !== undefined && inHeader !== undefined && inBody !== inHeader) {
    throw new JobServerError(
      'idempotency-key-mismatch',
      'the header and the body name different idempotency keys',
    )
  }
  return inBody ?? inHeader
}

/** Header bytes arrive as Latin-1; a key in UTF-8 has to equal the same key in a body. */
function keyInHeader(request: IncomingMessage): string | undefined {
  if (request.headers['idempotency-key'] === undefined) return undefined
  const values = request.headersDistinct['idempotency-key'] ?? []
  const bytes = Buffer.from(values[0] ?? '', 'latin1')
  const key = bytes.toString('utf8')
  const parsed = createJobHeaders.safeParse({ 'Idempotency-Key': key })
  // Bytes that are not UTF-8 would all become the same replacement character, and different keys one.
  if (values.length !== 1 || !parsed.success || !isUtf8(bytes)) {
    throw invalid('', 'the header Idempotency-Key must be one text of 1–255 characters in UTF-8')
  }
  return key
}

function invalid(pointer: string, message: string): JobServerError {
  return new JobServerError('validation-error', 'the request is not valid', { flaws: [{ pointer, message }] })
}

function list({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/jobs',
    operationId: 'listJobs',
    summary: 'List jobs, newest first',
    tag: 'jobs',
    access: 'read',
    query: listJobsQuery,
    responses: { 200: { description: 'One page', schema: jobList } },
    problems: ['invalid-query', 'invalid-cursor'],
    async handle({ query: { limit = 100, offset = 0, cursor, ...filter } }) {
      const before = cursor === undefined ? {} : { before: readCursor(cursor) }
      const page = await queries.list(jobFilterOf(filter), { limit, offset, ...before })
      const last = page.jobs.at(-1)
      return {
        status: 200,
        body: {
          jobs: page.jobs.map(jobSummaryView),
          total: page.total,
          totalIsCapped: page.totalIsCapped,
          nextCursor: page.hasMore && last !== undefined ? cursorAfter(last.job.id) : null,
        },
      }
    },
  })
}

function cancel({ jobs, clock, newId }: HttpDeps): Route {
  return route({
    method: 'post',
    path: '/v1/jobs/:jobId/cancel',
    operationId: 'cancelJob',
    summary: 'Request the cancellation of a job',
    tag: 'jobs',
    access: 'submit',
    params: jobParams,
    responses: { 202: { description: 'Requested; a queued job is cancelled at once', schema: cancelledJob } },
    problems: ['malformed-id', 'job-not-found', 'job-already-finished'],
    async handle({ params: { jobId } }) {
      const [answer] = await jobs.requestCancel([jobId], clock.now(), newId)
      if (answer === undefined || answer.outcome === 'not_found') throw noSuchJob()
      const { status } = answer.job
      if (answer.outcome === 'already_finished') {
        throw new JobServerError('job-already-finished', `the job is ${status} already`, {
          fields: { jobId, jobStatus: status },
        })
      }
      return { status: 202, body: { jobId, status, message: 'Cancellation requested' } }
    },
  })
}

export function noSuchJob(): JobServerError {
  return new JobServerError('job-not-found', 'there is no job with this id')
}
