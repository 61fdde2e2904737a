import type { Logger } from '../application/ports/logger.js'

/** Something that runs: started after what was added before it, stopped before that. */
export interface Part {
  readonly name: string
  start?(): void | Promise<void>
  /** @param hurry resolves when there is no more time for grace. */
  stop?(hurry: Promise<void>): void | Promise<void>
  /** Longest time its stop is waited for; default 5 s. */
  readonly stopWithinMs?: number
}

const STOP_WITHIN_MS = 5_000
const HURRY_WITHIN_MS = 3_000
/** All parts together may take so much longer than the slowest of them alone: what keeps one, as a database that hangs, keeps others. */
const OTHERS_MS = 1_500
/** What is left to a part when all that time is over: enough to close what does not hang. */
const LEAST_MS = 100

/** Starts parts in order and stops them in reverse, each for a bounded time, and all together. */
export class Lifecycle {
  private readonly layers: (readonly Part[])[] = []
  private readonly begun: (readonly Part[])[] = []
  private stopping: Promise<boolean> | null = null
  private callHurry: () => void = () => undefined
  private readonly hurried = new Promise<void>((resolve) => (this.callHurry = resolve))

  constructor(private readonly logger: Logger) {}

  /** Adds parts that are started one after the other and stopped together. */
  add(...parts: readonly Part[]): void {
    this.layers.push(parts)
  }

  get isStopping(): boolean {
    return this.stopping !== null
  }

  /**
   * Starts everything; ends early when a stop comes meanwhile.
   *
   * @throws what a part fails with, once all that had begun is stopped again.
   */
  async start(): Promise<void> {
    try {
      for (const layer of this.layers) {
        if (this.isStopping) break
        this.begun.push(layer)
        for (const part of layer) if (!this.isStopping) await part.start?.()
      }
    } catch (error) {
      const asked = this.isStopping
      await this.stop()
      if (!asked) throw error
    }
  }

  /**
   * Stops everything that has begun. Later calls wait for the first.
   *
   * @returns whether every part stopped without an error and in its time.
   */
  stop(): Promise<boolean> {
    this.stopping ??= this.stopLayers()
    return this.stopping
  }

  /** Ends every grace period, of a stop that runs or of one that comes. */
  hurry(): void {
    this.callHurry()
  }

  private async stopLayers(): Promise<boolean> {
    const timers: NodeJS.Timeout[] = []
    const after = (ms: number): Promise<'late'> =>
      new Promise((resolve) => timers.push(setTimeout(resolve, ms, 'late')))
    const slowest = Math.max(0, ...this.begun.flat().map(timeOf))
    let isOver = false
    const over = Promise.race([
      after(slowest + OTHERS_MS),
      this.hurried.then(() => after(HURRY_WITHIN_MS)),
    ]).then((late) => {
      isOver = true
      return late
    })
    let clean = true
    for (const layer of this.begun.reverse()) {
      const ends = await Promise.all(
        layer.map((part) => this.stopPart(part, [after(timeOf(part)), isOver ? after(LEAST_MS) : over])),
      )
      clean &&= ends.every(Boolean)
    }
    timers.forEach(clearTimeout)
    return clean
  }

  private async stopPart(part: Part, limits: readonly Promise<'late'>[]): Promise<boolean> {
    const { name } = part
    try {
      const end = await Promise.race([Promise.resolve(part.stop?.(this.hurried)), ...limits])
      if (end === 'late') this.logger.warn('a part did not stop in time', { part: name })
      return end !== 'late'
    } catch (error) {
      this.logger.error('a part failed to stop', { part: name, error: String(error) })
      return false
    }
  }
}

function timeOf(part: Part): number {
  return part.stop === undefined ? 0 : (part.stopWithinMs ?? STOP_WITHIN_MS)
}
