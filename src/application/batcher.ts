import { realTimers } from './ports/timers.js'

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** A second bound of a batch, besides its count. */
interface Weight<Item> {
  readonly of: (item: Item) => number
  /** A single item may weigh more; it goes alone. */
  readonly max: number
}

/** Lets items gather after each batch, so that under load there are fewer and larger ones. */
interface Gathering<Item> {
  readonly ms: number
  /** So many do not wait. */
  readonly enough: number
  /** Nor does one that somebody waits for. */
  readonly isUrgent: (item: Item) => boolean
}

/**
 * Group commit: what is added while a batch is in flight goes with the next one, so that a lone caller never waits and
 * many callers share a transaction. With `gathering`, what is added shortly after a batch waits for others.
 *
 * @param flush takes at most `maxBatch` items and answers the same length and order; its rejection rejects them all.
 */
export class Batcher<Item, Answer> {
  private waiting: Waiting<Item, Answer>[] = []
  private inFlight: Promise<void> | null = null
  private endGathering: (() => void) | null = null
  /** Callers who wait until all is written. */
  private hurrying = 0

  constructor(
    private readonly maxBatch: number,
    private readonly flush: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly weight: Weight<Item> | null = null,
    private readonly gathering: Gathering<Item> | null = null,
  ) {}

  /** Resolves with the item's answer once its batch is committed. */
  add(item: Item): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      this.waiting.push({ item, resolve, reject })
      if (this.endGathering !== null && this.isEnough([item])) this.endGathering()
      this.inFlight ??= this.drainQueue()
    })
  }

  /** Resolves when nothing is waiting and nothing is in flight. */
  async idle(): Promise<void> {
    this.hurrying += 1
    this.endGathering?.()
    while (this.inFlight !== null) await this.inFlight
    this.hurrying -= 1
  }

  private async drainQueue(): Promise<void> {
    // One turn of the microtask queue lets callers of the same tick share the first batch.
    await Promise.resolve()
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, this.nextBatchSize())
      try {
        const answers = await this.flush(batch.map(({ item }) => item))
        batch.forEach(({ resolve }, index) => {
          resolve(answers[index] as Answer)
        })
      } catch (error) {
        batch.forEach(({ reject }) => {
          reject(error)
        })
      }
      await this.gather()
    }
    this.inFlight = null
  }

  private async gather(): Promise<void> {
    const { gathering } = this
    if (gathering === null || this.hurrying > 0 || this.isEnough(this.waiting.map(({ item }) => item))) return
    await new Promise<void>((resolve) => {
      const cancel = realTimers.after(gathering.ms, resolve)
      this.endGathering = () => {
        cancel()
        resolve()
      }
    })
    this.endGathering = null
  }

  /** @param added those that may be urgent. */
  private isEnough(added: readonly Item[]): boolean {
    const { gathering } = this
    return gathering === null || this.waiting.length >= gathering.enough || added.some(gathering.isUrgent)
  }

  private nextBatchSize(): number {
    const most = Math.min(this.maxBatch, this.waiting.length)
    if (this.weight === null) return most
    let total = 0
    for (let size = 0; size < most; size += 1) {
      total += this.weight.of((this.waiting[size] as Waiting<Item, Answer>).item)
      if (total > this.weight.max) return Math.max(1, size)
    }
    return most
  }
}
