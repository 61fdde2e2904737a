import { firstError } from '../../domain/errors.js'

/** What was looked at, how it is, and what mends it. */
export interface Finding {
  readonly check: string
  /** `warning`: a server works, though not as may be wished. */
  readonly state: 'ok' | 'warning' | 'broken'
  readonly says: string
  /** `null` when there is nothing to mend. */
  readonly fix: string | null
}

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says, fix: null }
}

export function warning(check: string, says: string, fix: string): Finding {
  return { check, state: 'warning', says, fix }
}

export function broken(check: string, says: string, fix: string): Finding {
  return { check, state: 'broken', says, fix }
}

/** What an error says, on one line. */
export function reasonOf(error: unknown): string {
  const cause = firstError(error)
  const text = cause instanceof Error ? cause.message : String(cause)
  return text.split('\n')[0] ?? ''
}
