import type { ActiveJob } from '../../domain/job.js'
import type { RunResult } from '../../domain/run-result.js'
import type { NewEvent } from '../../domain/job-event.js'
import type { LogLevel } from '../../domain/job-log.js'

/** Where and how handlers run: inline here, child processes elsewhere. */
export interface Executor {
  /** Makes ready, before the first job comes, what that job would wait for; returns at once. */
  warmUp(): void
  /** Runs that were started and have not begun: processes are fewer than slots. */
  readonly waiting: number
  /** The programs that runs need were replaced by others: no more can be started here. */
  readonly isReplaced: boolean
  /** Slots kept by handlers that go on here after their runs have ended, since nothing can kill them. */
  readonly heldAfterEnd: number
  /** Begins one run; never throws, its end is data. */
  start(job: ActiveJob, io: RunIo): Execution
  /**
   * Called with every acknowledged beat: when this time has passed without another call, whatever still runs must be dead, even
   * if this process hangs. What runs in this process's own event loop is its worker's to abort.
   */
  keepFor(ms: number): void
  /** Ends what waits for work; resolves when no process is left. */
  close(): Promise<void>
}

/** What a run may ask of its worker. */
export interface RunIo {
  /** Resolves once the event is committed or the lease is known to be lost. */
  emit(event: NewEvent & { readonly progress?: number }): Promise<void>
  /** Adds a line to the log of the run; what came before `Execution.result` is in it when the run is settled. */
  log(level: LogLevel, message: string, fields?: unknown): void
}

export type AbortReason = 'cancelled' | 'interrupted' | 'lease_lost'

export interface Execution {
  /** How the run ended, hooks included; known at the latest grace + kill after an abort or a timeout. Never rejects. */
  readonly result: Promise<RunResult>
  /** The handler is really gone and its slot is free; never before `result`. Never rejects. */
  readonly released: Promise<void>
  /** Aborts the handler's signal; what follows if it does not listen is the executor's business. Idempotent, the first reason wins. */
  abort(reason: AbortReason): void
  /** Told once the result is written, or was fenced off: hooks of a run whose process is gone follow then. */
  settled(answer: 'applied' | 'lease_lost'): void
}
