import type { Command } from 'commander'
import { createClient, type Client } from '../client/index.js'
import { EXIT, UsageError } from './exit.js'
import type { Io } from './io.js'
import { Output, type Format } from './output.js'

interface GlobalOptions {
  readonly url?: string
  readonly apiKey?: string
  readonly output: Format
}

/** One call of the command line: whom it speaks to, what it writes and how it ends. */
export class Session {
  exitCode: number = EXIT.ok

  constructor(
    private readonly program: Command,
    readonly io: Io,
  ) {}

  get client(): Client {
    const { JOB_SERVER_API_KEY } = this.io.env
    const apiKey = this.options.apiKey ?? JOB_SERVER_API_KEY
    try {
      return createClient({ url: this.url, apiKey: apiKey === '' ? undefined : apiKey })
    } catch {
      throw new UsageError(`the address of a server begins with http:// or https://; got "${this.url}"`)
    }
  }

  /** The server that is meant: a local one when nothing is said. */
  get url(): string {
    const { JOB_SERVER_URL, PORT } = this.io.env
    const local = `http://localhost:${PORT === undefined || PORT === '' ? '3000' : PORT}`
    return (
      this.options.url ?? (JOB_SERVER_URL === undefined || JOB_SERVER_URL === '' ? local : JOB_SERVER_URL)
    )
  }

  get output(): Output {
    return new Output(this.io, this.options.output)
  }

  private get options(): GlobalOptions {
    return this.program.opts()
  }
}
