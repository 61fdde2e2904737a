import { isLastEvent, type JobEvent } from '../domain/job-event.js'
import { Batcher } from './batcher.js'
import type { ChangeChannel, Changes } from './ports/change-channel.js'
import type { Clock } from './ports/clock.js'
import type { LiveQueries } from './ports/live-queries.js'
import type { Logger } from './ports/logger.js'
import { Waiter } from './waiter.js'

/** Events that one watch is given at once; a reader of many comes again. */
const MAX_EVENTS = 100
/** Events that one look reads for all watches together: what bounds its memory. */
const MAX_ROWS = 1_000
/** Shortest time between two looks: what is told meanwhile is looked for together. */
const PAUSE_MS = 20
/** All watched jobs are looked at so often, whatever is told; the second while changes of others have not proved to arrive. */
const LOOK_EVERY_MS = 1_000
const UNPROVEN_LOOK_EVERY_MS = 250

/** `after` of a watch that waits for the end of its job and wants no event. */
export const UNTIL_FINAL = Number.POSITIVE_INFINITY

export interface EventBatch {
  readonly events: readonly JobEvent[]
  /** The job is final, and no event follows these. */
  readonly ended: boolean
}

/** One reader of one job. It is given nothing that it does not ask for, so that a slow one costs neither memory nor queries. */
export interface JobWatch {
  /**
   * Resolves with events after the given id as soon as there are any, with `nothing` when there were none for `withinMs`, with
   * `closed` at the end of the watch or of the feed. One call at a time.
   */
  next(after: number, withinMs: number): Promise<EventBatch | 'nothing' | 'closed'>
  close(): void
}

class Watch {
  readonly waiter = new Waiter<EventBatch>()
  /** Something may have happened since the last look. */
  dirty = true
  after = 0
  /** The last event that it was given. */
  given = 0
  /** So many events it is given at once: as many as it took last, when those were too large for it to take more. */
  most = MAX_EVENTS

  constructor(readonly jobId: string) {}
}

/**
 * The one source of live events in a process: all that wait for jobs are looked for together, in one query for what changed
 * and one for its events, however many they are.
 *
 * A look each second is the promise; what the channel tells makes it come sooner. Every watch reads on from its own place in its
 * job, and ids within a job grow in the order in which events become visible, so that no event is missed or given twice.
 */
export class JobFeed {
  private readonly known = new Batcher<string, boolean>(MAX_ROWS, async (jobIds) => {
    const first = await this.queries.eventsAfter(
      jobIds.map((jobId) => ({ jobId, after: 0 })),
      1,
    )
    return first.map((events) => events.length > 0)
  })
  private readonly watches = new Map<string, Set<Watch>>()
  /** In the order in which they asked, so that nobody starves when one look cannot serve all. */
  private readonly waiting = new Set<Watch>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private dueAt = Infinity
  private looking = false
  private lookedAt = 0
  private tookMs = 0
  private lookAtAllAt = 0
  private stopped = false
  private unfollow: (() => void) | null = null

  constructor(
    private readonly queries: LiveQueries,
    private readonly channel: ChangeChannel,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
    private readonly logger: Logger,
  ) {}

  /** Whether there is such a job; questions that come while one is under way are one query. @throws StorageUnavailableError. */
  isKnown(jobId: string): Promise<boolean> {
    return this.known.add(jobId)
  }

  /** Begins to watch a job, from its first event; unknown jobs count as ended. */
  watch(jobId: string): JobWatch {
    const watch = new Watch(jobId)
    if (this.stopped) watch.waiter.close()
    else this.add(watch)
    return {
      next: (after, withinMs) => this.next(watch, after, withinMs),
      close: () => {
        watch.waiter.close()
        this.remove(watch)
      },
    }
  }

  /** Ends every watch, for ever. */
  stop(): void {
    this.stopped = true
    for (const watches of [...this.watches.values()])
      for (const watch of watches) {
        watch.waiter.close()
        this.remove(watch)
      }
  }

  /** One round for all who wait; answers the milliseconds until the next. Never throws. */
  async look(): Promise<number> {
    const beganAt = this.clock.monotonicMs()
    if (beganAt >= this.lookAtAllAt) {
      for (const watch of this.waiting) watch.dirty = true
      this.lookAtAllAt = beganAt + (this.channel.isProven() ? LOOK_EVERY_MS : UNPROVEN_LOOK_EVERY_MS)
    }
    const asked = [...this.waiting].filter(({ dirty }) => dirty)
    // Cleared before the question, never after: what is told while it is under way must not be lost.
    for (const watch of asked) watch.dirty = false
    try {
      if (asked.length > 0) await this.serve(asked)
    } catch (error) {
      for (const watch of asked) watch.dirty = true
      this.logger.debug('could not look for events', { error: String(error) })
      return UNPROVEN_LOOK_EVERY_MS
    } finally {
      this.lookedAt = this.clock.monotonicMs()
      this.tookMs = this.lookedAt - beganAt
    }
    return this.delay()
  }

