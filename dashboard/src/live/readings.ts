import { onKeyChange } from '../api/access-key.js'
import { ApiError, get } from '../api/request.js'
import type { Changes } from '../api/types.js'
import { isPassing, readingGapMs, reconnectDelayMs } from '../lib/backoff.js'
import { connection } from './connection.js'

/** What is kept of pages that were left, for a quick way back. */
const MAX_KEPT = 60
/** Longest that an answer waits for others before it is shown. */
const TOGETHER_MS = 40

/** Whether a hint means that a reading may have changed. */
export type Concern = (changes: Changes) => boolean

export interface Reading<T> {
  /** The last answer, kept through errors. */
  readonly data: T | undefined
  readonly error: Error | undefined
}

/**
 * Answers that come close together are shown together: a page reads from many places at once, and to draw it for each of them takes
 * longer than to wait a little.
 */
class Together {
  private readonly viewers = new Set<() => void>()
  private underWay = 0
  private timer: ReturnType<typeof setTimeout> | undefined

  begun(): void {
    this.underWay += 1
  }

  ended(viewers: Iterable<() => void>): void {
    this.underWay -= 1
    for (const viewer of viewers) this.viewers.add(viewer)
    if (this.underWay === 0) this.show()
    else this.timer ??= setTimeout(() => this.show(), TOGETHER_MS)
  }

  private show(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const viewers = [...this.viewers]
    this.viewers.clear()
    for (const viewer of viewers) viewer()
  }
}

const together = new Together()

/** One path of the API and its last answer, read again when a hint concerns it while somebody looks at it. */
class Source {
  reading: Reading<unknown> = { data: undefined, error: undefined }
  readonly viewers = new Map<() => void, Concern>()
  private startedAt = -Infinity
  private tookMs = 0
  /** How long it rests after a refusal. */
  private restMs = 0
  private failures = 0
  private stale = true
  private underWay: AbortController | null = null
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly path: string) {}

  look(viewer: () => void, concern: Concern): () => void {
    this.viewers.set(viewer, concern)
    // What was left has missed hints.
    if (this.viewers.size === 1) this.stale = true
    this.plan()
    return () => {
      this.viewers.delete(viewer)
      if (this.viewers.size > 0) return
      clearTimeout(this.timer)
      this.underWay?.abort()
    }
  }

  heed(hint: Changes | 'anything'): void {
    if (hint === 'anything') {
      this.stale = true
      this.calm()
      // Whatever broke the connection may keep the answer to an older question for ever.
      if (this.startedAt < connection.askedAt) this.underWay?.abort()
    } else for (const concern of this.viewers.values()) if (concern(hint)) this.stale = true
    this.plan()
  }

  /** Reads as soon as nothing forbids it. */
  refresh(): void {
    this.stale = true
    this.startedAt = -Infinity
    this.plan()
  }

  private plan(): void {
    if (!this.stale || this.underWay !== null || this.viewers.size === 0 || document.hidden) return
    clearTimeout(this.timer)
    const wait = this.startedAt + readingGapMs(this.tookMs) + this.restMs - performance.now()
    if (wait <= 0) void this.read()
    else this.timer = setTimeout(() => this.plan(), wait)
  }

  private async read(): Promise<void> {
    // Cleared before the question: what is hinted meanwhile must not be lost.
    this.stale = false
    const abort = new AbortController()
    this.underWay = abort
    const beganAt = performance.now()
    this.startedAt = beganAt
    together.begun()
    try {
      const data = await get(this.path, abort.signal)
      this.reading = { data, error: undefined }
      this.calm()
    } catch (error) {
      // Whoever comes back need not wait for what was given up.
      if (abort.signal.aborted) this.startedAt = -Infinity
      else this.fail(error as Error)
    }
    together.ended(this.viewers.keys())
    this.underWay = null
    this.tookMs = performance.now() - beganAt
    this.plan()
  }

  private fail(error: Error): void {
    this.reading = { ...this.reading, error }
    if (!(error instanceof ApiError) || !isPassing(error.status)) return
    this.restMs = Math.max(error.retryAfterMs, reconnectDelayMs(this.failures, Math.random()))
    this.failures += 1
    this.stale = true
  }

  private calm(): void {
    this.restMs = 0
    this.failures = 0
  }
}

const sources = new Map<string, Source>()

export function sourceOf(path: string): Source {
  const known = sources.get(path)
  if (known !== undefined) {
    sources.delete(path)
    sources.set(path, known)
    return known
  }
  for (const [old, { viewers }] of sources) {
    if (sources.size < MAX_KEPT) break
    if (viewers.size === 0) sources.delete(old)
  }
  const source = new Source(path)
  sources.set(path, source)
  return source
}

/** Reads everything that is looked at again: after a change that this page made itself. */
export function refreshAll(): void {
  for (const source of sources.values()) source.refresh()
}

export function followHints(): void {
  connection.onHint((hint) => {
    for (const source of sources.values()) source.heed(hint)
  })
  onKeyChange(refreshAll)
}
