import type { ActiveJob, Job } from '../domain/job.js'
import { refOf, type DefinitionRef } from '../domain/job-definition.js'
import type { Outcome } from '../domain/outcome.js'
import type { Retry } from './ports/job-store.js'
import { silentLogger, type Logger } from './ports/logger.js'

/** Beyond so many lines a second nobody reads them, and writing them would cost more than the jobs. */
const LINES_PER_SECOND = 200

type Level = 'info' | 'warn' | 'error'
type Facts = Readonly<Record<string, unknown>>

/**
 * One line for each transition of a job, with its id and attempt; a failed attempt with its error. Of each level at most 200
 * lines a second are written, and the next second tells how many were left out.
 *
 * @param later calls back when what is to be done at once is done: no job waits for a line about it. Keeps the order.
 */
export class TransitionLog {
  private readonly windows = new Map<Level, { startedAt: number; lines: number }>()

  constructor(
    private readonly logger: Logger,
    private readonly monotonicMs: () => number,
    private readonly later: (write: () => void) => void = (write) => {
      write()
    },
    private readonly linesPerSecond = LINES_PER_SECOND,
  ) {}

  queued(job: Job): void {
    this.write('info', 'job queued', job, () => ({ runAt: job.runAt.toISOString() }))
  }

  retried({ jobId, newJobId }: Retry, { key, version }: DefinitionRef): void {
    const made = { id: newJobId, definitionKey: key, definitionVersion: version, attempts: 0, run: 0 }
    this.write('info', 'job queued', made, { retriedFrom: jobId })
  }

  started(job: ActiveJob): void {
    this.write('info', 'job started', job)
  }

  cancelRequested(job: Job): void {
    this.write('info', job.status === 'cancelled' ? 'job cancelled' : 'job is asked to stop', job)
  }

  /** @param job as it was while it ran. */
  settled(job: ActiveJob, outcome: Outcome): void {
    const { kind, errorSummary: error } = outcome
    const facts = { outcome: outcome.attempt.outcome, error }
    if (kind === 'succeeded') this.write('info', 'job succeeded', job)
    else if (kind === 'cancelled') this.write('info', 'job cancelled', job)
    else if (kind === 'dead') this.write('error', 'job failed', job, { ...facts, reason: outcome.reason })
    else if (outcome.attempts < job.attempts)
      this.write('info', 'job given back', job, {
        outcome: facts.outcome,
        runAt: outcome.runAt.toISOString(),
      })
    else this.write('warn', 'attempt failed', job, { ...facts, runAt: outcome.runAt.toISOString() })
  }

  private write(
    level: Level,
    message: string,
    job: Pick<Job, 'id' | 'definitionKey' | 'definitionVersion' | 'attempts' | 'run'>,
    facts: Facts | (() => Facts) = {},
  ): void {
    if (!this.mayWrite(level)) return
    this.later(() => {
      const { id, definitionKey: key, definitionVersion: version, attempts, run } = job
      this.logger[level](message, {
        jobId: id,
        definition: refOf({ key, version }),
        attempt: attempts,
        run,
        ...(typeof facts === 'function' ? facts() : facts),
      })
    })
  }

  private mayWrite(level: Level): boolean {
    const now = this.monotonicMs()
    const window = this.windows.get(level)
    if (window === undefined || now - window.startedAt >= 1_000) {
      const omitted = (window?.lines ?? 0) - this.linesPerSecond
      if (omitted > 0)
        this.later(() => {
          this.logger[level]('left out lines about jobs, there were too many', { lines: omitted })
        })
      this.windows.set(level, { startedAt: now, lines: 1 })
      return true
    }
    window.lines += 1
    return window.lines <= this.linesPerSecond
  }
}

export const silentTransitions = new TransitionLog(silentLogger, () => 0)
