import { cpus } from 'node:os'
import type { ProcessorQuota } from './processor-quota.js'

/** A look takes a while on machines with many processors, and their counters move in steps of 10 ms. */
const WINDOW_MS = 50
/** Who is held up is so once in 100 ms. */
const QUOTA_WINDOW_MS = 150
/** Of one processor; less is what a busy machine has between two turns. */
const ENOUGH = 0.5

interface Ticks {
  readonly throttled: number
  readonly at: number
  readonly idle: number
  readonly all: number
  readonly processors: number
}

/**
 * Tells whether the machine has had a processor to spare lately, and these processes their quota: whether one more would get work done sooner,
 * or only take its share from those at work.
 */
export class SpareProcessors {
  private last: Ticks
  private spare = true
  private readonly windowMs: number

  /** @param now monotonic, in milliseconds. */
  constructor(
    private readonly quota: Pick<ProcessorQuota, 'processors' | 'timesThrottled'>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.last = this.ticks()
    this.windowMs = quota.processors === Infinity ? WINDOW_MS : QUOTA_WINDOW_MS
  }

  any(): boolean {
    if (this.now() - this.last.at < this.windowMs) return this.spare
    const now = this.ticks()
    const share = (now.idle - this.last.idle) / Math.max(1, now.all - this.last.all)
    this.spare = share * now.processors >= ENOUGH && now.throttled === this.last.throttled
    this.last = now
    return this.spare
  }

  private ticks(): Ticks {
    const times = cpus().map((cpu) => cpu.times)
    const idle = times.reduce((sum, cpu) => sum + cpu.idle, 0)
    const all = times.reduce((sum, cpu) => sum + cpu.idle + cpu.user + cpu.nice + cpu.sys + cpu.irq, 0)
    return { throttled: this.quota.timesThrottled(), at: this.now(), idle, all, processors: times.length }
  }
}
