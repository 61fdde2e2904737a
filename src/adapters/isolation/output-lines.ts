import type { Readable } from 'node:stream'

/** A line that has no end is told in pieces. */
const MAX_LINE = 64 * 1024
/** Longer than any marker, so that none is cut in two. */
const KEPT_BACK = 200

/** What an isolate writes at the end of a run's output, on a line of its own or behind one that has no end. */
export function endMarker({ id, run }: { readonly id: string; readonly run: number }): string {
  return `\u0000end of ${id} ${run}\u0000`
}

/** Tells what comes through a pipe line by line; without a last line break the rest is told when the pipe closes. */
export function readLines(stream: Readable, tell: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) tell(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (rest.length > MAX_LINE + KEPT_BACK) {
      tell(rest.slice(0, MAX_LINE))
      rest = rest.slice(MAX_LINE)
    }
  })
  stream.on('close', () => {
    if (rest !== '') tell(rest)
    rest = ''
  })
  stream.on('error', () => undefined)
}
