import { availableParallelism } from 'node:os'
import { Guard } from './guard.js'
import { Isolate, type IsolateOptions } from './isolate.js'
import { Lane, type Turn } from './lane.js'
import { ProcessorQuota } from './processor-quota.js'
import { SpareProcessors } from './spare-processors.js'

export interface IsolatePoolOptions extends Omit<IsolateOptions, 'memoryLimitMb' | 'mayStart'> {
  /** How long an isolate waits for work before it goes. */
  readonly idleMs: number
  /** So many stay however long they wait, of the limit that was warmed up. */
  readonly spares: number
  /** Runs after which an isolate is replaced, so that nothing that leaks leaks for ever. */
  readonly maxRuns: number
  /** Whether another process would get work done sooner; told by the machine's processors unless given. */
  readonly hasSpareProcessor?: () => boolean
  /** Whether the program is another one than that of this process, which would not understand what it is told. */
  readonly isReplaced?: () => boolean
}

interface Waiting {
  readonly turn: Turn
  /** Monotonic, in milliseconds. */
  readonly since: number
}

/** So long somebody waits for one that comes back: a start takes the time of hundreds of short runs. */
const PATIENCE_MS = 100
/** Another one is worth its start, which takes a processor so long, when those who wait for one have waited as long together. */
const START_MS = 200
/** What was waited longer ago counts for little. */
const FADE_MS = 1_000
/** For brief runs there is at most one more in this time while isolates come back. */
const GROWTH_MS = 1_000
/** Nobody waits longer than this for others' short runs. */
const LIMIT_MS = 500

/**
 * Warm isolates, kept by the heap limit that they were started with; made when they are needed, gone when they are not, but for
 * spares.
 *
 * Who waits takes whichever is free first, a new one or one that comes back. Others start when none has come back for a moment, as
 * many at once as there are processors; while they do come back, another one starts where a processor is to spare and the waiting has
 * taken longer than a start. So runs that only wait for something get an isolate each, and those that work no more than the machine can use.
 *
 * Brief runs wait for each other inside an isolate (`Lane`), which spares both processes a word and a sleep for each of them.
 */
export class IsolatePool {
  private readonly idle = new Map<number, Isolate[]>()
  private readonly timers = new Map<Isolate, NodeJS.Timeout>()
  private readonly lanes = new Map<Isolate, Lane>()
  /** Those of one limit get their turns in this order. */
  private readonly waiting: Waiting[] = []
  private starting = 0
  /** Monotonic, as the one below: when one was last free for the next run, and when one was last started. */
  private lastReturn = 0
  private lastStart = 0
  /** How long those had waited since the last start who began lately, in milliseconds that fade, and until when they have faded. */
  private waitedMs = 0
  private fadedAt = 0
  private spareLimitMb: number | null = null
  private timer: NodeJS.Timeout | null = null
  private isClosing = false
  /** No isolate starts any more: another program is in the place of theirs. */
  isReplaced = false
  /** More would only share the same processors, and each would start later. */
  private readonly maxStarting: number
  private readonly hasSpareProcessor: () => boolean
  private readonly guard: Guard

  constructor(private readonly options: IsolatePoolOptions) {
    this.guard = new Guard(options.nodeArguments)
    const quota = ProcessorQuota.ofThisProcess()
    const processors = new SpareProcessors(quota)
    this.maxStarting = Math.min(availableParallelism(), Math.ceil(quota.processors))
    this.hasSpareProcessor = options.hasSpareProcessor ?? (() => processors.any())
  }

  /** Starts the spares before anybody asks, and one where none stays: the first job need not wait for a process to load. */
  warmUp(memoryLimitMb: number): void {
    this.spareLimitMb = memoryLimitMb
    this.startSpares(memoryLimitMb, Math.max(1, this.options.spares))
  }

  /** Runs that were submitted and have not begun, as far as is known here; those inside isolates, too. */
  get waitingRuns(): number {
    let inside = 0
    for (const { size } of this.lanes.values()) inside += Math.max(0, size - 1)
    return this.waiting.length + inside
  }

  /** Gives an isolate to whoever asks, at once or later. It is theirs until they release or retire it, or it is gone. */
  submit(turn: Turn): void {
    const { memoryLimitMb } = turn
    const first = !this.waiting.some((other) => other.turn.memoryLimitMb === memoryLimitMb)
    if (first && this.place(turn)) return
    this.waiting.push({ turn, since: performance.now() })
    if (this.hasAny(memoryLimitMb)) this.lookAgain()
    else this.startForWaiting()
  }

