import { lookup as resolveName, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { PermanentError } from '../../domain/handler-signals.js'
import { urlFlaw, type UrlPolicy } from './url-policy.js'

const MAX_REDIRECTS = 5
const TIMEOUT_MS = 30_000
const MAX_BYTES = 1024 * 1024

export interface GuardedRequest {
  readonly url: string
  readonly method: string
  /** JSON text. */
  readonly body: string | null
  readonly signal: AbortSignal
  readonly policy: UrlPolicy
  readonly timeoutMs?: number
  /** Besides the usual ones, or instead of them. */
  readonly headers?: Readonly<Record<string, string>>
  /** Only the status and headers of the first answer are of interest: no redirect is followed and no body read. */
  readonly headOnly?: boolean
  /** Another resolver than the system's, for tests. */
  readonly resolve?: typeof resolveName
}

export interface GuardedResponse {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/**
 * Calls a URL that somebody else has chosen. Every address is checked at the moment it is connected to, of every redirect
 * too: the resolver's answer is checked and that very answer is used, so a name that changes its mind leads nowhere.
 *
 * @throws PermanentError `url not allowed: …` or when the answer is larger than 1 MiB; an ordinary error for everything that
 *   another attempt may mend, 30 s without a complete answer among them.
 */
export async function guardedRequest(request: GuardedRequest): Promise<GuardedResponse> {
  const { timeoutMs = TIMEOUT_MS } = request
  const limit = new AbortController()
  const stop = (): void => {
    limit.abort(request.signal.reason)
  }
  const timer = setTimeout(() => {
    limit.abort(new Error(`no complete answer within ${timeoutMs / 1000} s`))
  }, timeoutMs)
  request.signal.addEventListener('abort', stop, { once: true })
  // Whatever the client of HTTP makes of an abort: who waits here may hold a slot.
  const stopped = new Promise<never>((_, reject) => {
    limit.signal.addEventListener('abort', () => {
      reject(limit.signal.reason as Error)
    })
  })
  if (request.signal.aborted) stop()
  try {
    return await Promise.race([follow({ ...request, signal: limit.signal }), stopped])
  } catch (error) {
    throw limit.signal.aborted ? limit.signal.reason : error
  } finally {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', stop)
  }
}

async function follow(first: GuardedRequest): Promise<GuardedResponse> {
  const { headOnly = false } = first
  let { url, method, body } = first
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const { response, location } = await hop({ ...first, url, method, body })
    if (location === null || headOnly) return response
    if (!URL.canParse(location, url)) throw notAllowed('the redirect is not a URL')
    url = new URL(location, url).href
    // As browsers do: only 307 and 308 repeat what was asked.
    if (response.status < 307 && method !== 'HEAD') [method, body] = ['GET', null]
  }
  throw new PermanentError(`more than ${MAX_REDIRECTS} redirects`)
}

function hop(request: GuardedRequest): Promise<{ response: GuardedResponse; location: string | null }> {
  const url = URL.canParse(request.url) ? new URL(request.url) : null
  const flaw = urlFlaw(url ?? request.url, request.policy)
  if (url === null || flaw !== null) return Promise.reject(notAllowed(`it ${flaw ?? 'is not a URL'}`))
  const { method, body, signal, headers = {}, headOnly = false } = request
  const options: RequestOptions = {
    method,
    signal,
    agent: false,
    lookup: checkedLookup(request),
    headers: {
      accept: 'application/json, */*;q=0.5',
      'accept-encoding': 'identity',
      'user-agent': 'job-server',
      ...(body === null
        ? {}
        : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
      ...headers,
    },
  }
  return new Promise((done, fail) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const outgoing = send(url, options, (incoming) => {
      const status = incoming.statusCode ?? 0
      const location = [301, 302, 303, 307, 308].includes(status) ? (incoming.headers.location ?? null) : null
      if (location !== null || headOnly) {
        incoming.destroy()
        done({ response: { status, headers: incoming.headers, body: '' }, location })
        return
      }
      textOf(incoming).then((text) => {
        done({ response: { status, headers: incoming.headers, body: text }, location: null })
      }, fail)
    })
    outgoing.on('error', fail)
    outgoing.on('upgrade', (_incoming, socket) => {
      socket.destroy()
      fail(new Error('the answer was 101, another protocol'))
    })
    outgoing.end(body ?? undefined)
  })
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Leaving the loop closes the connection.
    if (bytes > MAX_BYTES) throw new PermanentError(`the answer is larger than ${MAX_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Resolves a name for the connection itself; one address that is not allowed spoils them all. */
function checkedLookup({ policy, resolve = resolveName }: GuardedRequest): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      const first = error === null ? addresses[0] : undefined
      if (first === undefined) {
        callback(error ?? new Error('the name has no address'), '', 0)
      } else if (!addresses.every(({ address }) => policy.allowsAddress(address))) {
        callback(notAllowed('its name leads to an address that is not public'), '', 0)
      } else if (options.all === true) {
        callback(null, addresses)
      } else {
        callback(null, first.address, first.family)
      }
    })
  }
}

function notAllowed(reason: string): PermanentError {
  return new PermanentError(`url not allowed: ${reason}`)
}
