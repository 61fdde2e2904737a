import { StorageReadOnlyError, StorageUnavailableError } from '../../domain/errors.js'

/**
 * SQLSTATE classes and codes that say: not now, not here — nothing about the statement itself. A login that is refused to a process which
 * was let in before, or a database that is gone, will be put right as an outage is.
 */
const AWAY = /^(08|28|53|57P0|58|25P03|25P04|3D)/
/** This server takes no writes any more, another one does by now: only a new connection can lead there. */
export const READ_ONLY = '25006'
const BUSY = new Set(['55P03', '57014'])
const SOCKET = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'ENFILE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** A certificate that ran out, or was changed, is put right as an outage is. */
const TLS = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_)/

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** The transaction lost a deadlock or a serialization race: the same call may be tried again at once. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error)
  return code === '40P01' || code === '40001'
}

/**
 * What this connection has prepared no longer fits: a migration changed a table under it, or a pooler led it to another session.
 * The same call works on a new connection.
 */
export function isStaleConnection(error: unknown): boolean {
  const code = codeOf(error)
  if (code === '26000') return true
  return code === '0A000' && error instanceof Error && error.message.includes('cached plan')
}

/** The values of one row do not fit: bad text, out of range, a violated constraint, too large. */
export function isDataError(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(error))
}

/** The statement took too long, or somebody ended it: less at once may do. */
export function isCancelled(error: unknown): boolean {
  return codeOf(error) === '57014'
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** Nothing came back for so long that the server itself would have given the statement up. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && /Query read timeout/.test(error.message)
}

/** Knex waited for a connection in vain, whether all were in use or none could be opened. */
export function isAcquireTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'KnexTimeoutError'
}

/** The database did not answer at all, or is on its way down or up. */
export function isConnectionError(error: unknown): boolean {
  const code = codeOf(error)
  if (AWAY.test(code) || SOCKET.has(code) || TLS.test(code) || code === READ_ONLY) return true
  if (!(error instanceof Error)) return false
  if (error.name === 'AggregateError') return (error as AggregateError).errors.some(isConnectionError)
  return /does not support SSL|connection terminated|connection ended|connection error|timeout exceeded when trying to connect|timeout expired|Query read timeout|^no connection (came free|could be opened)|acquiring a connection|Unable to acquire a connection|server closed the connection|not queryable/i.test(
    error.message,
  )
}

/** What callers of a port are told: `StorageUnavailableError` when the database is away or busy, else the error itself. */
export function portError(error: unknown): unknown {
  if (error instanceof StorageUnavailableError) return error
  if (codeOf(error) === READ_ONLY) return new StorageReadOnlyError(error)
  if (isConnectionError(error)) return new StorageUnavailableError(error)
  if (BUSY.has(codeOf(error)) || isRetryable(error) || isStaleConnection(error)) {
    return new StorageUnavailableError(error, 'the database is too busy')
  }
  return error
}
