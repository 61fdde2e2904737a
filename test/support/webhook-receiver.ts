import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A real HTTP server that keeps what it was sent, and answers as it is told. */
export class WebhookReceiver {
  readonly received: Received[] = []
  /** Answers the nth request, from 1. */
  answer: (response: ServerResponse, n: number) => void = (response) => void response.writeHead(204).end()
  private readonly server = createServer((request, response) => {
    void buffer(request).then((body) => {
      this.received.push({ path: request.url ?? '', headers: request.headers, body: body.toString('utf8') })
      this.answer(response, this.received.length)
    })
  })

  async open(): Promise<this> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done))
    return this
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`
  }

  async close(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((done) => this.server.close(done))
  }
}

/** Whether one of the signatures of a request is by this key: what a receiver has to do, written down once more. */
export function isSignedBy(key: Buffer, { headers, body }: Received): boolean {
  const [id, timestamp] = [String(headers['webhook-id']), String(headers['webhook-timestamp'])]
  const wanted = createHmac('sha256', key).update([id, timestamp, body].join('.')).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => signature.split(','))
    .some(([version, text = '']) => {
      const given = Buffer.from(text, 'base64')
      return version === 'v1' && given.length === wanted.length && timingSafeEqual(given, wanted)
    })
}
