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

/** Every hint that anybody gives from now on. */
export function hintsOf(notifier: Notifier): string[][] {
  const hints: string[][] = []
  notifier.subscribe((keys) => hints.push([...keys]))
  return hints
}
