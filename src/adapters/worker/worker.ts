import type { JobRegistry } from '../../application/job-registry.js'
import type { Clock } from '../../application/ports/clock.js'
import type { AbortReason, Execution, Executor } from '../../application/ports/executor.js'
import type { JobStore } from '../../application/ports/job-store.js'
import type { Logger } from '../../application/ports/logger.js'
import { CANCEL_HINT, type Notifier } from '../../application/ports/notifier.js'
import { realTimers, type Timers } from '../../application/ports/timers.js'
import type { RunSpan, Tracing } from '../../application/ports/tracing.js'
import type { WorkerRegistry } from '../../application/ports/worker-registry.js'
import type { TransitionLog } from '../../application/transition-log.js'
import type { ActiveJob } from '../../domain/job.js'
import { trustMs } from '../../domain/lease.js'
import type { RunResult } from '../../domain/run-result.js'
import { Bag, type Bagged } from './bag.js'
import type { JobWriter } from './job-writer.js'
import type { LogWriter } from './log-writer.js'
import { Loop } from './loop.js'
import { PollPace } from './poll-pace.js'
import { RunOutput } from './run-output.js'
import { runOf, UnansweredClaims } from './unanswered-claims.js'

export interface WorkerOptions {
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Jobs that may run here at once. */
  readonly slots: number
  readonly leaseMs: number
  readonly heartbeatMs: number
  readonly cancelCheckMs: number
  /** Longest sleep while hints have proved to arrive. */
  readonly pollIntervalMs: number
  /** How long running jobs may go on when the worker stops. */
  readonly drainMs: number
}

export interface WorkerDeps {
  readonly store: JobStore
  readonly workers: WorkerRegistry
  readonly notifier: Notifier
  readonly clock: Clock
  readonly registry: JobRegistry
  readonly executor: Executor
  readonly writer: JobWriter
  readonly logs: LogWriter
  readonly newId: () => string
  readonly random: () => number
  readonly logger: Logger
  readonly transitions: TransitionLog
  readonly tracing: Tracing
  /** What tells that the lease is not to be trusted any more. @default real time */
  readonly timers?: Timers
}

interface Running extends Bagged {
  readonly job: ActiveJob
  readonly execution: Execution
  readonly span: RunSpan
  /** Resolves when its end is written, or will be by nobody. */
  settled: Promise<void>
}

/** So often the jobs of claims without an answer are looked for, while there may be any. */
const UNSURE_POLL_MS = 1_000
const KILL_MS = 500
/** Nothing is claimed while so many ends wait to be written: if this process dies now, what they belong to runs again. */
const MOST_UNWRITTEN = 2_000
/** Longest wait for more slots to come free, while a claim for them is in no hurry. */
const GATHER_SLOTS_MS = 20

/**
 * Claims jobs and runs them, under one lease that it renews for all of them.
 *
 * Its public steps — `poll`, `heartbeat`, `checkCancels` — do one round each and never throw; `start` repeats them.
 * Between the last acknowledged beat and the end of its trust it works on; after that it aborts what it runs, before
 * anyone may take it (invariant I13).
 */
export class Worker {
  private incarnation: string | null = null
  /** Monotonic time at which the last acknowledged beat was sent. */
  private beatSentAt = 0
  private draining = false
  /** Taken slots: runs whose handler is not gone yet, settled or not. */
  private taken = 0
  /** Runs that have ended, and whose ends nobody has written yet. */
  private unwritten = 0
  /** Until their ends are written. */
  private readonly running = new Bag<Running>()
  private readonly unanswered: UnansweredClaims
  /** Jobs that are given back without having begun, by their runs. */
  private readonly leaving = new Map<string, Promise<void>>()
  private readonly polls = new Loop(() => this.poll())
  private readonly beats = new Loop(() => this.heartbeat())
  private readonly cancels = new Loop(() => this.checkCancels())
  private unsubscribe: () => void = () => undefined
  private beaten: () => void = () => undefined
  /** Resolves when the first beat was answered, or has failed. */
  readonly firstBeat = new Promise<void>((resolve) => (this.beaten = resolve))
  private cancelTrustEnd: () => void = () => undefined
  private cancelGathering: (() => void) | null = null
  private readonly timers: Timers
  private readonly pace: PollPace

