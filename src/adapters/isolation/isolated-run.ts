import type { AbortReason, Execution, RunIo } from '../../application/ports/executor.js'
import type { FileStore } from '../../application/ports/file-store.js'
import type { Logger } from '../../application/ports/logger.js'
import { realTimers } from '../../application/ports/timers.js'
import type { Usage } from '../../domain/attempt.js'
import type { ActiveJob, RunnableJob } from '../../domain/job.js'
import { memoryLimitOf, refOf, timeoutMsOf, type AnyJobDefinition } from '../../domain/job-definition.js'
import type { RunResult } from '../../domain/run-result.js'
import type { Exit, Isolate } from './isolate.js'
import { BASE_MB, type IsolatePool } from './isolate-pool.js'
import type { Turn } from './lane.js'
import type { FromIsolate } from './messages.js'
import type { ProcessSample } from './process-usage.js'
import { RunFiles } from './run-files.js'
import { loggerOfRun } from './run-logger.js'
import type { RunTimes } from './run-times.js'
import { sparingLogger } from './sparing-logger.js'

/** What all runs in isolates share. */
export interface IsolatedRunDeps {
  readonly pool: Pick<
    IsolatePool,
    'submit' | 'withdraw' | 'hold' | 'hadBegun' | 'release' | 'retire' | 'isReplaced'
  >
  readonly times: RunTimes
  /** The server's own. */
  readonly logger: Logger
  readonly files: Pick<FileStore, 'workspace'>
  /** From the abort signal to SIGTERM, after a cancel or a timeout. */
  readonly graceMs: number
  /** What the two hooks after a handler may take together. */
  readonly hooksMs: number
  /** Called after the settle of a run whose isolate ended without a word, unless it was interrupted or fenced off. */
  readonly hooksElsewhere: (
    job: ActiveJob,
    definition: AnyJobDefinition,
    result: RunResult,
    io: RunIo,
  ) => void
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
  private turn: Turn
  /** The latest reason to abort. */
  private aborted: AbortReason | null = null
  private over = false
  private logger: Logger | null = null
  private readonly ref: string
  private readonly timeoutMs: number
  private readonly files: RunFiles
  /** As last seen from here. */
  private lastUsage: Usage | null = null
  /** How the handler ended, as the isolate has said before the hooks. */
  private told: RunResult | null = null
  /** How the run ended, when its isolate could not say so itself. */
  private silentEnd: RunResult | null = null

  constructor(
    private readonly deps: IsolatedRunDeps,
    private readonly job: ActiveJob,
    private readonly definition: AnyJobDefinition,
    private readonly io: RunIo,
  ) {
    this.result = new Promise((resolve) => (this.settle = resolve))
    this.released = new Promise((resolve) => (this.free = resolve))
    this.ref = refOf(definition)
    this.timeoutMs = timeoutMsOf(definition)
    this.files = new RunFiles(deps.files)
    this.turn = this.submit()
  }

  private submit(): Turn {
    const { deps, ref } = this
    const turn: Turn = {
      memoryLimitMb: memoryLimitOf(this.definition),
      job: runnable(this.job),
      isBrief: () => deps.times.areBrief(ref),
      wasSlow: () => {
        deps.times.add(ref, SLOW_MS)
      },
      begin: (isolate, number) => {
        this.begin(isolate, number)
      },
    }
    deps.pool.submit(turn)
    return turn
  }

  abort(reason: AbortReason): void {
    const stopping = reason === 'interrupted' || reason === 'lease_lost'
    if (this.over || (this.stopped !== null && !stopping)) return
    this.stopped ??= reason
    this.aborted = reason
    if (this.isolate !== null) this.stop(this.isolate, reason)
    else if (this.deps.pool.withdraw(this.turn)) {
      // Nothing has begun, so nothing has to be ended.
      this.end({ kind: reason === 'cancelled' ? 'cancelled' : 'interrupted' })
      this.free()
    }
    // Else it has begun just now, and is stopped when its isolate is known.
  }

  settled(answer: 'applied' | 'lease_lost'): void {
    if (this.silentEnd === null || this.silentEnd.kind === 'interrupted' || answer === 'lease_lost') return
    this.deps.hooksElsewhere(this.job, this.definition, this.silentEnd, this.io)
  }

