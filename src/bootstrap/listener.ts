import type { RequestListener } from 'node:http'
import { createServer } from 'node:net'
import { listen, type Listening } from '../adapters/http/listen.js'
import type { Part } from './lifecycle.js'

/** Something outside this program keeps a role from starting; one line says what. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

/** Answers in flight may take this long when the server stops. */
const FINISH_MS = 4_000

/** An open port: `url` is known once it has started. */
export class Listener implements Part {
  private listening: Listening | null = null
  private opening: Promise<unknown> = Promise.resolve()

  constructor(
    readonly name: string,
    private readonly handler: RequestListener,
    private readonly at: { readonly host: string; readonly port: number; readonly variable: string },
  ) {}

  get url(): string | null {
    if (this.listening === null) return null
    const url = new URL(this.listening.url)
    // Every address of this machine is none that a client can open.
    if (['0.0.0.0', '[::]'].includes(url.hostname)) url.hostname = 'localhost'
    return url.origin
  }

  /**
   * Opens the address and closes it again: who cannot have it learns so before it has done anything else.
   *
   * @throws StartError when the address cannot be had.
   */
  async tryOut(): Promise<void> {
    const refusal = await refusalToListen(this.at)
    if (refusal !== null) throw new StartError(this.refusal(refusal))
  }

  /** @throws StartError when the address cannot be had. */
  async start(): Promise<void> {
    try {
      const opening = listen({ callback: () => this.handler }, this.at)
      this.opening = opening.catch(() => undefined)
      this.listening = await opening
    } catch (error) {
      throw new StartError(this.refusal(error as NodeJS.ErrnoException))
    }
  }

  /** Takes no more connections, lets answers in flight end, then cuts what is left. */
  async stop(hurry: Promise<void>): Promise<void> {
    // One that is just about to open would stay open.
    await this.opening
    const { listening } = this
    if (listening === null) return
    void hurry.then(() => {
      listening.server.closeAllConnections()
    })
    await listening.close(FINISH_MS)
  }

  private refusal({ code, message }: NodeJS.ErrnoException): string {
    const { host, port, variable } = this.at
    switch (code) {
      case 'EADDRINUSE':
        return `${variable}: port ${port} on ${host} is in use by another process`
      case 'EACCES':
        return `${variable}: no permission to open port ${port}`
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return `HOST: ${host} is not an address of this machine`
      default:
        return `${variable}: cannot open port ${port} on ${host}: ${message}`
    }
  }
}

/** Why this address cannot be had at the moment; `null` when it can. */
export function refusalToListen({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    // Nobody is to wait for an answer of a port that closes at once.
    const server = createServer((socket) => socket.destroy())
    server.once('error', resolve)
    server.listen(port, host, () => server.close(() => resolve(null)))
  })
}
