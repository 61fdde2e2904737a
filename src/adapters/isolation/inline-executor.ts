import type { JobRegistry } from '../../application/job-registry.js'
import type { AbortReason, Execution, Executor, RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import { untraced, type Tracing } from '../../application/ports/tracing.js'
import { messageOf, runEndHooks, runJob, type Run } from '../../application/run-job.js'
import type { RunnableJob } from '../../domain/job.js'
import { refOf, timeoutMsOf, type AnyJobDefinition, type JobContext } from '../../domain/job-definition.js'
import type { RunResult } from '../../domain/run-result.js'
import { HandlerSide } from './handler-context.js'
import { loggerOfRun } from './run-logger.js'

export interface InlineExecutorOptions {
  /** How long a handler may take to end after its signal was aborted for a cancel or a timeout. */
  readonly graceMs: number
  readonly hookMs: number
  /** Makes the work of a handler a part of what its job is a part of. */
  readonly tracing?: Pick<Tracing, 'within'>
  /** What measures timeouts and graces. @default real time */
  readonly timers?: Timers
  /** Called when a handler has ended or was given up, before the hooks that follow. */
  readonly onHandlerEnd?: (definition: AnyJobDefinition, result: RunResult, hasReported: boolean) => void
}

/** What a drain or a lost lease leaves a handler: its result no longer matters to anyone. */
const SHORT_GRACE_MS = 500
/** So long a job whose definition is missing is left to others. */
const NOT_LOADED_MS = 10_000

/**
 * Runs handlers in this process's own event loop.
 *
 * A handler that does not end in time is settled without it, and its slot stays taken until its promise ends: nothing can
 * kill code in the same event loop.
 */
export class InlineExecutor implements Executor {
  readonly waiting = 0
  readonly isReplaced = false
  private readonly held: HeldSlots = { count: 0 }

  constructor(
    private readonly registry: JobRegistry,
    private readonly logger: Logger,
    private readonly options: InlineExecutorOptions,
  ) {}

  start(job: RunnableJob, io: RunIo): Execution {
    const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion })
    if (definition === undefined) return notLoaded(job, io)
    return new InlineRun(job, definition, io, this.logger, this.options, this.held)
  }

  /** Runs only the hooks that follow the end of a run, for one whose own process is gone. */
  endHooks(job: RunnableJob, result: RunResult, io: RunIo): Execution {
    const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion })
    if (definition === undefined) return notLoaded(job, io)
    return new InlineRun(job, definition, io, this.logger, this.options, this.held, result)
  }

  get heldAfterEnd(): number {
    return this.held.count
  }

  warmUp(): void {
    // Nothing has to be loaded before a run.
  }

  keepFor(): void {
    // The worker aborts what runs in its own event loop.
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/**
 * Of a worker that was started with other modules than those that its isolate has found. At once the same worker would claim the job
 * again.
 */
function notLoaded({ definitionKey: key, definitionVersion: version }: RunnableJob, io: RunIo): Execution {
  const message = `${refOf({ key, version })} is not among the definitions that this process has loaded; if the modules of JOB_DEFINITIONS were changed, restart the worker`
  io.log('error', message)
  const result = Promise.resolve<RunResult>({ kind: 'snoozed', delayMs: NOT_LOADED_MS })
  return { result, released: Promise.resolve(), abort: () => undefined, settled: () => undefined }
}

/** By handlers of runs that have ended. */
interface HeldSlots {
  count: number
}

/** A promise that only ever rejects, and how. */
interface Hurry {
  readonly promise: Promise<never>
  readonly reject: (error: Error) => void
}

class InlineRun implements Execution, Run {
  readonly result: Promise<RunResult>
  readonly released: Promise<void>
  private readonly controller = new AbortController()
  private readonly side: HandlerSide
  private readonly timers: Timers
  private readonly timeoutMs: number
  /** Of the timeout and of graces. */
  private readonly cancels: (() => void)[]
  private reason: AbortReason | 'timeout' | null = null
  private logger: Logger | null = null
  private handler: Promise<unknown> | null = null
  /** Settles without the handler, from the moment at which it runs. */
  private giveUp: ((result: RunResult) => void) | null = null
  private given: RunResult | null = null
  /** Rejects when hooks must no longer be waited for; made by the first hook, or by what ends it. */
  private hurrying: Hurry | null = null

  constructor(
    readonly job: RunnableJob,
    readonly definition: AnyJobDefinition,
    private readonly io: RunIo,
    private readonly parentLogger: Logger,
    private readonly options: InlineExecutorOptions,
    private readonly held: HeldSlots,
    ended: RunResult | null = null,
  ) {
    this.timers = options.timers ?? realTimers
    this.timeoutMs = timeoutMsOf(definition)
    this.side = new HandlerSide(job, this.controller, io, () => this.log(), this.timers)
    const cancelTimeout = this.timers.after(this.timeoutMs, () => {
      this.stop('timeout')
    })
    this.cancels = [cancelTimeout]
    this.result = this.run(ended).catch((error: unknown) => ({ kind: 'error', message: messageOf(error) }))
    this.released = this.result.then(() => (this.given === null ? this.side.dispose() : this.leaveLate()))
  }

  get context(): JobContext {
    return this.side.context
  }

  abort(reason: AbortReason): void {
    this.stop(reason)
  }

  settled(): void {
    // Its hooks have run by now, in this process.
  }

  warn(...line: Parameters<Logger['warn']>): void {
    this.log().warn(...line)
  }

  isAborted(): boolean {
    return this.reason !== null
  }

  resultOf(handler: Promise<RunResult>): Promise<RunResult> {
    return new Promise((resolve) => {
      this.giveUp = resolve
      if (this.given !== null) resolve(this.given)
      void handler.then((end) => {
        resolve(this.classify(end))
      })
    })
  }

  handlerEnded(result: RunResult): void {
    this.options.onHandlerEnd?.(this.definition, result, this.side.hasReported)
  }

  within(hook: Promise<unknown>): Promise<unknown> {
    return bounded(hook, this.options.hookMs, this.hurried().promise, this.timers)
  }

  private async run(ended: RunResult | null): Promise<RunResult> {
    let result: RunResult
    try {
      if (ended === null) {
        const over = await (this.options.tracing ?? untraced).within(this.job.traceparent, () => runJob(this))
        this.handler = over.handler
        result = over.result
      } else {
        await runEndHooks(this, ended)
        result = ended
      }
    } finally {
      for (const cancel of this.cancels) cancel()
    }
    const reported = this.side.flush()
    if (reported !== null) await reported
    return result
  }

  /** It was settled without its handler. */
  private async leaveLate(): Promise<void> {
    let isOver = false
    const over = this.handler?.then(() => (isOver = true))
    // After one turn a promise that has settled already has said so.
    await Promise.resolve()
    if (over !== undefined && !isOver) {
      const message = `the handler of ${refOf(this.definition)} goes on after its end and keeps its slot`
      this.parentLogger.warn(message, { jobId: this.job.id, run: this.job.run })
      this.held.count += 1
      await over
      this.held.count -= 1
    }
    this.side.dispose()
  }

  private log(): Logger {
    return (this.logger ??= loggerOfRun(this.parentLogger, this.job, this.io))
  }

  private hurried(): Hurry {
    if (this.hurrying !== null) return this.hurrying
    let reject: (error: Error) => void = () => undefined
    const promise = new Promise<never>((_, refuse) => (reject = refuse))
    promise.catch(() => undefined)
    return (this.hurrying = { promise, reject })
  }

  private stop(reason: AbortReason | 'timeout'): void {
    // A lost lease ends every earlier grace: the job may be given to another worker any moment.
    if (this.reason !== null && reason !== 'lease_lost' && reason !== 'interrupted') return
    this.reason ??= reason
    const stopping = reason === 'interrupted' || reason === 'lease_lost'
    const cancelGrace = this.timers.after(stopping ? SHORT_GRACE_MS : this.options.graceMs, () => {
      this.given ??= this.abortResult()
      this.giveUp?.(this.given)
      if (stopping) this.hurried().reject(new Error('the worker has to stop'))
    })
    this.cancels.push(cancelGrace)
    this.controller.abort(new Error(reasonText(reason)))
  }

  /** A success counts in spite of a cancel or a drain, never in spite of a timeout. */
  private classify(end: RunResult): RunResult {
    if (this.reason === null) return end
    return end.kind === 'succeeded' && this.reason !== 'timeout' ? end : this.abortResult()
  }

  private abortResult(): RunResult {
    switch (this.reason) {
      case 'timeout':
        return { kind: 'timeout', timeoutMs: this.timeoutMs }
      case 'cancelled':
        return { kind: 'cancelled' }
      case 'interrupted':
      case 'lease_lost':
      case null:
        return { kind: 'interrupted' }
    }
  }
}

function reasonText(reason: AbortReason | 'timeout'): string {
  switch (reason) {
    case 'timeout':
      return 'the job timed out'
    case 'cancelled':
      return 'the job was cancelled'
    case 'interrupted':
      return 'the worker is stopping'
    case 'lease_lost':
      return 'the worker lost its lease'
  }
}

async function bounded(
  work: Promise<unknown>,
  limitMs: number,
  hurried: Promise<never>,
  timers: Timers,
): Promise<unknown> {
  let cancel = (): void => undefined
  const limit = new Promise<never>((_, reject) => {
    cancel = timers.after(limitMs, () => {
      reject(new Error(`took longer than ${limitMs} ms`))
    })
  })
  try {
    return await Promise.race([work, limit, hurried])
  } finally {
    cancel()
  }
}
