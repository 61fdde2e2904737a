// Another way for hints between servers: a hub that passes on to all what one of them says, over TCP. Redis, NATS or anything else that
// carries a line of text fits in the same place.
//
//   const hub = await startHub(7070)
//   const notifier = connectNotifier({ port: 7070 })
//   const server = await createJobServer({ database: 'postgres://…', notifier, definitions })
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Notifier, OnHint } from 'job-server'

export interface Hub {
  readonly port: number
  close(): Promise<void>
}

/** Passes each line of a client on to all the others. Port 0 takes any free one. */
export async function startHub(port: number, host = '127.0.0.1'): Promise<Hub> {
  const clients = new Set<Socket>()
  const server = createServer((client) => {
    clients.add(client)
    client.on('error', () => client.destroy()).on('close', () => clients.delete(client))
    createInterface({ input: client }).on('line', (line) => {
      for (const other of clients) if (other !== client) other.write(`${line}\n`)
    })
  })
  await once(server.listen(port, host), 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const client of clients) client.destroy()
      await once(server.close(), 'close')
    },
  }
}

const RECONNECT_MS = 250

/** Hints through a hub. While it is away, workers look more often by themselves: `isProven` tells them. */
export function connectNotifier({
  port,
  host = '127.0.0.1',
}: {
  readonly port: number
  readonly host?: string
}): Notifier & { close(): void } {
  const listeners = new Set<OnHint>()
  let socket: Socket
  let again: NodeJS.Timeout | undefined
  let closed = false
  let connected = false

  const tell: OnHint = (definitionKeys, dueAt, jobs) => {
    for (const listener of listeners) listener(definitionKeys, dueAt, jobs)
  }
  const open = (): void => {
    socket = connect({ port, host })
    socket.on('connect', () => {
      connected = true
      // Whatever was said meanwhile is lost: everyone looks once.
      tell([])
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      connected = false
      if (!closed) again = setTimeout(open, RECONNECT_MS)
    })
    createInterface({ input: socket }).on('line', (line) => {
      const hint = JSON.parse(line) as { definitionKeys: string[]; dueAt?: number; jobs?: number }
      tell(hint.definitionKeys, hint.dueAt === undefined ? undefined : new Date(hint.dueAt), hint.jobs)
    })
  }
  open()
  return {
    hint: (definitionKeys, dueAt, jobs) => {
      tell(definitionKeys, dueAt)
      if (connected) socket.write(`${JSON.stringify({ definitionKeys, dueAt: dueAt?.getTime(), jobs })}\n`)
    },
    subscribe: (onHint) => {
      const listener: OnHint = (definitionKeys, dueAt, jobs) => {
        onHint(definitionKeys, dueAt, jobs)
      }
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    isProven: () => connected,
    close: () => {
      closed = true
      clearTimeout(again)
      socket.destroy()
    },
  }
}
