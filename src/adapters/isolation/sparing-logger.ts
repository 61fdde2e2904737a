import type { Logger } from '../../application/ports/logger.js'

/** Of one run, of each level, in a minute. */
const MAX_CHARS = 256 * 1024
const MINUTE_MS = 60_000
/** So that a million empty lines are not free: what stands around each. */
const LINE_CHARS = 200

type Level = 'debug' | 'info' | 'warn' | 'error'

/**
 * Keeps a run that never stops talking from filling the disk with the server's log, and from taking the time of everybody else: of each
 * level it passes on 256 KiB in a minute, and says where the rest is.
 *
 * @param logger of one run, its children included.
 */
export function sparingLogger(logger: Logger, monotonicMs: () => number = () => performance.now()): Logger {
  const windows = new Map<Level, { readonly startedAt: number; chars: number }>()
  const mayWrite = (level: Level, chars: number): boolean => {
    const now = monotonicMs()
    let window = windows.get(level)
    if (window === undefined || now - window.startedAt >= MINUTE_MS) {
      window = { startedAt: now, chars: 0 }
      windows.set(level, window)
    }
    const wasFull = window.chars > MAX_CHARS
    window.chars += LINE_CHARS + chars
    if (window.chars <= MAX_CHARS) return true
    if (!wasFull) logger.warn(TOO_MUCH, { leftOut: level })
    return false
  }
  const over = (own: Logger): Logger => {
    const write = (level: Level) => (message: string, fields?: unknown) => {
      const chars = String(message).length + (fields === undefined ? 0 : JSON.stringify(fields).length)
      if (mayWrite(level, chars)) own[level](message, fields)
    }
    return {
      debug: write('debug'),
      info: write('info'),
      warn: write('warn'),
      error: write('error'),
      child: (fields) => over(own.child(fields)),
    }
  }
  return over(logger)
}

const TOO_MUCH = 'the job says too much: for a minute, more of it is only in the log of the job'