  /** Whether a turn that has not come yet is certain not to come any more: false when its run has begun, as will be heard. */
  withdraw(turn: Turn): boolean {
    const index = this.waiting.findIndex((other) => other.turn === turn)
    if (index >= 0) {
      this.waiting.splice(index, 1)
      return true
    }
    const lane = [...this.lanes.values()].find((one) => one.has(turn))
    const back = lane?.takeBack() ?? []
    this.placeAgain(back.filter((other) => other !== turn))
    return back.includes(turn)
  }

  /**
   * Keeps an isolate from going on to those who wait inside it; they get their turns elsewhere.
   *
   * @returns whether it has gone on already, so that the run that was known to be in it is over, as will be heard.
   */
  hold(isolate: Isolate): boolean {
    const lane = this.lanes.get(isolate)
    if (lane === undefined) return false
    this.placeAgain(lane.hold())
    return lane.size > 1
  }

  /** Of an isolate that is gone: whether the run that was known to be in it had begun there. */
  hadBegun(isolate: Isolate): boolean {
    return this.lanes.get(isolate)?.hadBegun() ?? true
  }

  /** Takes back an isolate in which nothing is left running of the run that was known to be in it. */
  release(isolate: Isolate): void {
    const lane = this.lanes.get(isolate)
    if (lane === undefined) return
    this.lastReturn = performance.now()
    const isWorn = isolate.runs >= this.options.maxRuns || this.hasGrown(isolate)
    const back = isWorn ? lane.takeBack() : []
    if (lane.goOn()) {
      isolate.runs += 1
      if (!isWorn) this.fill(lane)
    } else if (isWorn) this.retire(isolate)
    else if (!isolate.hasExited) this.offer(lane)
    this.placeAgain(back)
  }

  /** Ends an isolate and everything in its group. */
  retire(isolate: Isolate): void {
    this.forget(isolate)
    isolate.signal('SIGKILL')
    this.placeAgain(this.lanes.get(isolate)?.stop() ?? [])
  }

  /** All isolates are killed by a process apart unless this is said again in time, even if this process hangs or is killed. */
  keepFor(ms: number): void {
    this.guard.keep(ms)
  }

  /** Ends every isolate; resolves when they are gone, with the files of their runs. */
  async close(): Promise<void> {
    this.isClosing = true
    this.waiting.length = 0
    if (this.timer !== null) clearTimeout(this.timer)
    const isolates = [...this.lanes.keys()]
    for (const isolate of isolates) {
      // Whoever waits for the end must not be left without anything to wait for.
      isolate.setIdle(false)
      this.retire(isolate)
    }
    await Promise.all(isolates.map(({ gone }) => gone))
    await Promise.all(isolates.map(({ cleared }) => cleared))
    this.guard.close()
  }

  /** Finds an isolate that is idle, or one that is busy with brief runs for one more. */
  private place(turn: Turn): boolean {
    let warm = this.idle.get(turn.memoryLimitMb)?.pop()
    while (warm?.hasExited === true) warm = this.idle.get(turn.memoryLimitMb)?.pop()
    const lane = warm === undefined ? this.laneFor(turn) : this.lanes.get(warm)
    if (lane === undefined) return false
    if (warm !== undefined) this.lend(warm)
    lane.hand(turn)
    return true
  }

  private laneFor(turn: Turn): Lane | undefined {
    if (!turn.isBrief()) return undefined
    return [...this.lanes.values()]
      .filter(({ isolate, takesMore }) => takesMore && isolate.memoryLimitMb === turn.memoryLimitMb)
      .reduce<Lane | undefined>(
        (least, lane) => (lane.size < (least?.size ?? Infinity) ? lane : least),
        undefined,
      )
  }

  /** They come before all others: they have waited already. */
  private placeAgain(turns: readonly Turn[]): void {
    if (turns.length === 0 || this.isClosing) return
    const unplaced = turns.filter((turn) => !this.place(turn))
    const since = performance.now()
    this.waiting.unshift(...unplaced.map((turn) => ({ turn, since })))
    this.startForWaiting()
  }

  /** As many as wait first and may wait inside instead. */
  private fill(lane: Lane): void {
    if (!lane.runsDry) return
    while (lane.takesMore) {
      const index = this.firstWaiting(lane)
      if (this.waiting[index]?.turn.isBrief() !== true) return
      this.handWaiting(index, lane)
    }
  }

  private firstWaiting({ isolate }: Lane): number {
    return this.waiting.findIndex(({ turn }) => turn.memoryLimitMb === isolate.memoryLimitMb)
  }

  private handWaiting(index: number, lane: Lane): void {
    for (const { turn, since } of this.waiting.splice(index, 1)) {
      this.noteWait(turn, since)
      lane.hand(turn)
    }
  }

