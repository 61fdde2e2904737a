import { availableParallelism } from 'node:os'
import { Guard } from './guard.js'
import { Isolate, type IsolateOptions } from './isolate.js'
import { SpareProcessors } from './spare-processors.js'

export interface IsolatePoolOptions extends Omit<IsolateOptions, 'memoryLimitMb'> {
  /** How long an isolate waits for work before it goes. */
  readonly idleMs: number
  /** Runs after which an isolate is replaced, so that nothing that leaks leaks for ever. */
  readonly maxRuns: number
  /** Whether another process would get work done sooner; told by the machine's processors unless given. */
  readonly hasSpareProcessor?: () => boolean
}

interface Waiting {
  readonly memoryLimitMb: number
  /** Monotonic, in milliseconds. */
  readonly since: number
  readonly take: (isolate: Isolate) => void
}

/** More would only share the same processors, and each would start later. */
const MAX_STARTING = availableParallelism()
/** So long somebody waits for one that comes back: a start takes the time of hundreds of short runs. */
const PATIENCE_MS = 100
/** While they come back there is at most one more in this time, and none on a busy machine. */
const GROWTH_MS = 1_000
/** Nobody waits longer than this for others' short runs. */
const LIMIT_MS = 500

/**
 * Warm isolates, kept by the heap limit that they were started with; made when they are needed, gone when they are not, but for
 * one spare.
 *
 * Who waits takes whichever is free first, a new one or one that comes back. Others start when none has come back for a moment, as
 * many at once as there are processors; while they do come back, their number grows slowly. So a burst of short jobs is served by
 * few isolates, and a burst of long ones starts as quickly as the machine can.
 */
export class IsolatePool {
  private readonly idle = new Map<number, Isolate[]>()
  private readonly timers = new Map<Isolate, NodeJS.Timeout>()
  private readonly all = new Set<Isolate>()
  private readonly waiting: Waiting[] = []
  private starting = 0
  /** Monotonic, as the one below: when one was last free for the next run, and when one was last started. */
  private lastReturn = 0
  private lastStart = 0
  /** Of this limit the last one stays, however long it waits for work. */
  private spareLimitMb: number | null = null
  private timer: NodeJS.Timeout | null = null
  private readonly hasSpareProcessor: () => boolean
  private readonly guard: Guard

  constructor(private readonly options: IsolatePoolOptions) {
    this.guard = new Guard(options.nodeArguments)
    const processors = new SpareProcessors()
    this.hasSpareProcessor = options.hasSpareProcessor ?? (() => processors.any())
  }

  /** Starts one before anybody asks, and keeps one: the first job after a pause need not wait for a process to load. */
  keepSpare(memoryLimitMb: number): void {
    this.spareLimitMb = memoryLimitMb
    this.start(memoryLimitMb)
  }

  /** Resolves with an isolate that is the caller's until it is given back or gone; one that could not start is gone already. */
  async acquire(memoryLimitMb: number): Promise<Isolate> {
    const warm = this.idle.get(memoryLimitMb)?.pop()
    if (warm !== undefined) return this.lend(warm)
    return new Promise((take) => {
      this.waiting.push({ memoryLimitMb, since: performance.now(), take })
      if (this.hasAny(memoryLimitMb)) this.lookAgain()
      else this.startForWaiting()
    })
  }

  /** Takes back an isolate in which nothing is left running. */
  release(isolate: Isolate): void {
    if (!this.all.has(isolate)) return
    if (isolate.runs >= this.options.maxRuns || this.hasGrown(isolate)) this.retire(isolate)
    else this.offer(isolate)
  }

  /** Ends an isolate and everything in its group. */
  retire(isolate: Isolate): void {
    this.withdraw(isolate)
    isolate.signal('SIGKILL')
  }

  /** All isolates are killed by a process apart unless this is said again in time, even if this process hangs or is killed. */
  keepFor(ms: number): void {
    this.guard.keep(ms)
  }

  /** Ends every isolate; resolves when they are gone. */
  async close(): Promise<void> {
    this.waiting.length = 0
    if (this.timer !== null) clearTimeout(this.timer)
    const isolates = [...this.all]
    for (const isolate of isolates) {
      // Whoever waits for the end must not be left without anything to wait for.
      isolate.setIdle(false)
      this.retire(isolate)
    }
    await Promise.all(isolates.map(({ gone }) => gone))
    this.guard.close()
  }

