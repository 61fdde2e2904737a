import type { AbortReason, Execution, RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers } from '../../application/ports/timers.js'
import type { Usage } from '../../domain/attempt.js'
import type { ActiveJob, RunnableJob } from '../../domain/job.js'
import { refOf } from '../../domain/job-definition.js'
import type { RunResult } from '../../domain/run-result.js'
import type { Exit, Isolate } from './isolate.js'
import { BASE_MB } from './isolate-pool.js'
import type { Turn } from './lane.js'
import type { FromIsolate } from './messages.js'
import type { ProcessSample } from './process-usage.js'
import type { RunFiles } from './run-files.js'
import { runLogger } from './run-logger.js'
import type { RunTimes } from './run-times.js'

export interface IsolatedRunOptions {
  readonly timeoutMs: number
  /** From the abort signal to SIGTERM, after a cancel or a timeout. */
  readonly graceMs: number
  /** What the two hooks after a handler may take together. */
  readonly hooksMs: number
}

export interface IsolatedRunDeps {
  readonly job: ActiveJob
  /** Asks for an isolate; returned: gives that up, and answers whether it is certain that the run has not begun nor ever will. */
  readonly submit: (turn: Turn) => () => boolean
  readonly memoryLimitMb: number
  readonly times: RunTimes
  readonly io: RunIo
  readonly logger: Logger
  /** Of this run alone; closed when it ends. */
  readonly files: RunFiles
  /** Keeps the isolate from other runs until it is given back; answers whether it has gone on to one, so that this one is over. */
  readonly hold: (isolate: Isolate) => boolean
  /** Of an isolate that is gone: whether the run has begun in it. */
  readonly hadBegun: (isolate: Isolate) => boolean
  /** Called once, when the isolate may serve another run. */
  readonly giveBack: (isolate: Isolate) => void
  /** Called once, when it may not. */
  readonly retire: (isolate: Isolate) => void
  /** Called after the settle of a run whose isolate ended without a word, unless it was interrupted or fenced off. */
  readonly hooksElsewhere: (result: RunResult) => void
}

/** From SIGTERM to SIGKILL. */
const KILL_MS = 500
/** An isolate that gives its handler up by itself says so within this time. */
const REPORT_MS = 100
const SAMPLE_MS = 250
/** Where so many isolates go down by themselves, whatever they run, its job has to fail for somebody to look. */
const MAX_LOSSES = 10
/** What a run counts for that was too slow for others to wait for, or did not end by itself. */
const SLOW_MS = 10
const MIB = 1024 * 1024

/**
 * One run in an isolate: the worker's side, which can stop what the isolate itself can no longer stop.
 *
 * The isolate aborts, gives up and classifies by itself, exactly as an inline run does. This side kills what does not come to an
 * end in time, and says what an end without a word means.
 */
export class IsolatedRun implements Execution {
  readonly result: Promise<RunResult>
  readonly released: Promise<void>
  private settle: (result: RunResult) => void = () => undefined
  private free: () => void = () => undefined
  private stopped: AbortReason | 'timeout' | 'oom' | null = null
  private cancelDeadline: (() => void) | null = null
  private cancelSampling: (() => void) | null = null
  private cancelKilling: (() => void) | null = null
  private isolate: Isolate | null = null
  private number = 0
  /** Isolates that came to their ends before they came to this run. */
  private losses = 0
  private withdraw: () => boolean
  /** The latest reason to abort. */
  private aborted: AbortReason | null = null
  private over = false
  private readonly logger: Logger
  /** As last seen from here. */
  private lastUsage: Usage | null = null
  /** How the run ended, when its isolate could not say so itself. */
  private silentEnd: RunResult | null = null

  constructor(
    private readonly deps: IsolatedRunDeps,
    private readonly options: IsolatedRunOptions,
  ) {
    this.result = new Promise((resolve) => (this.settle = resolve))
    this.released = new Promise((resolve) => (this.free = resolve))
    this.logger = runLogger(deps.logger, deps.io)
    this.withdraw = this.submit()
  }

