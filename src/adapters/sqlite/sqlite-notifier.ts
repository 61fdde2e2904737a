import type { Notifier, OnHint } from '../../application/ports/notifier.js'

const LOOK_EVERY_MS = 25

/**
 * Hints inside this process at once; commits of other processes within 25 ms, by the file's change counter.
 *
 * The counter says that something was committed by another connection, not what: listeners then get an empty list.
 */
export class SqliteNotifier implements Notifier {
  private readonly listeners = new Set<OnHint>()
  private timer: NodeJS.Timeout | null = null
  private seen: number | null = null

  /** @param dataVersion `PRAGMA data_version` of the writing handle, whose own commits do not change it; `null` when it cannot be read. */
  constructor(private readonly dataVersion: () => number | null) {}

  hint(definitionKeys: readonly string[], dueAt?: Date): void {
    for (const listener of this.listeners) listener(definitionKeys, dueAt)
  }

  subscribe(onHint: OnHint): () => void {
    // An own function for each subscription: the same listener may come twice.
    const listener: OnHint = (keys, dueAt) => {
      onHint(keys, dueAt)
    }
    this.listeners.add(listener)
    if (this.timer === null) this.startLooking()
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size === 0) this.stop()
    }
  }

  isProven(): boolean {
    return true
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  private startLooking(): void {
    this.seen = this.dataVersion()
    this.timer = setInterval(() => {
      this.look()
    }, LOOK_EVERY_MS)
    this.timer.unref()
  }

  private look(): void {
    const version = this.dataVersion()
    if (version === null || version === this.seen) return
    this.seen = version
    this.hint([])
  }
}
