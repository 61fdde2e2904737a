import { connect } from 'node:net'

/** Sends bytes as they are and answers all that comes back until the server closes, or until `quietMs` pass. */
export async function rawRequest(url: string, bytes: string | Buffer, quietMs = 1000): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const received: Buffer[] = []
    socket.setTimeout(quietMs, () => socket.destroy())
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('close', () => {
      resolve(Buffer.concat(received).toString('latin1'))
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error)
    })
    socket.write(bytes)
  })
}

export function statusOf(raw: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(raw)?.[1])
}
