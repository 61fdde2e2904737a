import type { ProblemCode } from './api-types.js'
import type { Schemas } from './operations.js'

/** A code that this client's version knows of, or one of a newer server. */
export type Code = ProblemCode | (string & {})

/** The server's refusal, as it told it: RFC 9457 problem details. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** What went wrong, by a name that stays. */
  readonly code: Code
  /** Of a request that does not fit: where in it, and why. */
  readonly errors: readonly { readonly pointer: string; readonly message: string }[]
  readonly requestId: string | null

  /** @param problem the body of the answer; it may hold more, such as the `jobId` of a conflict. */
  constructor(
    readonly status: number,
    readonly problem: Readonly<Record<string, unknown>>,
    readonly retryAfterSeconds: number | null = null,
  ) {
    const { title, detail, code, errors, requestId } = problem as Partial<Schemas['Problem']>
    super([title ?? `the server answered ${status}`, detail].filter(Boolean).join(': '))
    this.code = code ?? 'unknown'
    this.errors = errors ?? []
    this.requestId = requestId ?? null
  }
}

/** Whether an error is the server's refusal with one of these codes. */
export function isApiError(error: unknown, ...codes: readonly Code[]): error is ApiError {
  return error instanceof ApiError && (codes.length === 0 || codes.includes(error.code))
}

/** No answer came, however often it was asked for: `cause` says why. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
}

/** A job was not final when the time to wait for it was over; it goes on all the same. */
export class WaitTimeoutError extends Error {
  override readonly name = 'WaitTimeoutError'

  constructor(
    readonly job: Schemas['Job'],
    timeoutMs: number,
  ) {
    super(`job ${job.jobId} is still ${job.status} after ${timeoutMs} ms`)
  }
}

/** There is no result: the job failed for good, or was cancelled. */
export class JobNotSucceededError extends Error {
  override readonly name = 'JobNotSucceededError'

  constructor(readonly job: Schemas['Job']) {
    super(`job ${job.jobId} ${job.status === 'failed' ? 'failed' : 'was cancelled'}${reasonOf(job)}`)
  }
}

function reasonOf({ status, errorSummary }: Schemas['Job']): string {
  return status === 'failed' && errorSummary !== null ? `: ${errorSummary}` : ''
}
