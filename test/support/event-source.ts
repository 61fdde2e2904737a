/** One message of a stream of server-sent events. */
export interface Message {
  readonly id: number | null
  readonly event: string
  readonly data: any
}

/**
 * Reads a stream until it ends; leaving the loop cuts the connection. Comments are told as messages of the event `comment`.
 *
 * @throws the status and body of any other answer.
 */
export async function* messagesOf(url: string, lastEventId?: number): AsyncGenerator<Message> {
  const left = new AbortController()
  const headers: Record<string, string> = { Accept: 'text/event-stream' }
  if (lastEventId !== undefined) headers['Last-Event-ID'] = String(lastEventId)
  try {
    const answer = await fetch(url, { headers, signal: left.signal })
    if (answer.status !== 200 || answer.body === null)
      throw new Error(`${answer.status} ${await answer.text()}`)
    let text = ''
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (text + chunk).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const message = messageOf(block)
        if (message !== null) yield message
      }
    }
  } finally {
    left.abort()
  }
}

function messageOf(block: string): Message | null {
  if (block.startsWith(':')) return { id: null, event: 'comment', data: block }
  const fields = new Map(block.split('\n').map((line) => line.split(/: (.*)/s) as [string, string]))
  const data = fields.get('data')
  if (data === undefined) return null
  const id = fields.get('id')
  return {
    id: id === undefined ? null : Number(id),
    event: fields.get('event') ?? 'message',
    data: JSON.parse(data),
  }
}

/**
 * Follows a job to its end as a browser would: connects again, after the last event that it has, whenever the stream breaks off.
 *
 * @param cutAfter how many events of each connection are read before it is cut; none: as many as come.
 * @returns every message with an id, in the order in which it came, and how many connections it took.
 */
export async function followToEnd(
  url: () => string,
  cutAfter: readonly number[] = [],
): Promise<{ readonly messages: readonly Message[]; readonly connections: number }> {
  const messages: Message[] = []
  for (let connections = 1; ; connections += 1) {
    const cut = cutAfter[connections - 1] ?? Infinity
    let read = 0
    try {
      for await (const message of messagesOf(url(), messages.at(-1)?.id ?? undefined)) {
        if (message.event === 'end') return { messages, connections }
        if (message.id === null) continue
        messages.push(message)
        read += 1
        if (read === cut) break
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      // The server is away: it comes back.
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