  private submit(): () => boolean {
    const { deps } = this
    const definition = definitionOf(deps.job)
    return deps.submit({
      memoryLimitMb: deps.memoryLimitMb,
      job: runnable(deps.job),
      isBrief: () => deps.times.areBrief(definition),
      wasSlow: () => {
        deps.times.add(definition, SLOW_MS)
      },
      begin: (isolate, number) => {
        this.begin(isolate, number)
      },
    })
  }

  abort(reason: AbortReason): void {
    const stopping = reason === 'interrupted' || reason === 'lease_lost'
    if (this.over || (this.stopped !== null && !stopping)) return
    this.stopped ??= reason
    this.aborted = reason
    if (this.isolate !== null) this.stop(this.isolate, reason)
    else if (this.withdraw()) {
      // Nothing has begun, so nothing has to be ended.
      this.end({ kind: reason === 'cancelled' ? 'cancelled' : 'interrupted' })
      this.free()
    }
    // Else it has begun just now, and is stopped when its isolate is known.
  }

  settled(answer: 'applied' | 'lease_lost'): void {
    if (this.silentEnd === null || this.silentEnd.kind === 'interrupted' || answer === 'lease_lost') return
    this.deps.hooksElsewhere(this.silentEnd)
  }

  private begin(isolate: Isolate, number: number): void {
    this.isolate = isolate
    this.number = number
    isolate.listen({
      message: (message) => {
        this.hear(message, isolate)
      },
      output: (stream, line) => {
        this.logger[stream === 'stdout' ? 'info' : 'warn'](line, { stream })
      },
      gone: (exit) => {
        if (this.over || this.stopped !== null || this.deps.hadBegun(isolate) || this.losses === MAX_LOSSES)
          this.endByExit(exit)
        else this.beginAgain()
      },
    })
    // It times its handler out by itself; it is killed when it could not.
    this.killAt(this.options.timeoutMs + this.options.graceMs + REPORT_MS, 'timeout')
    this.watchMemory(isolate)
    if (this.aborted !== null) this.stop(isolate, this.aborted)
  }

  /** Its isolate came to its end before it came to this run. */
  private beginAgain(): void {
    this.losses += 1
    this.isolate = null
    this.clearTimers()
    this.withdraw = this.submit()
  }

  private stop(isolate: Isolate, reason: AbortReason): void {
    // Who waits must not wait for the grace, nor be killed with it.
    this.deps.hold(isolate)
    isolate.send({ type: 'abort', number: this.number, reason })
    if (reason === 'cancelled') this.killAt(this.options.graceMs + REPORT_MS)
    else this.kill()
  }

  private hear(message: FromIsolate, isolate: Isolate): void {
    switch (message.type) {
      case 'ready':
        break
      case 'emit':
        this.deps.io.emit(message.event).then(
          () => {
            isolate.send({ type: 'emitted', number: message.number, error: null })
          },
          (error: unknown) => {
            isolate.send({ type: 'emitted', number: message.number, error: String(error) })
          },
        )
        break
      case 'file':
        void this.deps.files.answer(message.request).then((answer) => {
          isolate.send({ type: 'filed', number: message.number, answer })
        })
        break
      case 'log':
        this.logger[message.level](message.message, message.fields)
        break
      case 'ending':
        this.killAt(this.options.hooksMs)
        break
      case 'ended':
        this.endOf(message, isolate)
        break
    }
  }

  private endOf(
    { result, usage, clean, tookMs }: Extract<FromIsolate, { type: 'ended' }>,
    isolate: Isolate,
  ): void {
    this.deps.times.add(definitionOf(this.deps.job), tookMs)
    this.end({ ...result, usage })
    if (clean) {
      this.deps.giveBack(isolate)
      this.free()
    } else this.deps.retire(isolate)
  }

