import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Makes the body of the n-th request. */
export type BodyOf = (n: number) => unknown

/**
 * A kept connection. Speaks HTTP by itself: a client of Node's own would take as much of the processors as the server that is measured, and
 * `fetch` nearly a millisecond of what is measured as the server's.
 */
export class HttpConnection {
  private constructor(
    private readonly socket: Socket,
    private readonly head: string,
  ) {}

  /** @param url of what is posted to. */
  static async open(url: string): Promise<HttpConnection> {
    const { hostname, port, pathname, host } = new URL(url)
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    await once(socket, 'connect')
    const head = `POST ${pathname} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: `
    return new HttpConnection(socket, head)
  }

  /** The text of a request, to be sent when the answer to the one before has come. */
  requestOf(body: unknown): string {
    const json = JSON.stringify(body)
    return `${this.head}${Buffer.byteLength(json)}\r\n\r\n${json}`
  }

  /** @returns the head of the answer, when all of it has come. @throws Error unless that is 201. */
  async send(request: string): Promise<string> {
    this.socket.write(request)
    const answer = await answerOf(this.socket)
    if (!answer.startsWith('HTTP/1.1 201 ')) throw new Error(`the answer was ${answer}`)
    return answer
  }

  close(): void {
    this.socket.destroy()
  }
}

/**
 * Posts bodies over kept connections, the next when the last is answered, and times all of it.
 *
 * @param bodyOf the body of the n-th request, made within what is timed, while the one before is under way.
 * @returns milliseconds.
 * @throws Error for the first answer that is not 201.
 */
export async function postMany(
  url: string,
  count: number,
  connections: number,
  bodyOf: BodyOf,
): Promise<number> {
  const opened = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(url)))
  let next = 0
  const made = (connection: HttpConnection): string | null =>
    next >= count ? null : connection.requestOf(bodyOf(next++))
  try {
    const begun = performance.now()
    await Promise.all(
      opened.map(async (connection) => {
        let request = made(connection)
        while (request !== null) {
          const answered = connection.send(request)
          request = made(connection)
          await answered
        }
      }),
    )
    return performance.now() - begun
  } finally {
    for (const connection of opened) connection.close()
  }
}

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i

/** The head of the next answer, once all of it has come, its length as announced. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    let left = NaN
    const onData = (chunk: Buffer): void => {
      if (Number.isNaN(left)) {
        text += chunk.toString('latin1')
        const end = text.indexOf('\r\n\r\n')
        if (end === -1) return
        left = Number(LENGTH.exec(text)?.[1] ?? NaN) + end + 4 - text.length
        text = text.slice(0, end)
      } else left -= chunk.length
      if (Number.isNaN(left)) settle(new Error(`an answer without its length: ${text}`))
      else if (left <= 0) settle(null)
    }
    const onClose = (): void => settle(new Error('the connection was closed'))
    function settle(error: Error | null): void {
      socket.off('data', onData).off('close', onClose).off('error', settle)
      if (error === null) resolve(text)
      else reject(error)
    }
    socket.on('data', onData).on('close', onClose).on('error', settle)
  })
}
