import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'

/** A line that has no end is told in pieces. */
const MAX_LINE = 64 * 1024

/** What a process writes into one of its pipes, line by line. */
export class OutputLines {
  private readonly decoder = new StringDecoder('utf8')
  private rest = ''

  constructor(
    stream: Readable,
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

  /** Tells a last line that has no end yet. */
  endLine(): void {
    const line = this.rest + this.decoder.end()
    this.rest = ''
    if (line !== '') this.tell(line)
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
}
