export interface Cached<T> {
  readonly value: T
  /** Since the computation began: nothing older is missing from the value. */
  readonly ageMs: number
}

interface Computation<T> {
  readonly startedAt: number
  readonly value: Promise<T>
}

interface Entry<T> {
  /** Under way or done. */
  latest: Computation<T> | null
  underWay: boolean
  /** Begins when the one that is under way has ended. */
  next: Promise<Computation<T>> | null
}

const MAX_KEYS = 500

/**
 * Keeps computed values for a while. Of each key one computation runs at a time, however many ask; whoever may not have what it began
 * with shares the next one with all others. A failed one is told to those who waited for it, and is not kept.
 */
export class TimedCache<T> {
  private readonly entries = new Map<string, Entry<T>>()

  constructor(private readonly monotonicMs: () => number) {}

  /** @param maxAgeMs a value that was begun less than this ago will do; 0: only one that is begun from now on. */
  async get(key: string, maxAgeMs: number, compute: () => Promise<T>): Promise<Cached<T>> {
    const { startedAt, value } = await this.computation(key, maxAgeMs, compute)
    return { value: await value, ageMs: this.monotonicMs() - startedAt }
  }

  private async computation(
    key: string,
    maxAgeMs: number,
    compute: () => Promise<T>,
  ): Promise<Computation<T>> {
    const entry = this.entry(key)
    const { latest } = entry
    if (latest !== null && this.monotonicMs() - latest.startedAt < maxAgeMs) return latest
    if (latest === null || !entry.underWay) return this.begin(entry, compute)
    entry.next ??= latest.value.then(
      () => this.begin(entry, compute),
      () => this.begin(entry, compute),
    )
    return entry.next
  }

  private begin(entry: Entry<T>, compute: () => Promise<T>): Computation<T> {
    const computation = { startedAt: this.monotonicMs(), value: compute() }
    entry.latest = computation
    entry.underWay = true
    entry.next = null
    computation.value.then(
      () => {
        if (entry.latest === computation) entry.underWay = false
      },
      () => {
        if (entry.latest === computation) entry.latest = null
      },
    )
    return computation
  }

  private entry(key: string): Entry<T> {
    const entry = this.entries.get(key) ?? { latest: null, underWay: false, next: null }
    this.entries.delete(key)
    this.entries.set(key, entry)
    // Whoever waits for a computation of the forgotten key still gets it.
    if (this.entries.size > MAX_KEYS) this.entries.delete(this.entries.keys().next().value ?? '')
    return entry
  }
}
