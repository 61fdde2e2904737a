import { rmSync } from 'node:fs'
import type { RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import { messageOf } from '../../application/run-job.js'
import type { RunnableJob } from '../../domain/job.js'
import type { JobContext } from '../../domain/job-definition.js'
import { SnoozeError } from '../../domain/handler-signals.js'
import { isHandlerEventType, MAX_EVENT_BYTES } from '../../domain/job-event.js'
import { scrubJson, scrubText, type JsonObject } from '../../domain/json.js'
import { makeTempDir } from './temp-dirs.js'

const PROGRESS_INTERVAL_MS = 250
const MAX_STEP_LENGTH = 1_000

/** What a run gives its handler as `ctx`, and what the handler leaves behind: reports, files. Most is made when it is first asked for. */
export class HandlerSide {
  readonly context: JobContext
  private reports: Reports | null = null
  private dir: string | null = null

  constructor(
    job: RunnableJob,
    private readonly aborting: Pick<AbortController, 'signal'>,
    private readonly io: RunIo,
    private readonly log: () => Logger,
    private readonly timers: Timers = realTimers,
  ) {
    this.context = new HandlerContext(job, this)
  }

  get logger(): Logger {
    return this.log()
  }

  get abortSignal(): AbortSignal {
    return this.aborting.signal
  }

  get tempDir(): string {
    return (this.dir ??= makeTempDir())
  }

  event(type: string, payload: unknown): Promise<void> {
    return this.reporting().event(type, payload)
  }

  progress(percent: number, step: string | undefined): Promise<void> {
    return this.reporting().progress(percent, step)
  }

  /** Writes what is still pending, to be awaited before the settle; `null` when nothing is. */
  flush(): Promise<void> | null {
    return this.reports === null ? null : this.reports.flush()
  }

  /** Whether something was reported that may not be written yet. */
  get hasReported(): boolean {
    return this.reports !== null
  }

  /** Removes the files. What cannot be removed is told of, and changes nothing else. */
  dispose(): void {
    if (this.dir === null) return
    try {
      rmSync(this.dir, { recursive: true, force: true })
    } catch (error) {
      this.log().warn('files of the run could not be removed', { error: String(error) })
    }
  }

  private reporting(): Reports {
    return (this.reports ??= new Reports(this.io, this.log, this.timers))
  }
}

const SIDE = Symbol('what is made late')
interface HasSide {
  readonly [SIDE]: HandlerSide
}

/**
 * Properties of each context, so that a copy of it has them too. Their functions are the same for all: an object literal makes each of its
 * getters anew, and with it another shape, for which a run of a no-op took four times as long.
 */
const LOGGER = {
  enumerable: true,
  get(this: HasSide): Logger {
    return this[SIDE].logger
  },
}
const ABORT_SIGNAL = {
  enumerable: true,
  get(this: HasSide): AbortSignal {
    return this[SIDE].abortSignal
  },
}
const TEMP_DIR = {
  enumerable: true,
  get(this: HasSide): string {
    return this[SIDE].tempDir
  },
}

class HandlerContext implements JobContext {
  declare readonly logger: Logger
  declare readonly abortSignal: AbortSignal
  declare readonly tempDir: string
  readonly [SIDE]: HandlerSide
  readonly jobId: string
  readonly definitionKey: string
  readonly definitionVersion: number
  readonly attempt: number
  readonly maxAttempts: number
  readonly run: number
  readonly traceparent: string | null
  readonly snooze = snooze
  // Handlers take them out of their context.
  readonly emitEvent: JobContext['emitEvent']
  readonly progress: JobContext['progress']

  constructor(job: RunnableJob, side: HandlerSide) {
    this[SIDE] = side
    this.jobId = job.id
    this.definitionKey = job.definitionKey
    this.definitionVersion = job.definitionVersion
    this.attempt = job.attempts
    this.maxAttempts = job.maxAttempts
    this.run = job.run
    this.traceparent = job.traceparent
    this.emitEvent = (type, payload) => side.event(type, payload)
    this.progress = (percent, step) => side.progress(percent, step)
    // Together, by `defineProperties`, they take twice as long.
    Object.defineProperty(this, 'logger', LOGGER)
    Object.defineProperty(this, 'abortSignal', ABORT_SIGNAL)
    Object.defineProperty(this, 'tempDir', TEMP_DIR)
  }
}

function snooze(seconds: number): never {
  throw new SnoozeError(seconds)
}

/** What a handler reports while it runs. */
class Reports {
  private readonly pending = new Set<Promise<void>>()
  private readonly ofProgress: ProgressReports

  constructor(
    private readonly io: RunIo,
    private readonly logger: () => Logger,
    timers: Timers,
  ) {
    this.ofProgress = new ProgressReports((event) => this.emit(event), timers)
  }

  event(type: string, payload: unknown): Promise<void> {
    return this.unhurt(
      (async () => {
        const event = { type: checkedType(type), payload: checkedPayload(payload) }
        // Both are given to the writer in this tick: events keep the order of their calls.
        await Promise.all([this.ofProgress.flush(), this.emit(event)])
      })(),
    )
  }

  progress(percent: number, step: string | undefined): Promise<void> {
    return this.unhurt(this.ofProgress.report(percent, step))
  }

  /** Resolves when everything that was reported is written, or refused. */
  async flush(): Promise<void> {
    const last = this.ofProgress.flush()
    if (this.pending.size === 0) return last
    await Promise.allSettled([last, ...this.pending])
  }

  private emit(event: Parameters<RunIo['emit']>[0]): Promise<void> {
    const written = this.io.emit(event)
    this.pending.add(written)
    const forget = (): boolean => this.pending.delete(written)
    written.then(forget, forget)
    return written
  }

  /** A handler that does not await what it reports must not bring the process down when that fails. */
  private unhurt(reported: Promise<void>): Promise<void> {
    reported.catch((error: unknown) => {
      this.logger().warn('a report of the handler was refused', { error: messageOf(error) })
    })
    return reported
  }
}

function checkedType(type: string): string {
  if (typeof type === 'string' && isHandlerEventType(type)) return type
  throw new TypeError(
    `an event type has 1–100 letters, digits and ._:- and is not one of the server's own, got ${String(JSON.stringify(type)).slice(0, 100)}`,
  )
}

function checkedPayload(payload: unknown): JsonObject {
  const json = scrubJson(payload ?? {})
  const object =
    typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as JsonObject) : { value: json }
  const bytes = Buffer.byteLength(JSON.stringify(object))
  if (bytes > MAX_EVENT_BYTES)
    throw new TypeError(`an event's payload has at most ${MAX_EVENT_BYTES} bytes of JSON, got ${bytes}`)
  return object
}