  constructor(
    private readonly deps: WorkerDeps,
    private readonly options: WorkerOptions,
  ) {
    this.timers = deps.timers ?? realTimers
    this.pace = new PollPace(deps, options.pollIntervalMs)
    this.unanswered = new UnansweredClaims(deps.store, deps.clock)
  }

  start(): void {
    this.deps.executor.warmUp()
    this.unsubscribe = this.deps.notifier.subscribe((keys, dueAt, jobs) => {
      if (keys.length === 0 || this.runsAny(keys)) this.pollWhen(dueAt, jobs)
      if (keys.length === 0 || keys.includes(CANCEL_HINT)) this.cancels.wake()
    })
    this.beats.start()
    this.polls.start()
    this.cancels.start()
  }

  /** Holds a lease that it can prove. */
  get isRegistered(): boolean {
    return this.incarnation !== null && this.trusted()
  }

  get runningJobs(): number {
    return this.running.size
  }

  /** Claims for the free slots and starts what it got; answers how long to sleep, in milliseconds. */
  async poll(): Promise<number> {
    const { incarnation } = this
    this.pace.before()
    const free = this.options.slots - this.taken
    if (this.draining || free <= 0 || this.unwritten >= MOST_UNWRITTEN) return this.options.pollIntervalMs
    if (this.deps.executor.isReplaced) return this.options.pollIntervalMs
    if (incarnation === null || !this.trusted()) return Math.min(50, this.options.heartbeatMs)
    const definitions = this.deps.registry.refs()
    if (definitions.length === 0) return this.options.pollIntervalMs
    try {
      if (await this.takeUnanswered(incarnation)) return 0
      const request = { incarnation, limit: free, now: this.deps.clock.now(), definitions }
      const answer = await this.deps.store.claim(request)
      if (answer.unsure === true) this.unanswered.expect()
      this.begin(answer.jobs, incarnation)
      const delayMs = this.pace.after(answer, free)
      return this.unanswered.areExpected ? Math.min(delayMs, UNSURE_POLL_MS) : delayMs
    } catch (error) {
      this.unanswered.expect()
      const delayMs = this.pace.afterError()
      this.deps.logger.warn('could not claim jobs', { error: String(error), delayMs })
      return delayMs
    }
  }

  /** Renews the lease of everything that runs here, or registers anew; answers the milliseconds until the next beat. */
  async heartbeat(): Promise<number> {
    try {
      if (this.incarnation === null) await this.register()
      else await this.renew(this.incarnation)
      return this.options.heartbeatMs
    } catch (error) {
      this.deps.logger.warn('could not renew the lease', { error: String(error), running: this.running.size })
      return Math.min(500, this.options.heartbeatMs)
    } finally {
      this.beaten()
    }
  }

  /** Aborts jobs whose cancellation was asked for; answers the milliseconds until the next look. */
  async checkCancels(): Promise<number> {
    if (this.incarnation === null || this.running.size === 0) return this.options.cancelCheckMs
    try {
      this.abort('cancelled', await this.deps.workers.cancelling(this.incarnation))
    } catch (error) {
      this.deps.logger.debug('could not look for cancellations', { error: String(error) })
    }
    return this.options.cancelCheckMs
  }

