import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** Stands between a client and a server on this machine, and can go silent in between without closing anything. */
export class TcpProxy {
  private readonly pairs = new Set<{ client: Socket; server: Socket; silent: boolean }>()

  private frozen = false

  private constructor(private readonly listening: Server) {}

  static async before(port: number): Promise<TcpProxy> {
    const listening = createServer()
    const proxy = new TcpProxy(listening)
    listening.on('connection', (client) => {
      const pair = { client, server: connect(port, '127.0.0.1'), silent: false }
      proxy.pairs.add(pair)
      if (proxy.frozen) for (const socket of [client, pair.server]) socket.pause()
      client.on('data', (bytes) => pair.silent || pair.server.write(bytes))
      pair.server.on('data', (bytes) => pair.silent || client.write(bytes))
      for (const socket of [client, pair.server]) {
        socket.on('error', () => undefined)
        socket.on('close', () => {
          client.destroy()
          pair.server.destroy()
          proxy.pairs.delete(pair)
        })
      }
    })
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    return proxy
  }

  get port(): number {
    return (this.listening.address() as AddressInfo).port
  }

  get connections(): number {
    return this.pairs.size
  }

  /** What the next client says first. */
  nextSaid(): Promise<Buffer> {
    return new Promise((resolve) => {
      this.listening.once('connection', (client: Socket) => client.once('data', resolve))
    })
  }

  /** The connections of now carry nothing any more and stay open; later ones work. */
  silence(): void {
    for (const pair of this.pairs) pair.silent = true
  }

  /** Everything stands still, new connections too; nothing is lost. */
  freeze(): void {
    this.frozen = true
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.pause()
  }

  /** What was sent meanwhile arrives, late. */
  thaw(): void {
    this.frozen = false
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.resume()
  }

  /** The connections of now end; later ones work. */
  cut(): void {
    for (const { client, server } of this.pairs) for (const socket of [client, server]) socket.destroy()
  }

  async close(): Promise<void> {
    for (const { client } of this.pairs) client.destroy()
    await new Promise((resolve) => this.listening.close(resolve))
  }
}
