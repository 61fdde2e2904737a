import type { Usage } from '../../domain/attempt.js'
import type { AbortReason, RunIo } from '../../application/ports/executor.js'
import type { ActiveJob } from '../../domain/job.js'
import type { RunResult } from '../../domain/run-result.js'

type HandlerEvent = Parameters<RunIo['emit']>[0]

/** What a worker says to an isolate; they travel by structured clone, so that dates stay dates. */
export type ToIsolate =
  | { readonly type: 'run'; readonly job: ActiveJob }
  /** Only the hooks that follow the end of a run whose own isolate is gone. */
  | { readonly type: 'hooks'; readonly job: ActiveJob; readonly result: RunResult }
  | { readonly type: 'abort'; readonly reason: AbortReason }
  /** The event with this number is written, or was refused. */
  | { readonly type: 'emitted'; readonly number: number; readonly error: string | null }

/** What an isolate says to its worker. */
export type FromIsolate =
  /** The definitions are loaded: runs may come. */
  | { readonly type: 'ready' }
  /** The run begins now: its time counts from here, its processor time from `cpuMs`. */
  | { readonly type: 'began'; readonly cpuMs: number }
  | { readonly type: 'emit'; readonly number: number; readonly event: HandlerEvent }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: unknown
    }
  /** The handler has ended or was given up; hooks may follow. */
  | { readonly type: 'ending' }
  | { readonly type: 'ended'; readonly result: RunResult; readonly clean: boolean; readonly usage: Usage }