  private lend(isolate: Isolate): void {
    clearTimeout(this.timers.get(isolate))
    this.timers.delete(isolate)
    isolate.setIdle(false)
    isolate.runs += 1
  }

  /** Gives an isolate to who waits for one like it, else keeps it for a while. */
  private offer(lane: Lane): void {
    const { isolate } = lane
    const index = this.firstWaiting(lane)
    if (index >= 0) {
      this.lend(isolate)
      this.handWaiting(index, lane)
      this.fill(lane)
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
      if (this.isSpare(isolate)) this.retireWhenUnused(isolate)
      else this.retire(isolate)
    }, this.options.idleMs)
    timer.unref()
    this.timers.set(isolate, timer)
  }

  private isSpare({ memoryLimitMb }: Isolate): boolean {
    const kept = this.idle.get(memoryLimitMb)?.length ?? 0
    return memoryLimitMb === this.spareLimitMb && kept <= this.options.spares
  }

  private startSpares(memoryLimitMb: number, count: number): void {
    if (this.isClosing) return
    this.start(memoryLimitMb)
    // One fork holds up the event loop long enough; see startForWaiting.
    if (count > 1)
      setImmediate(() => {
        this.startSpares(memoryLimitMb, count - 1)
      })
  }

  private startForWaiting(): void {
    // Those that start already are meant for the first who wait.
    for (const one of this.waiting.slice(this.starting, this.maxStarting)) {
      const { memoryLimitMb } = one.turn
      if (!this.hasAny(memoryLimitMb) || this.isWorthStarting(one)) {
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

  private isWorthStarting({ turn, since }: Waiting): boolean {
    const now = performance.now()
    if (!turn.isBrief() && this.shortageMs(now) >= START_MS && this.hasSpareProcessor()) return true
    if (now - since < PATIENCE_MS) return false
    if (now - this.lastReturn >= PATIENCE_MS || now - since >= LIMIT_MS) return true
    return now - this.lastStart >= GROWTH_MS && this.hasSpareProcessor()
  }

  /** How long all have waited, since the last start, who wait for an isolate or did so lately. */
  private shortageMs(now: number): number {
    this.fade(now)
    return this.waiting.reduce((sum, { turn, since }) => sum + this.waitOf(turn, since, now), this.waitedMs)
  }

  private noteWait(turn: Turn, since: number): void {
    const now = performance.now()
    this.fade(now)
    this.waitedMs += this.waitOf(turn, since, now)
  }

  /** Brief ones wait for each other, not for an isolate. */
  private waitOf(turn: Turn, since: number, now: number): number {
    return turn.isBrief() ? 0 : now - Math.max(since, this.lastStart)
  }

  private fade(now: number): void {
    this.waitedMs *= Math.exp((this.fadedAt - now) / FADE_MS)
    this.fadedAt = now
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
    return [...this.lanes.keys()].some((isolate) => isolate.memoryLimitMb === memoryLimitMb)
  }

  private start(memoryLimitMb: number): void {
    const isolate = new Isolate({ ...this.options, memoryLimitMb, mayStart: !this.findReplaced() })
    const lane = new Lane(isolate, (waiting) => {
      this.placeAgain(waiting)
    })
    this.lanes.set(isolate, lane)
    this.lastStart = performance.now()
    this.waitedMs = 0
    this.starting += 1
    if (isolate.group > 0) this.guard.watch(isolate.group)
    let started = false
    // Of a program that came while it started.
    let isForeign = false
    const begin = (): void => {
      if (started) return
      started = true
      this.starting -= 1
      this.lastReturn = performance.now()
      if (!isForeign) this.offer(lane)
      this.startForWaiting()
    }
    isolate.listen({
      message: ({ type }) => {
        if (type !== 'ready') return
        isForeign = this.findReplaced()
        if (isForeign) isolate.signal('SIGKILL')
        begin()
      },
      output: () => undefined,
    })
    void isolate.gone.then(() => {
      // Whoever gets it learns from its end why it could not start.
      begin()
      this.forget(isolate)
      this.lanes.delete(isolate)
      this.placeAgain(lane.stop())
      // Nobody has heard that these have begun, nor will anybody hear how they ended.
      while (lane.goOn());
      isolate.tickets?.close()
      if (isolate.group > 0) this.guard.forget(isolate.group)
    })
  }

  private findReplaced(): boolean {
    return (this.isReplaced ||= this.options.isReplaced?.() === true)
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
    return isolate.residentBytes > (BASE_MB + isolate.memoryLimitMb / 2) * MIB
  }
}

const MIB = 1024 * 1024
/** What an isolate takes before any handler has run. */
export const BASE_MB = 128