  private lend(isolate: Isolate): Isolate {
    clearTimeout(this.timers.get(isolate))
    this.timers.delete(isolate)
    isolate.setIdle(false)
    isolate.runs += 1
    return isolate
  }

  /** Gives an isolate to who waits for one like it, else keeps it for a while. */
  private offer(isolate: Isolate): void {
    this.lastReturn = performance.now()
    const first = this.waiting.findIndex(({ memoryLimitMb }) => memoryLimitMb === isolate.memoryLimitMb)
    const [next] = first < 0 ? [] : this.waiting.splice(first, 1)
    if (next !== undefined) {
      next.take(this.lend(isolate))
      return
    }
    isolate.listen()
    isolate.setIdle(true)
    const kept = this.idle.get(isolate.memoryLimitMb) ?? []
    kept.push(isolate)
    this.idle.set(isolate.memoryLimitMb, kept)
    this.retireWhenUnused(isolate)
  }

  private retireWhenUnused(isolate: Isolate): void {
    const timer = setTimeout(() => {
      const last = this.idle.get(isolate.memoryLimitMb)?.length === 1
      if (last && isolate.memoryLimitMb === this.spareLimitMb) this.retireWhenUnused(isolate)
      else this.retire(isolate)
    }, this.options.idleMs)
    timer.unref()
    this.timers.set(isolate, timer)
  }

  private startForWaiting(): void {
    // Those that start already are meant for the first who wait.
    for (const { memoryLimitMb, since } of this.waiting.slice(this.starting, MAX_STARTING)) {
      if (!this.hasAny(memoryLimitMb) || this.isWorthStarting(since)) {
        this.start(memoryLimitMb)
        // A fork holds up the event loop for tens of milliseconds on a busy machine: never for two at once.
        setImmediate(() => {
          this.startForWaiting()
        })
        return
      }
      this.lookAgain()
    }
  }

  private isWorthStarting(since: number): boolean {
    const now = performance.now()
    if (now - since < PATIENCE_MS) return false
    if (now - this.lastReturn >= PATIENCE_MS || now - since >= LIMIT_MS) return true
    return now - this.lastStart >= GROWTH_MS && this.hasSpareProcessor()
  }

  private lookAgain(): void {
    this.timer ??= setTimeout(() => {
      // After what has arrived meanwhile: a process that was held up would think that nobody has come back.
      setImmediate(() => {
        this.timer = null
        this.startForWaiting()
      })
    }, PATIENCE_MS)
  }

  private hasAny(memoryLimitMb: number): boolean {
    return [...this.all].some((isolate) => isolate.memoryLimitMb === memoryLimitMb)
  }

  private start(memoryLimitMb: number): void {
    const isolate = new Isolate({ ...this.options, memoryLimitMb })
    this.all.add(isolate)
    this.lastStart = performance.now()
    this.starting += 1
    if (isolate.group > 0) this.guard.watch(isolate.group)
    let started = false
    const begin = (): void => {
      if (started) return
      started = true
      this.starting -= 1
      this.offer(isolate)
      this.startForWaiting()
    }
    isolate.listen({
      message: ({ type }) => {
        if (type === 'ready') begin()
      },
      output: () => undefined,
    })
    void isolate.gone.then(() => {
      // Whoever gets it learns from its end why it could not start.
      begin()
      this.withdraw(isolate)
      this.all.delete(isolate)
      if (isolate.group > 0) this.guard.forget(isolate.group)
    })
  }

  /** No longer handed out. */
  private withdraw(isolate: Isolate): void {
    clearTimeout(this.timers.get(isolate))
    this.timers.delete(isolate)
    const kept = this.idle.get(isolate.memoryLimitMb) ?? []
    const index = kept.indexOf(isolate)
    if (index >= 0) kept.splice(index, 1)
  }

  /** Half of its limit while it does nothing: the next run may not find enough. */
  private hasGrown(isolate: Isolate): boolean {
    return isolate.residentBytes > (BASE_MB + isolate.memoryLimitMb / 2) * MIB
  }
}

const MIB = 1024 * 1024
/** What an isolate takes before any handler has run. */
export const BASE_MB = 128
