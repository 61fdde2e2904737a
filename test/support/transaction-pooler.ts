import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

const READY = 'Z'.charCodeAt(0)

/** Does to clients that take turns what a pooler in transaction mode does: each logs in by itself, then all speak in the session of the first. */
export class TransactionPooler {
  private shared: Socket | null = null
  private speaker: Socket | null = null
  private readonly sockets = new Set<Socket>()

  private constructor(private readonly listening: Server) {}

  static async before(port: number): Promise<TransactionPooler> {
    const listening = createServer()
    const pooler = new TransactionPooler(listening)
    listening.on('connection', (client) => {
      pooler.serve(client, connect(port, '127.0.0.1'))
    })
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    return pooler
  }

  get port(): number {
    return (this.listening.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    await new Promise((resolve) => this.listening.close(resolve))
  }

  private serve(client: Socket, own: Socket): void {
    let isIn = false
    for (const socket of [client, own]) {
      this.sockets.add(socket)
      socket.on('error', () => undefined)
    }
    own.on('data', (bytes) => {
      const hears = own === this.shared ? this.speaker : client
      hears?.write(bytes)
      // The last message of a login, and of each answer: five bytes and a status.
      if (isIn || bytes[bytes.length - 6] !== READY) return
      isIn = true
      this.shared ??= own
      this.speaker ??= client
    })
    client.on('data', (bytes) => {
      if (!isIn) own.write(bytes)
      else if (!isGoodbye(bytes)) {
        this.speaker = client
        this.shared?.write(bytes)
      } else client.destroy()
    })
  }
}

function isGoodbye(bytes: Buffer): boolean {
  return bytes[0] === 'X'.charCodeAt(0)
}
