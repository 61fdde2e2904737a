import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { listen, type Listening } from '../../../src/adapters/http/listen.js'
import { eventually } from '../../support/eventually.js'

describe('HTTP: connections of callers that were refused', () => {
  const served: string[] = []
  let listening: Listening
  before(async () => {
    const callback = () => (request: IncomingMessage, response: ServerResponse) => {
      served.push(request.url ?? '')
      response.end()
    }
    listening = await listen({ callback }, { host: '127.0.0.1', port: 0 })
    // It is looked for every 5 s.
    listening.server.headersTimeout = 100
  })
  after(() => listening.close(0))

  /** A caller that sends this, and leaves its half open whatever the server says. */
  async function caller(bytes: string): Promise<{ socket: Socket; answer: () => string }> {
    const socket = connect({
      port: Number(new URL(listening.url).port),
      host: '127.0.0.1',
      allowHalfOpen: true,
    })
    let received = ''
    socket.setEncoding('utf8').on('data', (text: string) => (received += text))
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    if (bytes !== '') socket.write(bytes)
    return { socket, answer: () => received }
  }

  const connections = () => promisify(listening.server.getConnections.bind(listening.server))()

  for (const [what, bytes, status] of [
    ['sends nothing', '', 408],
    ['stops within its headers', 'GET /late HTTP/1.1\r\nHost: localhost\r\n', 408],
    ['does not speak HTTP', 'nonsense\r\n\r\n', 400],
  ] as const)
    it(`one that ${what} is told so, and holds no connection any more`, async () => {
      const { socket, answer } = await caller(bytes)
      await once(socket, 'end')
      expect(answer()).to.match(new RegExp(`^HTTP/1\\.1 ${status} `))
      await eventually(async () => (await connections()) === 0, 1_000)
      // What comes now is not served behind the refusal.
      socket.end('\r\n')
      await once(socket, 'close')
      expect(served).to.deep.equal([])
    })
})
