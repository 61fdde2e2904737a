import type { Flaw } from './json.js'

/** What a caller can get wrong, or find unavailable; each code is one problem type of the HTTP contract. */
export type ErrorCode =
  | 'validation-error'
  | 'unknown-definition'
  | 'params-invalid'
  | 'callback-not-allowed'
  | 'idempotency-key-reused'
  | 'idempotency-key-mismatch'
  | 'idempotency-in-progress'
  | 'job-not-found'
  | 'job-already-finished'
  | 'dead-letter-not-found'
  | 'dead-letter-already-retried'
  | 'definition-not-found'
  | 'schedule-not-found'
  | 'schedule-name-taken'
  | 'schedule-declared'
  | 'schedule-invalid'
  | 'not-a-video-job'
  | 'video-not-ready'
  | 'unsupported-video'
  | 'ffmpeg-unavailable'
  | 'storage-unavailable'
  | 'backlog-full'
  | 'invalid-cursor'

/** An error with a stable code: the caller's mistake, or something this server needs and does not have. */
export class JobServerError extends Error {
  override readonly name: string = 'JobServerError'

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: {
      readonly flaws?: readonly Flaw[]
      readonly retryAfterSeconds?: number
      readonly fields?: Readonly<Record<string, string | number>>
      readonly cause?: unknown
    } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
  }
}

/** The error itself, or the first of several: an attempt at every address of a host fails with all their errors and no message of its own. */
export function firstError(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error
}

/** The database or the disk is away or too busy; the same call may be repeated later. */
export class StorageUnavailableError extends JobServerError {
  override readonly name: string = 'StorageUnavailableError'

  constructor(cause: unknown, message = 'the database is not available') {
    super('storage-unavailable', message, { cause, retryAfterSeconds: 1 })
  }

  /** For those who run the server: with the reason, of which callers are told nothing. */
  override toString(): string {
    const first = firstError(this.cause)
    const reason = first instanceof Error ? (first.message.split('\n')[0] ?? '') : ''
    return reason === '' ? super.toString() : `${super.toString()}: ${reason}`
  }
}

/** The database answers, but takes no writes: a standby, or one that was set so. */
export class StorageReadOnlyError extends StorageUnavailableError {
  override readonly name = 'StorageReadOnlyError'

  constructor(cause: unknown) {
    super(cause, 'the database takes no writes')
  }
}

/** The database answers, but migrations have not run that this version needs. */
export class SchemaOutdatedError extends StorageUnavailableError {
  override readonly name = 'SchemaOutdatedError'

  constructor(message: string) {
    super(null, message)
  }
}

/** A newer version has changed the schema so that this one cannot work with it; waiting does not help. */
export class SchemaTooNewError extends Error {
  override readonly name = 'SchemaTooNewError'
}