  /**
   * Stops claiming, lets jobs go on for `drainMs`, then interrupts them and gives them back with their attempt.
   * Beats until the last settle is written; resigns at the end, so that nobody waits for the lease to run out.
   *
   * @param hurry resolves when there is no more time: jobs are interrupted at once.
   */
  async drain(hurry: Promise<void> = new Promise(() => undefined)): Promise<void> {
    this.draining = true
    this.unsubscribe()
    this.cancelGathering?.()
    await this.polls.stop()
    await settledWithin([this.giveBackUnanswered()], KILL_MS, hurry)
    await settledWithin(this.unsettled(), this.options.drainMs, hurry)
    this.abort('interrupted')
    await settledWithin(this.unsettled(), KILL_MS + 2_000, new Promise(() => undefined))
    this.deps.writer.abandon()
    await this.deps.executor.close()
    await settledWithin([this.deps.logs.flushAll()], KILL_MS, hurry)
    await Promise.all([this.beats.stop(), this.cancels.stop()])
    this.cancelTrustEnd()
    if (this.incarnation === null) return
    try {
      await this.deps.workers.resign(this.incarnation)
    } catch (error) {
      this.deps.logger.warn('could not resign; the lease will run out by itself', { error: String(error) })
    }
  }

  private async register(): Promise<void> {
    const { name, host, pid, version, slots, leaseMs } = this.options
    const incarnation = this.deps.newId()
    const sentAt = this.deps.clock.monotonicMs()
    const worker = { incarnation, name, host, pid, version, slots, definitions: this.deps.registry.refs() }
    if (!(await this.deps.workers.register(worker, leaseMs)))
      throw new Error('the incarnation is dead already')
    this.incarnation = incarnation
    this.acknowledge(sentAt)
    this.polls.wake()
  }

  private async renew(incarnation: string): Promise<void> {
    const sentAt = this.deps.clock.monotonicMs()
    const draining = this.draining || this.deps.executor.isReplaced
    const beat = { incarnation, running: this.taken, draining }
    const known = this.knownRuns()
    const { alive, cancelling, ready, held } = await this.deps.workers.renew(beat, this.options.leaseMs)
    this.pace.learnReady(ready)
    if (alive) {
      if (this.unanswered.compare(held, known)) this.polls.wake()
      const wasTrusted = this.trusted()
      this.acknowledge(sentAt)
      this.abort('cancelled', cancelling)
      if (!wasTrusted) {
        // What was sent to a database that stood still is done when it goes on, claims too.
        this.unanswered.expect()
        this.polls.wake()
      }
      return
    }
    const running = this.running.size
    this.deps.logger.error('the lease was lost: another process buried this worker', { running })
    this.incarnation = null
    this.abort('lease_lost')
    await this.register()
  }

  private acknowledge(sentAt: number): void {
    this.beatSentAt = sentAt
    this.cancelTrustEnd()
    const left = sentAt + trustMs(this.options.leaseMs) - this.deps.clock.monotonicMs()
    this.deps.executor.keepFor(left)
    this.cancelTrustEnd = this.timers.after(left, () => {
      this.loseTrust()
    })
  }

  private loseTrust(): void {
    if (this.running.size === 0) return
    this.deps.logger.error('no beat was acknowledged in time: aborting all jobs before the lease ends', {
      running: this.running.size,
    })
    this.abort('lease_lost')
  }

  private trusted(): boolean {
    return this.deps.clock.monotonicMs() < this.beatSentAt + trustMs(this.options.leaseMs)
  }

  private launch(job: ActiveJob): void {
    const span = this.deps.tracing.running(job)
    const { traceparent } = span
    const execution = this.deps.executor.start(
      traceparent === job.traceparent ? job : { ...job, traceparent },
      new RunOutput(job, this.deps),
    )
    this.deps.transitions.started(job)
    this.taken += 1
    const running: Running = { place: 0, job, execution, span, settled: Promise.resolve() }
    this.running.add(running)
    if (job.status === 'cancelling') execution.abort('cancelled')
    running.settled = this.settle(job, execution.result, running)
    void execution.released.then(() => {
      this.taken -= 1
      this.pollForFreed()
    })
  }

  /** While others wait to begin, a job that was claimed now would only wait, too: later there are more slots for one claim. */
  private pollForFreed(): void {
    if (this.pace.leftNothing()) return
    const free = this.options.slots - this.taken
    if (free >= this.options.slots / 2 || this.deps.executor.waiting === 0) this.polls.wake()
    else
      this.cancelGathering ??= this.timers.after(GATHER_SLOTS_MS, () => {
        this.cancelGathering = null
        this.polls.wake()
      })
  }

