import { ApiError, ConnectionError } from './errors.js'
import {
  DEFAULT_RETRY,
  MAX_RETRY_AFTER_SECONDS,
  retryDelayMs,
  sleep,
  type Retry,
  type RetryOptions,
} from './retry.js'

export interface ClientOptions {
  /** Where the API is, such as `http://localhost:3000`; a path before `/v1` is kept, and `''` is the page's own origin. */
  readonly url: string
  /** Sent as a bearer token. */
  readonly apiKey?: string | undefined
  /** How long one try may take, in milliseconds; streams and downloads until they begin, uploads as long as they need. @default 30000 */
  readonly timeoutMs?: number | undefined
  readonly retry?: RetryOptions | undefined
  /** Added to every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** What makes the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch | undefined
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, and what it waits for; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

export interface RequestOptions extends CallOptions {
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Whether asking twice is the same as asking once; otherwise only a 429 is asked again. @default true */
  readonly repeatable?: boolean
  /** Beyond the client's own timeout: as long as the server was asked to wait. */
  readonly extraMs?: number
}

/** Some 25 days. A timer for longer would be over at once. */
const LONGEST_TIMER_MS = 2_147_483_647

type Read<T> = (response: Response) => T | Promise<T>

/** Makes requests, and repeats them while that is harmless and may help. */
export class Transport {
  private readonly base: string
  private readonly retry: Retry

  constructor(private readonly options: ClientOptions) {
    this.base = options.url.replace(/\/+$/, '')
    const { retries, baseMs, maxMs } = options.retry ?? {}
    this.retry = {
      retries: retries ?? DEFAULT_RETRY.retries,
      baseMs: baseMs ?? DEFAULT_RETRY.baseMs,
      maxMs: maxMs ?? DEFAULT_RETRY.maxMs,
    }
  }

  /** @throws ApiError, ConnectionError, or the reason of the signal. */
  json<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    return this.repeated(options, () => this.once(method, path, options, readJson as Read<T>))
  }

  /** An answer whose body is yet to be read, which the signal can still cut. */
  stream(path: string, options: RequestOptions = {}): Promise<Response> {
    return this.repeated(options, () => this.once('GET', path, options, (response) => response))
  }

  /** Repeats a try of any kind. */
  async repeated<T>({ repeatable = true, signal }: RequestOptions, attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt()
      } catch (error) {
        signal?.throwIfAborted()
        if (tries > this.retry.retries || !isWorthRepeating(error, repeatable)) throw error
        await this.pause(tries, signal, error)
      }
    }
  }

  pause(retry: number, signal: AbortSignal | undefined, error?: unknown): Promise<void> {
    const after = error instanceof ApiError ? error.retryAfterSeconds : null
    return sleep(retryDelayMs(retry, this.retry, Math.random(), after), signal)
  }

  get retries(): number {
    return this.retry.retries
  }

  address(path: string, query: Readonly<Record<string, unknown>> = {}): string {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const text = new URLSearchParams(
      given.map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
    return `${this.base}${path}${text === '' ? '' : `?${text}`}`
  }

  headers(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { apiKey, headers } = this.options
    return {
      ...headers,
      ...(apiKey === undefined ? {} : { Authorization: `Bearer ${apiKey}` }),
      ...more,
    }
  }

  /** @throws ApiError for any answer but a success; ConnectionError when none comes. */
  async once<T>(method: string, path: string, options: RequestOptions, read: Read<T>): Promise<T> {
    const { query, body, signal, extraMs = 0 } = options
    const withinMs = (this.options.timeoutMs ?? 30_000) + extraMs
    const late = new AbortController()
    const timer =
      withinMs <= LONGEST_TIMER_MS
        ? setTimeout(() => late.abort(new Error(`no answer within ${withinMs} ms`)), withinMs)
        : undefined
    const headers = this.headers(options.headers)
    if (body !== undefined) headers['Content-Type'] ??= 'application/json'
    try {
      const response = await (this.options.fetch ?? fetch)(this.address(path, query), {
        method,
        headers,
        signal: signal == null ? late.signal : AbortSignal.any([signal, late.signal]),
        ...(body === undefined ? {} : bodyOf(body)),
      })
      if (!response.ok) throw await refusalOf(response)
      return await read(response)
    } catch (error) {
      if (error instanceof ApiError) throw error
      signal?.throwIfAborted()
      throw new ConnectionError(`cannot reach ${this.address(path)}: ${reasonOf(error)}`, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }
}

export async function refusalOf(response: Response): Promise<ApiError> {
  const problem: unknown = await response.json().catch(() => null)
  const after = Number(response.headers.get('Retry-After') ?? NaN)
  return new ApiError(
    response.status,
    typeof problem === 'object' && problem !== null ? (problem as Record<string, unknown>) : {},
    Number.isFinite(after) ? after : null,
  )
}

function readJson(response: Response): Promise<unknown> {
  return response.status === 204 ? Promise.resolve(undefined) : response.json()
}

/** Streams and the like travel as they are; Node asks for `duplex` with them. */
function bodyOf(body: unknown): RequestInit {
  if (body instanceof ReadableStream) return Object.assign({ body }, { duplex: 'half' as const })
  return { body: JSON.stringify(body) }
}

function isWorthRepeating(error: unknown, repeatable: boolean): boolean {
  if (error instanceof ConnectionError) return repeatable
  if (!(error instanceof ApiError) || (error.retryAfterSeconds ?? 0) > MAX_RETRY_AFTER_SECONDS) return false
  if (error.status === 429) return true
  // The try before may still be under way over there: its answer is what is asked for.
  return repeatable && ([502, 503, 504].includes(error.status) || error.code === 'idempotency-in-progress')
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? ((cause as { code?: string }).code ?? cause.name) : cause.message
}
