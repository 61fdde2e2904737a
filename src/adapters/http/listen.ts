import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

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
  const server = createServer(
    {
      headersTimeout: 10_000,
      // Honest uploads may take long; how slowly a body may come is watched where it is read.
      requestTimeout: 0,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5000,
    },
    (request, response) => void handle(request, response),
  )
  server.on('clientError', refuse)
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

/** What is not HTTP gets the shortest answer there is, and the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, code, title] = refusalOf(error.code)
  const body = JSON.stringify({ type: `/problems/${code}`, title, status, code })
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\nContent-Type: application/problem+json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  )
}

function refusalOf(code: string | undefined): readonly [number, string, string] {
  if (code === 'HPE_HEADER_OVERFLOW') return [431, 'headers-too-large', 'Request Header Fields Too Large']
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, 'request-timeout', 'Request Timeout']
  return [400, 'malformed-request', 'Bad Request']
}
