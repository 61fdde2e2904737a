import { ChangeSet } from './change-set.js'
import type { ChangeChannel, Changes } from './ports/change-channel.js'
import { Waiter } from './waiter.js'

/** Changes are told together so often. */
const GATHER_MS = 250
/** Jobs and schedules that are named at once; beyond, it is said that there is more. */
const MAX_NAMED = 500

export interface ChangeWatch {
  /**
   * Resolves with what changed since it was last asked, with `nothing` when nothing did for `withinMs`, with `closed` at the end
   * of the watch or of the feed. One call at a time.
   */
  next(withinMs: number): Promise<Changes | 'nothing' | 'closed'>
  close(): void
}

class Page {
  readonly waiter = new Waiter<Changes>()
  /** What came while nobody asked; of a page that is slow no more is kept than can be named. */
  readonly missed = new ChangeSet(MAX_NAMED)
}

/** Tells pages what changed anywhere, gathered; a hint that they read again, never a record. No query is made for it. */
export class ChangeFeed {
  private readonly pages = new Set<Page>()
  private readonly gathered = new ChangeSet(MAX_NAMED)
  private timer: ReturnType<typeof setTimeout> | undefined
  private unfollow: (() => void) | null = null
  private stopped = false

  constructor(private readonly channel: ChangeChannel) {}

  watch(): ChangeWatch {
    const page = new Page()
    if (this.stopped) page.waiter.close()
    else this.add(page)
    return {
      next: async (withinMs) => (page.missed.isEmpty ? page.waiter.wait(withinMs) : page.missed.take()),
      close: () => {
        this.remove(page)
      },
    }
  }

  /** Ends every watch, for ever. */
  stop(): void {
    this.stopped = true
    for (const page of [...this.pages]) this.remove(page)
  }

  private add(page: Page): void {
    this.pages.add(page)
    this.unfollow ??= this.channel.follow((changes) => {
      this.gathered.add(changes)
      this.timer ??= setTimeout(() => {
        this.tell()
      }, GATHER_MS)
    })
  }

  private tell(): void {
    this.timer = undefined
    const changes = this.gathered.take()
    for (const { waiter, missed } of this.pages) if (!waiter.give(changes)) missed.add(changes)
  }

  private remove(page: Page): void {
    page.waiter.close()
    this.pages.delete(page)
    if (this.pages.size > 0) return
    this.unfollow?.()
    this.unfollow = null
    clearTimeout(this.timer)
    this.timer = undefined
  }
}
