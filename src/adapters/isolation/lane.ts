import type { RunnableJob } from '../../domain/job.js'
import type { Isolate } from './isolate.js'

/** Whoever wants an isolate for a while. */
export interface Turn {
  readonly memoryLimitMb: number
  /** What the isolate is to run; `null` when it will be told otherwise. */
  readonly job: RunnableJob | null
  /** Whether it may wait inside an isolate for another one that is brief as well. */
  isBrief(): boolean
  /** It was not as brief as others could wait for. */
  wasSlow(): void
  /** Called once, when all that the isolate says from now on is of this run; one that could not start is gone already. */
  begin(isolate: Isolate, number: number): void
}

/** So many wait inside an isolate at most; it is given more when half of them have begun. */
const MAX_WAITING = 24
/** Whoever waits inside for longer goes elsewhere. */
const STALL_MS = 50

/**
 * An isolate and who was handed to it: it executes the first; the others wait inside, so that it begins the next one without a
 * word from here.
 *
 * Each run begins with its ticket only (`Tickets`), so that one that waits can be taken back at any moment with certainty.
 */
export class Lane {
  private readonly handed: { readonly number: number; readonly turn: Turn }[] = []
  private numbers = 0
  private timer: NodeJS.Timeout | null = null
  /** Nobody is to wait for the one that is in it. */
  private isHeld = false
  private isOver = false
  /** What was left of the tickets when the isolate was gone. */
  private left: ReadonlySet<number> | null = null

  /** @param onStall gets those back who would wait too long. */
  constructor(
    readonly isolate: Isolate,
    private readonly onStall: (waiting: readonly Turn[]) => void,
  ) {}

  get size(): number {
    return this.handed.length
  }

  /** Whether brief runs may be handed to it while it is busy. */
  get takesMore(): boolean {
    return (
      this.isolate.tickets !== null &&
      !this.isolate.hasExited &&
      !this.isHeld &&
      !this.isOver &&
      this.size > 0 &&
      this.size <= MAX_WAITING &&
      this.handed.every(({ turn }) => turn.isBrief())
    )
  }

  /** Less than half of its places are taken. */
  get runsDry(): boolean {
    return this.size <= MAX_WAITING / 2
  }

  has(turn: Turn): boolean {
    return this.handed.some((one) => one.turn === turn)
  }

  hand(turn: Turn): void {
    const number = (this.numbers += 1)
    const mustWait = this.size > 0
    this.handed.push({ number, turn })
    this.send(number, turn)
    if (mustWait) this.watch()
    else turn.begin(this.isolate, number)
  }

  /** The first is over: what the isolate says next is of the next one, if any; answers whether there is one. */
  goOn(): boolean {
    this.handed.shift()
    this.isHeld = false
    const [next] = this.handed
    next?.turn.begin(this.isolate, next.number)
    return next !== undefined
  }

  /** All who have not begun, nor ever will in this isolate; those who have begun stay. */
  takeBack(): Turn[] {
    if (this.size < 2) return []
    const numbers = this.left ?? this.tickets()
    const [first, ...others] = this.handed
    // The one before it is over, and the isolate has not come to it yet: it stays, and is said again, since it may be forgotten.
    if (first !== undefined && numbers.has(first.number)) this.send(first.number, first.turn)
    const back = others.filter(({ number }) => numbers.has(number))
    // Tickets are taken in order, so those who stay are the first ones.
    this.handed.splice(this.size - back.length)
    return back.map(({ turn }) => turn)
  }

  /** Of an isolate that is gone: whether the first has begun in it. One that could not start would not do so for the next either. */
  hadBegun(): boolean {
    this.isOver = true
    this.left ??= this.tickets()
    const [first] = this.handed
    return !this.isolate.isReady || first === undefined || !this.left.has(first.number)
  }

  /** As `takeBack`, and nobody is handed to it until it goes on. */
  hold(): Turn[] {
    this.isHeld = true
    return this.takeBack()
  }

  /** As `takeBack`, and nobody is handed to it any more. */
  stop(): Turn[] {
    this.isOver = true
    return this.takeBack()
  }

  private tickets(): ReadonlySet<number> {
    return this.isolate.tickets?.takeBack() ?? new Set()
  }

  private send(number: number, { job }: Turn): void {
    if (job === null) return
    this.isolate.tickets?.add(number)
    this.isolate.sendRun({ number, job, needsTicket: this.isolate.tickets !== null })
  }

  private watch(): void {
    if (this.timer !== null) return
    const [watched] = this.handed
    this.timer = setTimeout(() => {
      this.timer = null
      const [first] = this.handed
      if (first === undefined || this.size < 2) return
      if (first !== watched) {
        this.watch()
        return
      }
      first.turn.wasSlow()
      this.onStall(this.hold())
    }, STALL_MS).unref()
  }
}