/** At most four reports a second; of what comes faster only the last is kept and written when its time has come. */
class ProgressReports {
  private held: { readonly percent: number; readonly step: string | null } | null = null
  private cancel: (() => void) | null = null

  constructor(
    private readonly emit: RunIo['emit'],
    private readonly timers: Timers,
  ) {}

  async report(percent: number, step: string | undefined): Promise<void> {
    if (!Number.isFinite(percent))
      throw new TypeError(`progress must be a number, 0–100, not ${String(percent)}`)
    const said = step === undefined ? null : scrubText(String(step)).slice(0, MAX_STEP_LENGTH).toWellFormed()
    await this.take(percent, said)
  }

  private async take(percent: number, step: string | null): Promise<void> {
    if (this.cancel !== null) {
      this.held = { percent, step }
      return
    }
    this.cancel = this.timers.after(PROGRESS_INTERVAL_MS, () => {
      this.cancel = null
      const { held } = this
      this.held = null
      // A report that cannot be written is no reason to fail the job; the next one tells more.
      if (held !== null) this.take(held.percent, held.step).catch(() => undefined)
    })
    await this.write(percent, step)
  }

  async flush(): Promise<void> {
    this.cancel?.()
    this.cancel = null
    const { held } = this
    this.held = null
    if (held !== null) await this.write(held.percent, held.step)
  }

  private write(percent: number, step: string | null): Promise<void> {
    const progress = Math.min(100, Math.max(0, percent))
    return this.emit({ type: 'progress', payload: { step, progress }, progress })
  }
}
