import { JobServerError, type ErrorCode } from '../../domain/errors.js'
import type { Flaw } from '../../domain/json.js'

/** Mistakes that exist only on the wire, before any use case is reached. */
export type TransportCode =
  | 'malformed-request'
  | 'malformed-json'
  | 'malformed-id'
  | 'malformed-url'
  | 'malformed-multipart'
  | 'invalid-query'
  | 'unauthorized'
  | 'forbidden'
  | 'foreign-host'
  | 'foreign-origin'
  | 'rate-limited'
  | 'not-found'
  | 'dashboard-not-built'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'payload-too-large'
  | 'uri-too-long'
  | 'headers-too-large'
  | 'unsupported-media-type'
  | 'precondition-failed'
  | 'range-not-satisfiable'
  | 'video-gone'
  | 'not-ready'
  | 'too-many-streams'
  | 'internal-error'

export type ProblemCode = ErrorCode | TransportCode

interface ProblemKind {
  readonly status: number
  readonly title: string
}

/** The only place that knows HTTP statuses of errors. */
export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = {
  'validation-error': { status: 400, title: 'The request does not fit its schema' },
  'malformed-request': { status: 400, title: 'The request is not HTTP/1.1' },
  'malformed-json': { status: 400, title: 'The body is not valid JSON' },
  'malformed-id': { status: 400, title: 'The id is malformed' },
  'malformed-url': { status: 400, title: 'The URL is malformed' },
  'malformed-multipart': { status: 400, title: 'The multipart body is malformed' },
  'invalid-query': { status: 400, title: 'The query is not valid' },
  'invalid-cursor': { status: 400, title: 'The cursor is not valid' },
  unauthorized: { status: 401, title: 'An API key is needed' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  'foreign-host': { status: 403, title: 'The request is not for this machine' },
  'foreign-origin': { status: 403, title: 'The request comes from a foreign page' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'dashboard-not-built': { status: 404, title: 'The dashboard was not built' },
  'job-not-found': { status: 404, title: 'There is no such job' },
  'dead-letter-not-found': { status: 404, title: 'There is no such dead letter' },
  'definition-not-found': { status: 404, title: 'There is no such definition' },
  'schedule-not-found': { status: 404, title: 'There is no such schedule' },
  'not-a-video-job': { status: 404, title: 'The job is not a video job' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'request-timeout': { status: 408, title: 'The request arrived too slowly' },
  'idempotency-in-progress': { status: 409, title: 'The idempotency key is in use' },
  'job-already-finished': { status: 409, title: 'The job is already finished' },
  'dead-letter-already-retried': { status: 409, title: 'The dead letter was retried before' },
  'schedule-name-taken': { status: 409, title: 'The name is taken' },
  'schedule-declared': { status: 409, title: 'The schedule is declared in code' },
  'video-not-ready': { status: 409, title: 'The video is not ready' },
  'video-gone': { status: 410, title: 'The video is gone' },
  'precondition-failed': { status: 412, title: 'A condition of the request does not hold' },
  'payload-too-large': { status: 413, title: 'The request is too large' },
  'uri-too-long': { status: 414, title: 'The URL is too long' },
  'unsupported-media-type': { status: 415, title: 'The media type is not supported' },
  'range-not-satisfiable': { status: 416, title: 'The range cannot be satisfied' },
  'unknown-definition': { status: 422, title: 'The definition is unknown' },
  'callback-not-allowed': { status: 422, title: 'The callback may not go to this URL' },
  'params-invalid': { status: 422, title: 'The params are not acceptable' },
  'schedule-invalid': { status: 422, title: 'The schedule is not possible' },
  'idempotency-key-reused': { status: 422, title: 'The idempotency key was used before' },
  'idempotency-key-mismatch': { status: 422, title: 'Two different idempotency keys' },
  'unsupported-video': { status: 422, title: 'The file is not a supported video' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'rate-limited': { status: 429, title: 'Too many requests' },
  'internal-error': { status: 500, title: 'The server failed' },
  'ffmpeg-unavailable': { status: 503, title: 'Video encoding is not available' },
  'storage-unavailable': { status: 503, title: 'The storage is not available' },
  'backlog-full': { status: 503, title: 'Too many jobs are waiting' },
  'too-many-streams': { status: 503, title: 'Too many clients are waiting' },
  'not-ready': { status: 503, title: 'The server is not ready' },
}

/** A request refused by the HTTP layer itself. */
export class RequestError extends Error {
  override readonly name = 'RequestError'

  constructor(
    readonly code: TransportCode,
    message: string,
    readonly details: {
      readonly flaws?: readonly Flaw[]
      readonly headers?: Readonly<Record<string, string>>
      readonly retryAfterSeconds?: number
      readonly fields?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(message)
  }
}

/** An error as its answer: status, headers and the members of `application/problem+json` (RFC 9457). */
export interface Problem {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** `type` and `instance` are addresses of this server. */
  readonly body: Readonly<Record<string, unknown>> & { readonly type: string; readonly instance: string }
}

const MAX_FLAWS = 20
const MAX_DETAIL = 500
/** Pointers are made of what the caller sent. */
const MAX_POINTER = 100
const DEFAULT_RETRY_AFTER_SECONDS = 1

/** Is this an error that a caller may be told; anything else is the server's own failure. */
export function isTold(error: unknown): error is JobServerError | RequestError {
  return error instanceof JobServerError || error instanceof RequestError
}

/** What a caller is told of an error; of an unknown one only that the server failed. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (!isTold(error)) return problem('internal-error', 'the failure was logged', requestId)
  const { code } = error
  // What the database said stays in the log.
  const detail = code === 'storage-unavailable' ? 'try again in a moment' : error.message
  const { flaws = [], fields = {}, retryAfterSeconds } = error.details
  const headers = error instanceof RequestError ? (error.details.headers ?? {}) : {}
  return problem(code, detail, requestId, {
    flaws,
    fields,
    headers,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  more: {
    readonly flaws?: readonly Flaw[]
    readonly fields?: Readonly<Record<string, unknown>>
    readonly headers?: Readonly<Record<string, string>>
    readonly retryAfterSeconds?: number
  } = {},
): Problem {
  const { status, title } = PROBLEMS[code]
  const retryAfter =
    status === 503 || status === 429 || more.retryAfterSeconds !== undefined
      ? { 'Retry-After': String(Math.ceil(more.retryAfterSeconds ?? DEFAULT_RETRY_AFTER_SECONDS)) }
      : {}
  const errors = (more.flaws ?? []).slice(0, MAX_FLAWS).map(({ pointer, message }) => ({
    pointer: pointer.slice(0, MAX_POINTER).toWellFormed(),
    message,
  }))
  return {
    status,
    headers: { ...more.headers, ...retryAfter },
    body: {
      ...more.fields,
      type: `/problems/${code}`,
      title,
      status,
      detail: detail.slice(0, MAX_DETAIL),
      instance: `/requests/${requestId}`,
      code,
      requestId,
      ...(errors.length === 0 ? {} : { errors }),
    },
  }
}
