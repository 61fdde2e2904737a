import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import type { RunnableJob } from '../../domain/job.js'
import type { JobContext } from '../../domain/job-definition.js'
import { SnoozeError } from '../../domain/handler-signals.js'
import { isHandlerEventType, MAX_EVENT_BYTES } from '../../domain/job-event.js'
import { scrubJson, scrubText, type JsonObject } from '../../domain/json.js'

const PROGRESS_INTERVAL_MS = 250

/**
 * The `ctx` of one run; a flush that writes what is still pending, to be awaited before the settle; and what removes its files. The
 * signal, the logger and the folder are made when a handler first asks for them: most never do.
 */
export function handlerContext(
  job: RunnableJob,
  aborting: Pick<AbortController, 'signal'>,
  io: RunIo,
  logger: () => Logger,
  timers: Timers = realTimers,
): { readonly context: JobContext; readonly flush: () => Promise<void>; readonly dispose: () => void } {
  const pending = new Set<Promise<void>>()
  const emit: RunIo['emit'] = (event) => {
    const written = io.emit(event)
    pending.add(written)
    const forget = (): boolean => pending.delete(written)
    written.then(forget, forget)
    return written
  }
  const progress = new ProgressReports(emit, timers)
  /** A handler that does not await what it reports must not bring the process down when that fails. */
  const unhurt = (reported: Promise<void>): Promise<void> => {
    reported.catch((error: unknown) => {
      logger().warn('a report of the handler was refused', { error: String(error) })
    })
    return reported
  }
  let tempDir: string | null = null
  const context: JobContext = {
    get logger() {
      return logger()
    },
    get abortSignal() {
      return aborting.signal
    },
    get tempDir() {
      return (tempDir ??= mkdtempSync(join(tmpdir(), 'job-')))
    },
    snooze: (seconds) => {
      throw new SnoozeError(seconds)
    },
    jobId: job.id,
    definitionKey: job.definitionKey,
    definitionVersion: job.definitionVersion,
    attempt: job.attempts,
    maxAttempts: job.maxAttempts,
    run: job.run,
    traceparent: job.traceparent,
    emitEvent: (type, payload) =>
      unhurt(
        (async () => {
          const event = { type: checkedType(type), payload: checkedPayload(payload) }
          // Both are given to the writer in this tick: events keep the order of their calls.
          await Promise.all([progress.flush(), emit(event)])
        })(),
      ),
    progress: (percent, step) => unhurt(progress.report(percent, step)),
  }
  const flush = async (): Promise<void> => {
    const last = progress.flush()
    if (pending.size === 0) return last
    await Promise.allSettled([last, ...pending])
  }
  const dispose = (): void => {
    if (tempDir !== null) rmSync(tempDir, { recursive: true, force: true })
  }
  return { context, flush, dispose }
}

function checkedType(type: string): string {
  if (typeof type === 'string' && isHandlerEventType(type)) return type
  throw new TypeError(
    `an event type has 1–100 letters, digits and ._:- and is not one of the server's own, got ${JSON.stringify(type).slice(0, 100)}`,
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
  private held: { percent: number; step: string | undefined } | null = null
  private cancel: (() => void) | null = null

  constructor(
    private readonly emit: RunIo['emit'],
    private readonly timers: Timers,
  ) {}

  async report(percent: number, step: string | undefined): Promise<void> {
    if (!Number.isFinite(percent))
      throw new TypeError(`progress must be a number, 0–100, not ${String(percent)}`)
    if (this.cancel !== null) {
      this.held = { percent, step }
      return
    }
    this.cancel = this.timers.after(PROGRESS_INTERVAL_MS, () => {
      this.cancel = null
      const { held } = this
      this.held = null
      // A report that cannot be written is no reason to fail the job; the next one tells more.
      if (held !== null) this.report(held.percent, held.step).catch(() => undefined)
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

  private write(percent: number, step: string | undefined): Promise<void> {
    const progress = Math.min(100, Math.max(0, percent))
    return this.emit({
      type: 'progress',
      payload: { step: step === undefined ? null : scrubText(String(step)), progress },
      progress,
    })
  }
}
