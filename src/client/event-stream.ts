import { ConnectionError, isApiError } from './errors.js'
import type { Schemas } from './operations.js'
import type { CallOptions, Transport } from './transport.js'

export type JobEvent = Schemas['JobEvent']

export interface EventOptions extends CallOptions {
  /** Only events with a higher id. @default 0 */
  readonly after?: number | undefined
}

/** The server says something every 15 s, if only that it is there. */
const SILENCE_MS = 45_000

/**
 * The events of a job, those that were before this call too, each once and in order, until the job is final. A connection that
 * breaks off is made again after the last event.
 *
 * @throws ApiError `job-not-found`; ConnectionError when the server stays away; the reason of the signal.
 */
export async function* jobEvents(
  transport: Transport,
  jobId: string,
  { after = 0, signal }: EventOptions = {},
): AsyncGenerator<JobEvent, void, undefined> {
  let place = after
  for (let failures = 0; ;) {
    try {
      for await (const message of messages(transport, jobId, place, signal)) {
        failures = 0
        if (message === null) continue
        if (message.event === 'end') return
        const told = JSON.parse(message.data) as JobEvent
        place = told.id
        yield told
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (isApiError(error)) throw error
      if (failures >= transport.retries) throw connectionErrorOf(error)
    }
    failures += 1
    await transport.pause(failures, signal)
  }
}

interface Message {
  readonly event: string
  readonly data: string
}

/** The messages of one connection; `null` for what only says that the server is there. */
async function* messages(
  transport: Transport,
  jobId: string,
  after: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Message | null> {
  const over = new AbortController()
  const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal])
  const path = `/v1/jobs/${encodeURIComponent(jobId)}/events`
  const headers = { Accept: 'text/event-stream' }
  const response = await transport.stream(path, { query: { after }, headers, signal: either })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let silence: ReturnType<typeof setTimeout> | undefined
  try {
    for (let text = ''; ;) {
      silence = setTimeout(() => over.abort(new Error('the stream fell silent')), SILENCE_MS)
      const { done, value } = await reader.read()
      // Who takes long for an event keeps the server from saying anything.
      clearTimeout(silence)
      if (done) return
      const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) yield messageOf(block)
    }
  } finally {
    clearTimeout(silence)
    over.abort()
  }
}

/** `null` for comments and for what only sets the time to reconnect. */
function messageOf(block: string): Message | null {
  let event = 'message'
  const data: string[] = []
  for (const line of block.split('\n')) {
    const [, field, value = ''] = /^(\w+): ?(.*)$/s.exec(line) ?? []
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
  return data.length === 0 ? null : { event, data: data.join('\n') }
}

/** A connection that breaks off while it is read says so in its own words. */
function connectionErrorOf(error: unknown): ConnectionError {
  if (error instanceof ConnectionError) return error
  return new ConnectionError(`the stream of events broke off: ${String(error)}`, { cause: error })
}