  private end(result: RunResult): void {
    this.over = true
    this.clearTimers()
    void this.deps.files.close()
    this.settle(result)
  }

  private endByExit(exit: Exit): void {
    if (!this.over) {
      const { code: exitCode, signal } = exit
      this.deps.times.add(definitionOf(this.deps.job), SLOW_MS)
      this.silentEnd = { ...this.meaningOf(exit), exitCode, signal, usage: this.lastUsage }
      this.end(this.silentEnd)
    }
    this.free()
  }

  private meaningOf({ code, signal, stderr }: Exit): RunResult {
    switch (this.stopped) {
      case 'timeout':
        return { kind: 'timeout', timeoutMs: this.options.timeoutMs }
      case 'cancelled':
        return { kind: 'cancelled' }
      case 'interrupted':
      case 'lease_lost':
        return { kind: 'interrupted' }
      case 'oom':
        return this.outOfMemory()
      case null:
        if (/heap out of memory|allocation failed/i.test(stderr)) return this.outOfMemory()
        return { kind: 'crashed', message: crashMessage(code, signal, stderr) }
    }
  }

  private outOfMemory(): RunResult {
    return { kind: 'oom', message: `used more than its ${this.isolate?.memoryLimitMb ?? 0} MiB of memory` }
  }

  private kill(): void {
    const { isolate } = this
    // Another run would be hit: this one is over.
    if (isolate === null || this.deps.hold(isolate)) return
    this.sample()
    isolate.signal('SIGTERM')
    this.cancelKilling ??= realTimers.after(KILL_MS, () => {
      isolate.signal('SIGKILL')
    })
  }

  /** Replaces the time after which the isolate is killed, and what that would mean if nothing else has stopped it. */
  private killAt(ms: number, reason: 'timeout' | null = null): void {
    this.cancelDeadline?.()
    this.cancelDeadline = realTimers.after(ms, () => {
      this.stopped ??= reason
      this.kill()
    })
  }

  /** Buffers lie outside the heap that Node limits, so the resident size is looked at as well. */
  private watchMemory(isolate: Isolate): void {
    this.cancelSampling = realTimers.after(SAMPLE_MS, () => {
      const sample = this.sample()
      if (sample !== null && sample.residentBytes > (isolate.memoryLimitMb * 1.25 + BASE_MB) * MIB) {
        if (this.deps.hold(isolate)) return
        this.stopped ??= 'oom'
        isolate.signal('SIGKILL')
      } else this.watchMemory(isolate)
    })
  }

  private sample(): ProcessSample | null {
    const sample = this.isolate?.sample() ?? null
    if (sample !== null) {
      const cpuMs = Math.max(0, Math.round(sample.cpuMs - (this.isolate?.cpuMs ?? 0)))
      this.lastUsage = { cpuMs, maxRssBytes: sample.peakBytes }
    }
    return sample
  }

  private clearTimers(): void {
    this.cancelDeadline?.()
    this.cancelSampling?.()
    this.cancelKilling?.()
    this.cancelKilling = null
  }
}

/** Only what the isolate needs: it is written and read again for each run. */
export function runnable(job: ActiveJob): RunnableJob {
  const { id, definitionKey, definitionVersion, params, attempts, maxAttempts, run, crashes, traceparent } =
    job
  return { id, definitionKey, definitionVersion, params, attempts, maxAttempts, run, crashes, traceparent }
}

function definitionOf({ definitionKey: key, definitionVersion: version }: ActiveJob): string {
  return refOf({ key, version })
}

function crashMessage(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  const how =
    signal !== null
      ? `its process was ended by ${signal}`
      : `its process ended with exit code ${code ?? 'unknown'} before the handler did`
  const why = stderr.split('\n').find((line) => /^\w*(Error|Exception)\b.*/.test(line.trim()))
  return why === undefined ? how : `${how}: ${why.trim()}`
}