  /** The claim may have taken its time: nothing starts under a lease that was lost or cannot be proved any more. */
  private begin(jobs: readonly ActiveJob[], incarnation: string): void {
    const mayStart = !this.draining && this.incarnation === incarnation && this.trusted()
    for (const job of jobs) {
      if (mayStart) this.launch(job)
      else this.giveBack(job)
    }
  }

  /** Begins the jobs of claims whose answer never came; answers whether there were any. */
  private async takeUnanswered(incarnation: string): Promise<boolean> {
    const jobs = await this.unanswered.look(incarnation, this.knownRuns())
    if (jobs.length === 0) return false
    this.deps.logger.warn('took jobs of a claim whose answer was lost', { jobs: jobs.length })
    this.begin(jobs, incarnation)
    return true
  }

  private knownRuns(): ReadonlySet<string> {
    return new Set([...Array.from(this.running, ({ job }) => runOf(job)), ...this.leaving.keys()])
  }

  private async giveBackUnanswered(): Promise<void> {
    if (this.incarnation !== null) await this.takeUnanswered(this.incarnation)
  }

  private giveBack(job: ActiveJob): void {
    const interrupted = Promise.resolve<RunResult>({ kind: 'interrupted' })
    const settled = this.settle(job, interrupted).finally(() => this.leaving.delete(runOf(job)))
    this.leaving.set(runOf(job), settled)
  }

  private unsettled(): Promise<void>[] {
    return [...Array.from(this.running, ({ settled }) => settled), ...this.leaving.values()]
  }

  /** @param running unless it has not begun. */
  private async settle(job: ActiveJob, ended: Promise<RunResult>, running?: Running): Promise<void> {
    const result = await ended
    running?.span.end(result)
    this.unwritten += 1
    try {
      // Whoever sees that the job is over finds its whole log.
      const logged = this.deps.logs.flush(job)
      if (logged !== null) await logged
      const answer = await this.deps.writer.settle({ job, result })
      if (!this.draining) running?.execution.settled(answer)
      if (answer === 'lease_lost')
        this.deps.logger.warn('a run ended after its lease: its result was dropped', whichRun(job))
    } catch (error) {
      const facts = { ...whichRun(job), error: String(error) }
      this.deps.logger.error('a run could not be settled before the worker stopped; recovery takes it', facts)
    }
    if (--this.unwritten === MOST_UNWRITTEN - 1) this.polls.wake()
    if (running !== undefined) this.running.remove(running)
  }

  /** @param jobIds all that run here unless given. */
  private abort(reason: AbortReason, jobIds?: readonly string[]): void {
    const ids = jobIds === undefined ? null : new Set(jobIds)
    for (const { job, execution } of this.running)
      if (ids === null || ids.has(job.id)) execution.abort(reason)
  }

  /** The claim at that time learns of what is due later still. */
  private pollWhen(dueAt: Date | undefined, jobs: number | undefined): void {
    const untilDueMs = dueAt === undefined ? 0 : dueAt.getTime() - this.deps.clock.now().getTime()
    const delayMs = Math.max(0, untilDueMs) + this.pace.lateMs(jobs)
    if (delayMs > 0) this.polls.wakeIn(delayMs)
    else this.polls.wake()
  }

  private runsAny(keys: readonly string[]): boolean {
    return this.deps.registry.refs().some(({ key }) => keys.includes(key))
  }
}

function whichRun({ id, run }: ActiveJob): { readonly jobId: string; readonly run: number } {
  return { jobId: id, run }
}

async function settledWithin(
  work: readonly Promise<void>[],
  limitMs: number,
  hurry: Promise<void>,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs)
  })
  await Promise.race([Promise.allSettled(work), limit, hurry])
  clearTimeout(timer)
}
