import { realTimers } from '../../application/ports/timers.js'

/**
 * Repeats a step that answers how long to sleep before the next one. Only `start` sleeps; tests call the step itself.
 */
export class Loop {
  private stopped = true
  private woken = false
  private wakeSleeper: (() => void) | null = null
  /** Monotonic time of the next wake-up that was asked for. */
  private wakesAt = Infinity
  private cancelWake: () => void = () => undefined
  private running: Promise<void> = Promise.resolve()

  /** @param step must not throw; milliseconds until the next call. */
  constructor(private readonly step: () => Promise<number>) {}

  start(): void {
    if (!this.stopped) return
    this.stopped = false
    this.running = this.run()
  }

  /** Ends the present sleep; a wake-up during a step makes the next step follow at once. */
  wake(): void {
    this.woken = true
    this.wakeSleeper?.()
  }

  /** The same in some milliseconds, unless that was asked for sooner. */
  wakeIn(delayMs: number): void {
    const at = performance.now() + delayMs
    if (at >= this.wakesAt) return
    this.cancelWake()
    this.wakesAt = at
    this.cancelWake = realTimers.after(delayMs, () => {
      this.wakesAt = Infinity
      this.wake()
    })
  }

  /** Resolves when the present step has ended; none follows. */
  async stop(): Promise<void> {
    this.stopped = true
    this.cancelWake()
    this.wakesAt = Infinity
    this.wakeSleeper?.()
    await this.running
  }

  private async run(): Promise<void> {
    while (!this.isStopped()) {
      // Cleared before the step, never after: a wake-up that comes while it runs must not be lost.
      this.woken = false
      const delayMs = await this.step()
      if (!this.woken && !this.isStopped()) await this.sleep(delayMs)
    }
  }

  private isStopped(): boolean {
    return this.stopped
  }

  private sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = realTimers.after(delayMs, () => this.wakeSleeper?.())
      this.wakeSleeper = () => {
        cancel()
        this.wakeSleeper = null
        resolve()
      }
    })
  }
}
