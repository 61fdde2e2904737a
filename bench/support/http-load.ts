import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Makes the body of the n-th request. */
export type BodyOf = (n: number) => unknown

/**
 * Posts bodies over kept connections, the next when the last is answered, and times all of it. Speaks HTTP by itself: a client of
 * Node's own would take as much of the processors as the server that is measured.
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
  const address = new URL(url)
  const sockets = await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: address.hostname, port: Number(address.port), noDelay: true })
      await once(socket, 'connect')
      return socket
    }),
  )
  const head = `POST ${address.pathname} HTTP/1.1\r\nHost: ${address.host}\r\nContent-Type: application/json\r\nContent-Length: `
  let next = 0
  const made = (): string | null => {
    if (next >= count) return null
    const body = JSON.stringify(bodyOf(next++))
    return `${head}${Buffer.byteLength(body)}\r\n\r\n${body}`
  }
  try {
    const begun = performance.now()
    await Promise.all(
      sockets.map(async (socket) => {
        let request = made()
        while (request !== null) {
          socket.write(request)
          const answered = answerOf(socket)
          request = made()
          const answer = await answered
          if (!answer.startsWith('HTTP/1.1 201 ')) throw new Error(`${url} answered ${answer}`)
        }
      }),
    )
    return performance.now() - begun
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}

const LENGTH = /\r\ncontent-length: (\d+)\r\n/i

/** The beginning of the next answer, once all of it has come, its length as announced. */
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
        text = text.slice(0, 500)
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
