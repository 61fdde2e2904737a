import { readSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line that has no end is told in pieces. */
const MAX_LINE = 64 * 1024
/** Whoever goes on writing while we read is not waited for. */
const MAX_DRAIN = 4 * 1024 * 1024

const chunk = Buffer.allocUnsafe(64 * 1024)

/** What a process writes into one of its pipes, line by line. */
export class OutputLines {
  private readonly decoder = new StringDecoder('utf8')
  private rest = ''

  constructor(
    private readonly stream: Readable,
    private readonly tell: (line: string) => void,
  ) {
    stream.on('data', (bytes: Buffer) => {
      this.take(this.decoder.write(bytes))
    })
    stream.on('close', () => {
      this.endLine()
    })
    stream.on('error', () => undefined)
  }

  /**
   * Tells everything that the process has written until now, a last line without an end too. What it says over its channel may
   * arrive before what it wrote earlier: the pipe is read here and now instead of waited for.
   */
  drain(): void {
    const fd = (this.stream as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
    for (let total = 0; fd >= 0 && total < MAX_DRAIN;) {
      const count = readNow(fd)
      if (count === 0) break
      total += count
      this.take(this.decoder.write(chunk.subarray(0, count)))
    }
    this.endLine()
  }

  private take(text: string): void {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    for (const line of lines) this.tell(line.endsWith('\r') ? line.slice(0, -1) : line)
    while (this.rest.length > MAX_LINE) {
      this.tell(this.rest.slice(0, MAX_LINE))
      this.rest = this.rest.slice(MAX_LINE)
    }
  }

  private endLine(): void {
    const line = this.rest + this.decoder.end()
    this.rest = ''
    if (line !== '') this.tell(line)
  }
}

/** Zero when there is nothing to read just now. */
function readNow(fd: number): number {
  try {
    return readSync(fd, chunk)
  } catch {
    return 0
  }
}
