import { randomUUID } from 'node:crypto'
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { SECURITY_HEADERS } from './access/security-headers.js'
import { problemOf, RequestError } from './problem.js'

export interface Listening {
  readonly server: Server
  /** Where it is reached, without a trailing slash. */
  readonly url: string
  /**
   * Stops accepting, lets what is in flight finish, and closes idle connections.
   *
   * @param graceMs after this time the remaining connections are cut.
   */
  close(graceMs?: number): Promise<void>
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

const SWEEP_MS = 50

/**
 * Opens a port for an application.
 *
 * @throws the system's error when the address cannot be had, such as EADDRINUSE.
 */
export async function listen(
  app: { callback(): (request: IncomingMessage, response: ServerResponse) => unknown },
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const handle = app.callback()
  const exchanges = new WeakMap<Socket, Exchange>()
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    exchanges.set(request.socket, { request, response })
    void handle(request, response)
  }
  const server = createServer(
    {
      headersTimeout: 10_000,
      // Honest uploads may take long; how slowly a body may come is watched where it is read.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5000,
      // The application says so itself, in a problem document.
      requireHostHeader: false,
    },
    answer,
  )
  // An expectation that nobody knows is no reason to refuse (RFC 9110, 10.1.1).
  server.on('checkExpectation', answer)
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
    refuse(error, socket, exchanges.get(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return { server, url: urlOf(server.address() as AddressInfo), close: closer(server) }
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function closer(server: Server): (graceMs?: number) => Promise<void> {
  let closing: Promise<void> | null = null
  return (graceMs = 10_000) => {
    closing ??= new Promise<void>((resolve) => {
      const sweep = setInterval(() => {
        server.closeIdleConnections()
      }, SWEEP_MS)
      const cut = setTimeout(() => {
        server.closeAllConnections()
      }, graceMs)
      server.close(() => {
        clearInterval(sweep)
        clearTimeout(cut)
        resolve()
      })
    })
    return closing
  }
}

/**
 * What is not HTTP gets a problem document too, and the connection ends. Not behind a request whose answer is still to
 * come: it would be taken for that answer, or for a part of it.
 */
function refuse(error: NodeJS.ErrnoException, socket: Socket, current: Exchange | undefined): void {
  const answerIsOwed = current?.request.complete === true && !current.response.writableFinished
  if (error.code === 'ECONNRESET' || !socket.writable || answerIsOwed) {
    socket.destroy()
    return
  }
  const { status, body } = problemOf(refusalOf(error.code), randomUUID())
  const text = JSON.stringify(body)
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'Connection: close',
    ...Object.entries(SECURITY_HEADERS).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${text}`)
  // Else the caller's half would stay open for as long as they like, and what still came by it would be served.
  socket.destroySoon()
}

function refusalOf(code: string | undefined): RequestError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new RequestError('headers-too-large', 'the headers may have at most 16384 bytes')
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestError('request-timeout', 'the headers came too slowly')
    default:
      return new RequestError('malformed-request', 'the request cannot be read')
  }
}