  private begin(isolate: Isolate, number: number): void {
    this.isolate = isolate
    this.number = number
    isolate.listen({
      message: (message) => {
        this.hear(message, isolate)
      },
      output: (stream, line) => {
        this.log()[stream === 'stdout' ? 'info' : 'warn'](line, { stream })
      },
      gone: (exit) => {
        const hasEnded = this.over || this.stopped !== null || this.losses === MAX_LOSSES
        if (hasEnded || this.deps.pool.hadBegun(isolate)) this.endByExit(exit)
        else this.beginAgain()
      },
    })
    // It times its handler out by itself; it is killed when it could not.
    this.killAt(this.timeoutMs + this.deps.graceMs + REPORT_MS, 'timeout')
    this.watchMemory(isolate)
    if (this.aborted !== null) this.stop(isolate, this.aborted)
  }

  /** Its isolate came to its end before it came to this run. */
  private beginAgain(): void {
    this.losses += 1
    this.isolate = null
    this.clearTimers()
    this.turn = this.submit()
  }

  private stop(isolate: Isolate, reason: AbortReason): void {
    // Who waits must not wait for the grace, nor be killed with it.
    this.deps.pool.hold(isolate)
    isolate.send({ type: 'abort', number: this.number, reason })
    if (reason === 'cancelled') this.killAt(this.deps.graceMs + REPORT_MS)
    else this.kill()
  }

  private hear(message: FromIsolate, isolate: Isolate): void {
    switch (message.type) {
      case 'ready':
        break
      case 'emit':
        this.io.emit(message.event).then(
          () => {
            isolate.send({ type: 'emitted', number: message.number, error: null })
          },
          (error: unknown) => {
            isolate.send({ type: 'emitted', number: message.number, error: String(error) })
          },
        )
        break
      case 'file':
        void this.files.answer(message.request).then((answer) => {
          isolate.send({ type: 'filed', number: message.number, answer })
        })
        break
      case 'log':
        this.log()[message.level](message.message, message.fields)
        break
      case 'ending':
        this.told = message.result
        if (message.hasHooks) this.killAt(this.deps.hooksMs)
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
    this.deps.times.add(this.ref, tookMs)
    this.end({ ...result, usage })
    if (clean) {
      this.deps.pool.release(isolate)
      this.free()
    } else this.deps.pool.retire(isolate)
  }

  private end(result: RunResult): void {
    this.over = true
    this.clearTimers()
    void this.files.close()
    this.settle(result)
  }

  private endByExit(exit: Exit): void {
    if (!this.over) {
      const { code: exitCode, signal } = exit
      this.deps.times.add(this.ref, SLOW_MS)
      const usage = this.lastUsage
      if (this.told === null) {
        this.silentEnd = { ...this.meaningOf(exit), exitCode, signal, usage }
        this.end(this.silentEnd)
      } else {
        // Hooks were begun there, and are not begun again.
        this.end({ ...this.told, usage })
      }
    }
    this.free()
  }

  private meaningOf({ code, signal, stderr }: Exit): RunResult {
    switch (this.stopped) {
      case 'timeout':
        return { kind: 'timeout', timeoutMs: this.timeoutMs }
      case 'cancelled':
        return { kind: 'cancelled' }
      case 'interrupted':
      case 'lease_lost':
        return { kind: 'interrupted' }
      case 'oom':
        return this.outOfMemory()
      case null:
        if (code === null && signal === null && this.deps.pool.isReplaced) return { kind: 'interrupted' }
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
    if (isolate === null || this.deps.pool.hold(isolate)) return
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
        if (this.deps.pool.hold(isolate)) return
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

  private log(): Logger {
    return (this.logger ??= loggerOfRun(this.deps.logger, this.job, this.io, sparingLogger))
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

function crashMessage(code: number | null, signal: NodeJS.Signals | null, stderr: string): string {
  if (signal === null && code === null) return 'its process could not be started'
  const how =
    signal === null
      ? `its process ended with exit code ${code} before the handler did`
      : `its process was ended by ${signal}`
  const why = stderr.split('\n').find((line) => /^\w*(Error|Exception)\b.*/.test(line.trim()))
  return why === undefined ? how : `${how}: ${why.trim()}`
}
