import type { Execution, Executor, RunIo } from '../application/ports/executor.js'
import type { ActiveJob } from '../domain/job.js'

/** Turns of the event loop without any news after which nothing more is expected of a handler that has nothing open. */
const QUIET_TURNS = 10

/** Runs jobs as another executor does, and knows when nothing more happens by itself. */
export class WatchedExecutor implements Executor {
  private running = 0
  private begun = 0
  private ended = 0
  /** What was open in this process before the runs of now began. */
  private open: ReadonlyMap<string, number> = new Map()

  /** @param patienceMs how long, in real time, it waits for something to happen. */
  constructor(
    private readonly executor: Executor,
    private readonly patienceMs: number,
  ) {}

  start(job: ActiveJob, io: RunIo): Execution {
    // Not once for all: what earlier runs have left open is nothing that the next one waits for.
    if (this.running === 0) this.open = openResources()
    this.begun += 1
    this.running += 1
    const execution = this.executor.start(job, io)
    void execution.released.then(() => {
      this.running -= 1
      this.ended += 1
    })
    return execution
  }

  get waiting(): number {
    return this.executor.waiting
  }

  get isReplaced(): boolean {
    return this.executor.isReplaced
  }

  get heldAfterEnd(): number {
    return this.executor.heldAfterEnd
  }

  warmUp(): void {
    this.executor.warmUp()
  }

  keepFor(ms: number): void {
    this.executor.keepFor(ms)
  }

  close(): Promise<void> {
    return this.executor.close()
  }

  /** Grows with each run that begins or ends. */
  get news(): number {
    return this.begun + this.ended
  }

  /**
   * Resolves when every handler has ended, or those that have not wait for something that is not under way in this process: for time to
   * pass, or for what the test will do. Whoever has a socket, a file or a timer open that was not open before is waited for.
   *
   * @throws Error naming what is open, when nothing has begun or ended for `patienceMs`.
   */
  async settled(): Promise<void> {
    let newsAt = performance.now()
    for (let quiet = 0, seen = this.news; quiet < QUIET_TURNS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      const isNews = this.news !== seen
      if (this.running === 0 && !isNews) return
      const open = this.running > 0 ? moreOpen(openResources(), this.open) : []
      if (isNews || open.length > 0) quiet = 0
      if (isNews) newsAt = performance.now()
      else if (performance.now() - newsAt > this.patienceMs) throw this.impatience(open)
      seen = this.news
    }
  }

  private impatience(open: readonly string[]): Error {
    const message =
      `a job goes on after ${this.patienceMs} ms of real time, and open are: ${open.join(', ')}. ` +
      'Its handler waits for them, or one that ran beside it has left them open: close them, replace them in the test, or raise patienceMs'
    return new Error(message)
  }
}

/** What keeps the event loop going, counted by kind. */
function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** The kinds of which there is more now, each with how many more. */
function moreOpen(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): readonly string[] {
  return [...now]
    .map(([kind, count]) => ({ kind, more: count - (before.get(kind) ?? 0) }))
    .filter(({ kind, more }) => kind !== 'Immediate' && more > 0)
    .map(({ kind, more }) => `${more} ${kind}`)
}