  private next(watch: Watch, after: number, withinMs: number): ReturnType<JobWatch['next']> {
    if (after < watch.given) {
      // It dropped a part of what it was given.
      watch.dirty = true
      watch.most = Math.max(1, after - watch.after)
    } else if (watch.given > 0) watch.most = Math.min(MAX_EVENTS, watch.most * 2)
    watch.after = after
    watch.given = 0
    this.waiting.add(watch)
    if (watch.dirty) this.lookSoon()
    else this.arm(Math.max(0, this.lookAtAllAt - this.clock.monotonicMs()))
    return watch.waiter.wait(withinMs).finally(() => this.waiting.delete(watch))
  }

  private async serve(asked: readonly Watch[]): Promise<void> {
    const heads = await this.queries.heads([...new Set(asked.map(({ jobId }) => jobId))])
    const readers = new Map<string, Reader>()
    let rows = 0
    for (const watch of asked) {
      const { jobId, after, most } = watch
      const head = heads.get(jobId)
      if (head !== undefined && head <= after) continue
      if (after === UNTIL_FINAL) {
        give(watch, after, { events: [], ended: true })
        continue
      }
      const place = `${jobId} ${after} ${most}`
      const reader = readers.get(place) ?? { jobId, after, most, watches: [] }
      if (!readers.has(place)) {
        const expected = Math.min(most, head === undefined ? most : head - after)
        if (rows > 0 && rows + expected > MAX_ROWS) {
          watch.dirty = true
          continue
        }
        rows += expected
        readers.set(place, reader)
      }
      reader.watches.push(watch)
    }
    if (readers.size > 0) await this.read([...readers.values()], heads)
  }

  private async read(readers: readonly Reader[], heads: ReadonlyMap<string, number>): Promise<void> {
    const found = await this.queries.eventsAfter(readers, MAX_EVENTS)
    for (const [index, { jobId, after, most, watches }] of readers.entries()) {
      const events = found[index] ?? []
      const last = events.at(-1)
      // Not live when its events were read, and none left: it ended before, or was pruned.
      const ended = last === undefined ? !heads.has(jobId) : isLastEvent(last)
      for (const watch of watches) {
        if (last === undefined && !ended) continue
        if (events.length === most) watch.dirty = true
        give(watch, after, { events, ended })
      }
    }
  }

  private heed({ jobs, more }: Changes): void {
    const told = more ? [...this.watches.values()] : jobs.map(({ jobId }) => this.watches.get(jobId) ?? [])
    let awaited = false
    for (const watches of told)
      for (const watch of watches) {
        watch.dirty = true
        awaited ||= watch.waiter.isWaiting
      }
    if (awaited) this.lookSoon()
  }

  private lookSoon(): void {
    this.arm(Math.max(0, this.lookedAt + this.pauseMs() - this.clock.monotonicMs()))
  }

  /** Never busy for more than a third of the time, unless a look takes so long that the promise would be broken. */
  private pauseMs(): number {
    return Math.min(LOOK_EVERY_MS, Math.max(PAUSE_MS, 2 * this.tookMs))
  }

  private delay(): number {
    for (const { dirty } of this.waiting) if (dirty) return this.pauseMs()
    return Math.max(0, this.lookAtAllAt - this.clock.monotonicMs())
  }

  private arm(delayMs: number): void {
    const dueAt = this.clock.monotonicMs() + delayMs
    if (this.looking || dueAt >= this.dueAt) return
    clearTimeout(this.timer)
    this.dueAt = dueAt
    this.timer = setTimeout(() => void this.round(), delayMs)
  }

  private async round(): Promise<void> {
    this.dueAt = Infinity
    this.looking = true
    const delayMs = await this.look()
    this.looking = false
    if (this.waiting.size > 0) this.arm(delayMs)
  }

  private add(watch: Watch): void {
    const watches = this.watches.get(watch.jobId) ?? new Set()
    this.watches.set(watch.jobId, watches.add(watch))
    this.unfollow ??= this.channel.follow((changes) => {
      this.heed(changes)
    })
  }

  private remove(watch: Watch): void {
    const watches = this.watches.get(watch.jobId)
    watches?.delete(watch)
    this.waiting.delete(watch)
    if (watches?.size === 0) this.watches.delete(watch.jobId)
    if (this.watches.size > 0) return
    this.unfollow?.()
    this.unfollow = null
    clearTimeout(this.timer)
    this.dueAt = Infinity
  }
}

interface Reader {
  readonly jobId: string
  readonly after: number
  readonly most: number
  readonly watches: Watch[]
}

/** A watch that has given up meanwhile, or asks for something else by now, was told nothing: it has to be looked for again. */
function give(watch: Watch, after: number, batch: EventBatch): void {
  if (watch.after !== after || !watch.waiter.give(batch)) watch.dirty = true
  else watch.given = batch.events.at(-1)?.id ?? 0
}
