import { accessKey, askForKey } from './access-key.js'
import type { Problem } from './types.js'

/** The page is at `…/dashboard/`, the API one step above, wherever a proxy has put both. */
const API = new URL('..', document.baseURI)

/** Where the server's clock is ahead of this machine's, in milliseconds: times are told by the server's. */
let clockLeadMs = 0
/** A `Date` header has whole seconds. */
const CLOCK_TOLERANCE_MS = 2_000

/** What the server refused, or that it was not reached at all (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly flaws: NonNullable<Problem['errors']> = [],
    /** When it may be asked again, if that was told. */
    readonly retryAfterMs = 0,
  ) {
    super(message)
  }
}

/** Absolute address of a path of the API. */
export function apiUrl(path: string): string {
  return new URL(path.replace(/^\//, ''), API).href
}

export function authorization(): Record<string, string> {
  const key = accessKey()
  return key === null ? {} : { Authorization: `Bearer ${key}` }
}

/** Now, by the server's clock as far as it is known. */
export function serverNow(): number {
  return Date.now() + clockLeadMs
}

export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(apiUrl(path), {
      ...init,
      headers: {
        Accept: 'application/json',
        ...(init.headers as Record<string, string>),
        ...authorization(),
      },
    })
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new ApiError(0, 'unreachable', 'The server cannot be reached')
  }
  noteClock(response.headers.get('Date'))
  if (!response.ok) throw await refusal(response)
  return response
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal === undefined ? {} : { signal })
  return jsonOf(response, await textOf(response, signal)) as T
}

export async function post<T>(path: string, body?: unknown): Promise<T> {
  return write('POST', path, body)
}

export async function write<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> {
  const withBody =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }
  const response = await send(path, { method, ...withBody })
  const text = await textOf(response)
  return (text === '' ? undefined : jsonOf(response, text)) as T
}

/** An answer may end halfway, with its connection. */
async function textOf(response: Response, signal?: AbortSignal): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiError(0, 'unreachable', 'The server went away while it answered')
  }
}

/** What answers with a page is not the server but something before it, which may want somebody to log in. */
function jsonOf(response: Response, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const kind = response.headers.get('Content-Type') ?? 'something else'
    throw new ApiError(
      response.status,
      'unknown',
      `Not the job server answered, but something before it: ${kind} instead of JSON. Loading the page again may show what it wants`,
    )
  }
}

/** What a refusal says, whatever answered: the server itself, or a proxy before it. */
export async function refusal(response: Response): Promise<ApiError> {
  const text = await response.text()
  const seconds = Number(response.headers.get('Retry-After'))
  return refusalOf(response.status, response.statusText, text, Number.isNaN(seconds) ? 0 : seconds * 1_000)
}

export function refusalOf(status: number, statusText: string, text: string, retryAfterMs = 0): ApiError {
  const problem = readProblem(text)
  const message = problem?.detail ?? `${status} ${statusText}`.trim()
  if (status === 401) askForKey(message)
  return new ApiError(status, problem?.code ?? 'unknown', message, problem?.errors, retryAfterMs)
}

function readProblem(text: string): Problem | null {
  try {
    return JSON.parse(text) as Problem
  } catch {
    return null
  }
}

function noteClock(date: string | null): void {
  const told = date === null ? Number.NaN : Date.parse(date)
  if (Number.isNaN(told)) return
  const lead = told - Date.now()
  clockLeadMs = Math.abs(lead) > CLOCK_TOLERANCE_MS ? lead : 0
}
