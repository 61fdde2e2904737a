import type { Execution, Executor, RunIo } from '../application/ports/executor.js'
import type { ActiveJob } from '../domain/job.js'

/** Turns of the event loop without any news after which nothing more is expected of a handler that has nothing open. */
const QUIET_TURNS = 10

/** Runs jobs as another executor does, and knows when nothing more happens by itself. */
export class WatchedExecutor implements Executor {
  private running = 0
  private begun = 0
  private ended = 0

  constructor(private readonly executor: Executor) {}

  start(job: ActiveJob, io: RunIo): Execution {
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
   * pass, or for what the test will do. Whoever has a socket, a file or a timer open that was not open at the start is waited for.
   */
  async settled(open: ReadonlyMap<string, number>): Promise<void> {
    for (let quiet = 0, seen = this.news; quiet < QUIET_TURNS; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.running > 0 && (this.news !== seen || isMoreOpen(openResources(), open))) quiet = 0
      else if (this.running === 0 && this.news === seen) return
      seen = this.news
    }
  }
}

/** What keeps the event loop going, counted by kind. */
export function openResources(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

function isMoreOpen(now: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>): boolean {
  return [...now].some(([kind, count]) => kind !== 'Immediate' && count > (before.get(kind) ?? 0))
}
