import type { JobRegistry } from '../../application/job-registry.js'
import type { AbortReason, Execution, Executor, RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import { untraced, type Tracing } from '../../application/ports/tracing.js'
import { runEndHooks, runJob, type Run } from '../../application/run-job.js'
import type { RunnableJob } from '../../domain/job.js'
import { refOf, type AnyJobDefinition } from '../../domain/job-definition.js'
import type { RunResult } from '../../domain/run-result.js'
import { handlerContext } from './handler-context.js'
import { runLogger } from './run-logger.js'

export interface InlineExecutorOptions {
  /** How long a handler may take to end after its signal was aborted for a cancel or a timeout. */
  readonly graceMs: number
  readonly hookMs: number
  /** Makes the work of a handler a part of what its job is a part of. */
  readonly tracing?: Pick<Tracing, 'within'>
  /** What measures timeouts and graces. @default real time */
  readonly timers?: Timers
  /** Called when a handler has ended or was given up, before the hooks that follow. */
  readonly onHandlerEnd?: (definition: AnyJobDefinition) => void
}

/** What a drain or a lost lease leaves a handler: its result no longer matters to anyone. */
const SHORT_GRACE_MS = 500

/**
 * Runs handlers in this process's own event loop.
 *
 * A handler that does not end in time is settled without it, and its slot stays taken until its promise ends: nothing can
 * kill code in the same event loop.
 */
export class InlineExecutor implements Executor {
  constructor(
    private readonly registry: JobRegistry,
    private readonly logger: Logger,
    private readonly options: InlineExecutorOptions,
  ) {}

  start(job: RunnableJob, io: RunIo): Execution {
    const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion })
    if (definition === undefined) return notLoaded()
    return new InlineRun(job, definition, io, this.logger, this.options)
  }

  /** Runs only the hooks that follow the end of a run, for one whose own process is gone. */
  endHooks(job: RunnableJob, result: RunResult, io: RunIo): Execution {
    const definition = this.registry.get({ key: job.definitionKey, version: job.definitionVersion })
    if (definition === undefined) return notLoaded()
    return new InlineRun(job, definition, io, this.logger, this.options, result)
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

function notLoaded(): Execution {
  const result = Promise.resolve<RunResult>({ kind: 'interrupted' })
  return { result, released: Promise.resolve(), abort: () => undefined, settled: () => undefined }
}

class InlineRun implements Execution {
  readonly result: Promise<RunResult>
  readonly released: Promise<void>
  private readonly controller = new AbortController()
  private reason: AbortReason | 'timeout' | null = null
  private giveUp: (result: RunResult) => void = () => undefined
  private hurry: (reason: Error) => void = () => undefined
  /** Rejects when hooks must no longer be waited for. */
  private readonly hurried = new Promise<never>((_, reject) => (this.hurry = reject))
  private readonly timers: Timers
  private readonly cancels = new Set<() => void>()
  private readonly timeoutMs: number

  constructor(
    job: RunnableJob,
    definition: AnyJobDefinition,
    io: RunIo,
    logger: Logger,
    private readonly options: InlineExecutorOptions,
    ended: RunResult | null = null,
  ) {
    this.timers = options.timers ?? realTimers
    this.timeoutMs = (definition.timeoutSeconds ?? 3600) * 1000
    const { id: jobId, attempts: attempt, run: number } = job
    let made: Logger | null = null
    const log = (): Logger =>
      (made ??= runLogger(logger.child({ jobId, definition: refOf(definition), attempt, run: number }), io))
    const { context, flush, dispose } = handlerContext(job, this.controller, io, log, this.timers)
    this.hurried.catch(() => undefined)
    const givenUp = new Promise<RunResult>((resolve) => (this.giveUp = resolve))
    this.after(this.timeoutMs, () => {
      this.stop('timeout')
    })
    const run: Run = {
      job,
      definition,
      context,
      warn: (message, fields) => {
        log().warn(message, fields)
      },
      givenUp,
      isAborted: () => this.reason !== null,
      classify: (end) => this.classify(end),
      handlerEnded: () => options.onHandlerEnd?.(definition),
      within: (hook) => bounded(hook, options.hookMs, this.hurried, this.timers),
    }
    const over =
      ended === null
        ? (options.tracing ?? untraced).within(job.traceparent, () => runJob(run))
        : runEndHooks(run, ended).then(() => ({ result: ended, handler: Promise.resolve<unknown>(null) }))
    this.result = over.then(async ({ result }) => {
      for (const cancel of this.cancels) cancel()
      await flush()
      return result
    })
    this.released = Promise.all([this.result, over.then(({ handler }) => handler)]).then(dispose)
  }

  abort(reason: AbortReason): void {
    this.stop(reason)
  }

  settled(): void {
    // Its hooks have run by now, in this process.
  }

  private stop(reason: AbortReason | 'timeout'): void {
    // A lost lease ends every earlier grace: the job may be given to another worker any moment.
    if (this.reason !== null && reason !== 'lease_lost' && reason !== 'interrupted') return
    this.reason ??= reason
    const stopping = reason === 'interrupted' || reason === 'lease_lost'
    this.after(stopping ? SHORT_GRACE_MS : this.options.graceMs, () => {
      this.giveUp(this.abortResult())
      if (stopping) this.hurry(new Error('the worker has to stop'))
    })
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

  private after(delayMs: number, act: () => void): void {
    const cancel = this.timers.after(delayMs, () => {
      this.cancels.delete(cancel)
      act()
    })
    this.cancels.add(cancel)
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
