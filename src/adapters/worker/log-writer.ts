import type { Clock } from '../../application/ports/clock.js'
import type { LogStore, RunLines } from '../../application/ports/log-store.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import { MAX_RUN_LOG_BYTES, newLogLine, type LogLevel, type NewLogLine } from '../../domain/job-log.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import type { ActiveJob } from '../../domain/job.js'

/** How long lines gather before they are written, unless a flush comes first. */
const GATHER_MS = 50
const MAX_RETRY_MS = 1_000
const MAX_BATCH_RUNS = 200
const MAX_BATCH_BYTES = 4 * 1024 * 1024
/** Of all runs together, while the database is away. */
const MAX_WAITING_BYTES = 32 * 1024 * 1024

interface Waiting {
  readonly jobId: string
  readonly run: number
  /** Which line of all the first of these is. */
  readonly since: number
  lines: NewLogLine[]
  bytes: number
  dropped: number
}

/**
 * Writes what runs say, many runs in one transaction. No job waits for it longer than one try, and none fails by it: while the
 * database is away lines wait, bounded, and those that are lost are counted.
 */
export class LogWriter {
  private readonly waiting = new Map<string, Waiting>()
  private waitingBytes = 0
  /** Of each run, which line of all the first is that is being written. */
  private writing: { readonly since: ReadonlyMap<string, number>; readonly done: Promise<boolean> } | null =
    null
  private said = 0
  private isWriteComing = false
  private retryMs = GATHER_MS

  constructor(
    private readonly store: LogStore,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly timers: Timers = realTimers,
  ) {}

  add(
    { id: jobId, run }: Pick<ActiveJob, 'id' | 'run'>,
    level: LogLevel,
    message: string,
    fields?: unknown,
  ): void {
    this.put({ jobId, run, lines: [newLogLine(level, message, fields, this.clock.now())], dropped: 0 })
    this.writeIn(GATHER_MS)
  }

  /**
   * Resolves when everything that this run has said until now is written, or could not be written just now; `null` when all is written
   * already. What a handler that was given up goes on to say is not waited for. Never rejects.
   */
  flush({ id, run }: Pick<ActiveJob, 'id' | 'run'>): Promise<void> | null {
    if (this.waiting.size === 0 && this.writing === null) return null
    const key = keyOf(id, run)
    return this.holds(key, this.said) ? this.writeAllOf(key, this.said) : null
  }

  /** The same for all runs. */
  async flushAll(): Promise<void> {
    while (this.waiting.size > 0 || this.writing !== null) if (!(await this.write())) return
  }

  private holds(key: string, until: number): boolean {
    const waits = (this.waiting.get(key)?.since ?? Infinity) <= until
    return waits || (this.writing?.since.get(key) ?? Infinity) <= until
  }

  private async writeAllOf(key: string, until: number): Promise<void> {
    while (this.holds(key, until)) if (!(await this.write())) return
  }

  /** Joins the write that is under way, or begins one; answers whether it was done. */
  private write(): Promise<boolean> {
    if (this.writing !== null) return this.writing.done
    const batch = this.take()
    const done = this.append(batch).finally(() => {
      this.writing = null
      if (this.waiting.size > 0) this.writeIn(this.retryMs)
    })
    this.writing = { since: new Map(batch.map(({ jobId, run, since }) => [keyOf(jobId, run), since])), done }
    return done
  }

  private async append(batch: readonly RunLines[]): Promise<boolean> {
    try {
      await this.store.append(batch)
      this.retryMs = GATHER_MS
      return true
    } catch (error) {
      if (error instanceof StorageUnavailableError) {
        for (const lines of batch) this.put(lines, 'before')
        this.retryMs = Math.min(MAX_RETRY_MS, this.retryMs * 2)
        this.logger.debug('could not write logs of jobs, trying again', { error: String(error) })
      } else {
        const lost = batch.reduce((sum, { lines }) => sum + lines.length, 0)
        this.logger.warn('lines of the logs of jobs were lost', { lines: lost, error: String(error) })
      }
      return false
    }
  }

  private take(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    for (const [key, waiting] of this.waiting) {
      if (batch.length === MAX_BATCH_RUNS || (bytes > 0 && bytes + waiting.bytes > MAX_BATCH_BYTES)) break
      bytes += waiting.bytes
      this.waiting.delete(key)
      batch.push(waiting)
    }
    this.waitingBytes -= bytes
    return batch
  }

  private put({ jobId, run, lines, dropped }: RunLines, where: 'before' | 'after' = 'after'): void {
    const key = keyOf(jobId, run)
    this.said += 1
    const waiting = this.waiting.get(key) ?? { jobId, run, since: this.said, lines: [], bytes: 0, dropped: 0 }
    this.waiting.set(key, waiting)
    if (where === 'after') waiting.lines.push(...lines)
    else waiting.lines.unshift(...lines)
    waiting.dropped += dropped
    const bytes = lines.reduce((sum, line) => sum + line.bytes, 0)
    waiting.bytes += bytes
    this.waitingBytes += bytes
    this.trim(waiting, MAX_RUN_LOG_BYTES)
    for (const longest of this.waiting.values()) {
      if (this.waitingBytes <= MAX_WAITING_BYTES) break
      this.trim(longest, 0)
    }
  }

  /** Lets go of the oldest lines. */
  private trim(waiting: Waiting, maxBytes: number): void {
    let count = 0
    while (waiting.bytes > maxBytes) {
      const bytes = waiting.lines[count]?.bytes ?? waiting.bytes
      waiting.bytes -= bytes
      this.waitingBytes -= bytes
      count += 1
    }
    if (count === 0) return
    waiting.lines.splice(0, count)
    waiting.dropped += count
  }

  private writeIn(ms: number): void {
    if (this.isWriteComing) return
    this.isWriteComing = true
    this.timers.after(ms, () => {
      this.isWriteComing = false
      if (this.waiting.size > 0) void this.write()
    })
  }
}

function keyOf(jobId: string, run: number): string {
  return `${jobId} ${run}`
}
