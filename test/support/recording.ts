import type { Logger } from '../../src/application/ports/logger.js'
import type { Notifier } from '../../src/application/ports/notifier.js'

/** A logger that keeps its lines: `level message`. */
export function recordingLogger(lines: string[] = []): Logger & { readonly lines: string[] } {
  const write = (level: string) => (message: string) => {
    lines.push(`${level} ${message}`)
  }
  return {
    lines,
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => recordingLogger(lines),
  }
}

/** Every hint that anybody gives from now on: its keys, when the first job is due unless that is now, and how many there are if that was said. */
export function hintsOf(notifier: Notifier): string[][] {
  const hints: string[][] = []
  notifier.subscribe((keys, dueAt, jobs) =>
    hints.push([
      ...keys,
      ...(dueAt === undefined ? [] : [dueAt.toISOString()]),
      ...(jobs === undefined ? [] : [`${jobs} jobs`]),
    ]),
  )
  return hints
}
