import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { JobServerError } from '../../domain/errors.js'
import { RequestError } from './problem.js'

/** How fast a body has to arrive: at least `minBytes` in every `windowMs`. */
export interface BodyPace {
  readonly windowMs: number
  readonly minBytes: number
  /** Longest time for a body that is kept in memory; an upload only has to keep its pace. @default 30000 */
  readonly withinMs?: number
}

const WITHIN_MS = 30_000

export const DEFAULT_PACE: BodyPace = { windowMs: 30_000, minBytes: 1024 }

const BYTE_ORDER_MARK = '\uFEFF'
/** No two of its repetitions meet: else a long row of blanks would be tried in all ways of parting it. */
const JSON_TYPE =
  /^application\/json[ \t]*(;[ \t]*(charset[ \t]*=[ \t]*("utf-?8"|utf-?8)([ \t]*;)?[ \t]*)?)?$/i

export function hasBody(request: IncomingMessage): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0
  )
}

/**
 * Reads a JSON object: `application/json` in UTF-8, not compressed, at most `limit` bytes as announced and as counted.
 * Of repeated keys the last one wins.
 *
 * @throws RequestError, JobServerError `validation-error` when the text is JSON but not an object.
 */
export async function readJsonObject(
  request: IncomingMessage,
  limit: number,
  pace: BodyPace,
): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers['content-type']
  if (hasBody(request) || type !== undefined) checkType(request, JSON_TYPE, 'application/json')
  return parseObject(await readBody(request, limit, pace))
}

/** @throws RequestError `unsupported-media-type` unless the body is of that type and not compressed. */
export function checkType(request: IncomingMessage, accepted: RegExp, name: string): void {
  if (!accepted.test(request.headers['content-type'] ?? '')) {
    throw new RequestError('unsupported-media-type', `the body must be ${name}`, {
      headers: { Accept: name },
    })
  }
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new RequestError('unsupported-media-type', 'compressed bodies are not taken', {
      headers: { 'Accept-Encoding': 'identity' },
    })
  }
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(textOf(bytes))
  } catch {
    const message = bytes.length === 0 ? 'the body is empty' : 'the body is not JSON in UTF-8'
    throw new RequestError('malformed-json', message)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const flaws = [{ pointer: '', message: 'must be an object' }]
    throw new JobServerError('validation-error', 'the body must be a JSON object', { flaws })
  }
  return value as Readonly<Record<string, unknown>>
}

/** @throws Error unless it is UTF-8. */
function textOf(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Error('not UTF-8')
  const text = bytes.toString()
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
}

async function readBody(request: IncomingMessage, limit: number, pace: BodyPace): Promise<Buffer> {
  const chunks: Buffer[] = []
  await receiveBody(request, limit, pace, (chunk) => chunks.push(chunk))
  const [first] = chunks
  return first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks)
}

/**
 * Hands over the whole body, piece by piece, and resolves at its end.
 *
 * @throws RequestError when it is too large, too slow, or cut short.
 */
export async function receiveBody(
  request: IncomingMessage,
  limit: number,
  pace: BodyPace,
  take: (chunk: Buffer) => void,
): Promise<void> {
  const length = Number(request.headers['content-length'] ?? 0)
  if (length > limit) throw tooLarge(limit)
  refuseWhenRead(request)
  // Nothing will tell of its end any more.
  if (request.readableEnded) return
  // Most have come with their head: nobody has to listen for the rest, or to watch how fast it comes.
  if (length > 0 && request.readableLength === length) {
    take(request.read() as Buffer)
    request.resume()
    return
  }
  await new Promise<void>((resolve, reject) => {
    const stop = watchBody(request, limit, pace, settle)
    const late = setTimeout(() => {
      settle(new RequestError('request-timeout', 'the body took too long'))
    }, pace.withinMs ?? WITHIN_MS)
    const onEnd = () => {
      settle(null)
    }
    const onClose = () => {
      settle(new RequestError('malformed-json', 'the body was cut short'))
    }
    function settle(error: RequestError | null): void {
      stop()
      clearTimeout(late)
      request.off('data', take).off('end', onEnd).off('close', onClose).off('error', onClose)
      if (error === null) resolve()
      else reject(error)
    }
    request.on('data', take).on('end', onEnd).on('close', onClose).on('error', onClose)
  })
}

/** @throws Error when nothing is left of the body: who has put this server where it is has to know. */
export function refuseWhenRead(request: IncomingMessage): void {
  if (request.readableEnded && hasBody(request))
    throw new Error('something has read the body before: mount the job server ahead of every body parser')
}

/**
 * Watches a body that others read: calls back once when it grows beyond `limit` bytes or comes slower than `pace`.
 *
 * @returns stops watching.
 */
export function watchBody(
  request: IncomingMessage,
  limit: number,
  { windowMs, minBytes }: BodyPace,
  onFault: (error: RequestError) => void,
): () => void {
  let total = 0
  let atWindowStart = 0
  const onData = (chunk: Buffer) => {
    total += chunk.length
    if (total > limit) onFault(tooLarge(limit))
  }
  const timer = setInterval(() => {
    if (total - atWindowStart < minBytes)
      onFault(new RequestError('request-timeout', 'the body came too slowly'))
    atWindowStart = total
  }, windowMs)
  request.on('data', onData)
  return () => {
    clearInterval(timer)
    request.off('data', onData)
  }
}

function tooLarge(limit: number): RequestError {
  return new RequestError('payload-too-large', `the body may have at most ${limit} bytes`)
}

const LINGER = { maxBytes: 16 * 1024 * 1024, idleMs: 100, totalMs: 2000 }

/**
 * Throws away what a refused caller is still sending, for a moment: closing on unread data makes the kernel reset the
 * connection, and the caller would never see the answer.
 */
export async function linger(request: IncomingMessage): Promise<void> {
  if (request.readableEnded || request.destroyed) return
  await new Promise<void>((resolve) => {
    let left = LINGER.maxBytes
    const idle = setTimeout(finish, LINGER.idleMs)
    const total = setTimeout(finish, LINGER.totalMs)
    const onData = (chunk: Buffer) => {
      left -= chunk.length
      if (left < 0) finish()
      else idle.refresh()
    }
    function finish(): void {
      clearTimeout(idle)
      clearTimeout(total)
      request.off('data', onData).off('end', finish).off('close', finish).off('error', finish)
      request.pause()
      resolve()
    }
    request.on('data', onData).on('end', finish).on('close', finish).on('error', finish)
    request.resume()
  })
}
