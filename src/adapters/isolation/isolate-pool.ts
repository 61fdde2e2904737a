import { Guard } from './guard.js'
import { Isolate, type IsolateOptions } from './isolate.js'

export interface IsolatePoolOptions extends Omit<IsolateOptions, 'memoryLimitMb'> {
  /** How long an isolate waits for work before it goes. */
  readonly idleMs: number
  /** Runs after which an isolate is replaced, so that nothing that leaks leaks for ever. */
  readonly maxRuns: number
}

/** Warm isolates, kept by the heap limit that they were started with; made when they are needed, gone when they are not. */
export class IsolatePool {
  private readonly idle = new Map<number, Isolate[]>()
  private readonly timers = new Map<Isolate, NodeJS.Timeout>()
  private readonly all = new Set<Isolate>()
  private readonly guard: Guard

  constructor(private readonly options: IsolatePoolOptions) {
    this.guard = new Guard(options.nodeArguments)
  }

  /** An isolate that has nothing to do and is the caller's until it is given back or gone. */
  acquire(memoryLimitMb: number): Isolate {
    const isolate = this.idle.get(memoryLimitMb)?.pop() ?? this.start(memoryLimitMb)
    clearTimeout(this.timers.get(isolate))
    this.timers.delete(isolate)
    isolate.setIdle(false)
    isolate.runs += 1
    return isolate
  }

  /** Takes back an isolate in which nothing is left running. */
  release(isolate: Isolate): void {
    if (!this.all.has(isolate)) return
    if (isolate.runs >= this.options.maxRuns || this.hasGrown(isolate)) {
      this.retire(isolate)
      return
    }
    isolate.listen(
      () => undefined,
      () => undefined,
    )
    isolate.setIdle(true)
    const timer = setTimeout(() => {
      this.retire(isolate)
    }, this.options.idleMs)
    timer.unref()
    this.timers.set(isolate, timer)
    const kept = this.idle.get(isolate.memoryLimitMb) ?? []
    kept.push(isolate)
    this.idle.set(isolate.memoryLimitMb, kept)
  }

  /** Ends an isolate and everything in its group. */
  retire(isolate: Isolate): void {
    this.forget(isolate)
    isolate.signal('SIGKILL')
  }

  /** All isolates are killed by a process apart unless this is said again in time, even if this process hangs or is killed. */
  keepFor(ms: number): void {
    this.guard.keep(ms)
  }

  /** Ends every isolate; resolves when they are gone. */
  async close(): Promise<void> {
    const isolates = [...this.all]
    for (const isolate of isolates) this.retire(isolate)
    await Promise.all(isolates.map(({ gone }) => gone))
    this.guard.close()
  }

  private start(memoryLimitMb: number): Isolate {
    const isolate = new Isolate({ ...this.options, memoryLimitMb })
    this.all.add(isolate)
    if (isolate.group > 0) this.guard.watch(isolate.group)
    void isolate.gone.then(() => {
      this.forget(isolate)
      this.all.delete(isolate)
      if (isolate.group > 0) this.guard.forget(isolate.group)
    })
    return isolate
  }

  /** No longer handed out. */
  private forget(isolate: Isolate): void {
    clearTimeout(this.timers.get(isolate))
    this.timers.delete(isolate)
    const kept = this.idle.get(isolate.memoryLimitMb) ?? []
    const index = kept.indexOf(isolate)
    if (index >= 0) kept.splice(index, 1)
  }

  /** Half of its limit while it does nothing: the next run may not find enough. */
  private hasGrown(isolate: Isolate): boolean {
    // Read from the system now and then only; a look costs more than a small job.
    if (isolate.runs % 16 !== 0) return false
    const sample = isolate.sample()
    return sample !== null && sample.residentBytes > (BASE_MB + isolate.memoryLimitMb / 2) * MIB
  }
}

const MIB = 1024 * 1024
/** What an isolate takes before any handler has run. */
export const BASE_MB = 128
