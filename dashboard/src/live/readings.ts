import { onKeyChange } from '../api/access-key.js'
import { get } from '../api/request.js'
import type { Changes } from '../api/types.js'
import { readingGapMs } from '../lib/backoff.js'
import { connection } from './connection.js'

/** What is kept of pages that were left, for a quick way back. */
const MAX_KEPT = 60

/** Whether a hint means that a reading may have changed. */
export type Concern = (changes: Changes) => boolean

export interface Reading<T> {
  /** The last answer, kept through errors. */
  readonly data: T | undefined
  readonly error: Error | undefined
}

/** One path of the API and its last answer, read again when a hint concerns it while somebody looks at it. */
class Source {
  reading: Reading<unknown> = { data: undefined, error: undefined }
  readonly viewers = new Map<() => void, Concern>()
  private startedAt = -Infinity
  private tookMs = 0
  private stale = true
  private isReading = false
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly path: string) {}

  look(viewer: () => void, concern: Concern): () => void {
    this.viewers.set(viewer, concern)
    // What was left has missed hints.
    if (this.viewers.size === 1) this.stale = true
    this.plan()
    return () => {
      this.viewers.delete(viewer)
      if (this.viewers.size === 0) clearTimeout(this.timer)
    }
  }

  heed(hint: Changes | 'anything'): void {
    if (hint === 'anything') this.stale = true
    else for (const concern of this.viewers.values()) if (concern(hint)) this.stale = true
    this.plan()
  }

  /** Reads as soon as nothing forbids it. */
  refresh(): void {
    this.stale = true
    this.startedAt = -Infinity
    this.plan()
  }

  private plan(): void {
    if (!this.stale || this.isReading || this.viewers.size === 0 || document.hidden) return
    clearTimeout(this.timer)
    const wait = this.startedAt + readingGapMs(this.tookMs) - performance.now()
    if (wait <= 0) void this.read()
    else this.timer = setTimeout(() => this.plan(), wait)
  }

  private async read(): Promise<void> {
    // Cleared before the question: what is hinted meanwhile must not be lost.
    this.stale = false
    this.isReading = true
    const beganAt = performance.now()
    this.startedAt = beganAt
    try {
      const data = await get(this.path)
      this.become({ data, error: undefined })
    } catch (error) {
      this.become({ ...this.reading, error: error as Error })
    }
    this.isReading = false
    this.tookMs = performance.now() - beganAt
    this.plan()
  }

  private become(reading: Reading<unknown>): void {
    this.reading = reading
    for (const viewer of this.viewers.keys()) viewer()
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
