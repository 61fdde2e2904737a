import { accessKey, onKeyChange } from '../api/access-key.js'
import { ApiError, send, serverNow } from '../api/request.js'
import { dataOf } from '../api/server-sent-events.js'
import type { Changes } from '../api/types.js'
import { reconnectDelayMs } from '../lib/backoff.js'

/** The server sends a sign of life each 15 seconds: after three that are missing the connection is taken for dead. */
const SILENCE_MS = 45_000
/** A connection that is lost sooner is one more failure in a row. */
const SETTLED_MS = 5_000

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** The page is not looked at: nothing is asked for. */
  | { readonly kind: 'resting' }
  /** Nothing goes without a key. */
  | { readonly kind: 'locked' }
  | { readonly kind: 'lost'; readonly since: number; readonly retryAt: number }

export type Hint = Changes | 'anything'

/** Behind one address may be servers of two versions for a while: what the older one does not tell of is as if nothing had happened. */
const UNTOLD: Changes = { jobs: [], definitions: [], schedules: [], more: false }

/**
 * The one stream of hints that this page follows while it is looked at. After every connection `anything` may have changed: what was
 * missed is not told again.
 */
class Connection {
  state: LinkState = { kind: 'connecting' }
  /** When the stream was asked for, as `performance.now()` tells it. */
  askedAt = -Infinity
  private readonly watchers = new Set<() => void>()
  private readonly readers = new Set<(hint: Hint) => void>()
  private abort: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private failures = 0
  private lostSince: number | null = null

  start(): void {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.rest()
      else this.connect()
    })
    onKeyChange(() => {
      if (!document.hidden && accessKey() !== null) this.connect()
    })
    if (document.hidden) this.rest()
    else this.connect()
  }

  /** Tries at once, whatever was planned. */
  connect(): void {
    this.drop()
    if (this.state.kind !== 'lost') this.become({ kind: 'connecting' })
    const abort = new AbortController()
    this.abort = abort
    this.askedAt = performance.now()
    void this.follow(abort)
  }

  onState(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  onHint(reader: (hint: Hint) => void): () => void {
    this.readers.add(reader)
    return () => this.readers.delete(reader)
  }

  private async follow(abort: AbortController): Promise<void> {
    let silence: ReturnType<typeof setTimeout> | undefined
    let settled: ReturnType<typeof setTimeout> | undefined
    const heard = () => {
      clearTimeout(silence)
      silence = setTimeout(() => abort.abort(), SILENCE_MS)
    }
    try {
      heard()
      const response = await send('/v1/events/stream', {
        signal: abort.signal,
        headers: { Accept: 'text/event-stream' },
      })
      if (response.body === null) throw new ApiError(0, 'unreachable', 'The server cannot be reached')
      settled = setTimeout(() => (this.failures = 0), SETTLED_MS)
      this.lostSince = null
      this.become({ kind: 'live' })
      this.tell('anything')
      for await (const data of dataOf(response.body, heard))
        this.tell({ ...UNTOLD, ...(JSON.parse(data) as Partial<Changes>) })
      this.lose(abort)
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.lock(abort)
      else this.lose(abort)
    } finally {
      clearTimeout(silence)
      clearTimeout(settled)
    }
  }

  /** A connection that was given up on purpose, for another one or for none, is not lost. */
  private lose(abort: AbortController): void {
    if (this.abort !== abort) return
    this.abort = null
    const delayMs = reconnectDelayMs(this.failures, Math.random())
    this.failures += 1
    this.lostSince ??= serverNow()
    this.become({ kind: 'lost', since: this.lostSince, retryAt: serverNow() + delayMs })
    this.timer = setTimeout(() => this.connect(), delayMs)
  }

  private lock(abort: AbortController): void {
    if (this.abort !== abort) return
    this.drop()
    this.become({ kind: 'locked' })
  }

  private rest(): void {
    this.drop()
    this.failures = 0
    this.lostSince = null
    this.become({ kind: 'resting' })
  }

  private drop(): void {
    clearTimeout(this.timer)
    const { abort } = this
    this.abort = null
    abort?.abort()
  }

  private become(state: LinkState): void {
    this.state = state
    for (const watcher of this.watchers) watcher()
  }

  private tell(hint: Hint): void {
    for (const reader of this.readers) reader(hint)
  }
}

export const connection = new Connection()
