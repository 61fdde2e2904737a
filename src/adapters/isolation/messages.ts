import type { Usage } from '../../domain/attempt.js'
import type { AbortReason, RunIo } from '../../application/ports/executor.js'
import type { FileWorkspace } from '../../application/ports/file-store.js'
import type { ErrorCode } from '../../domain/errors.js'
import type { RunnableJob } from '../../domain/job.js'
import type { RunResult } from '../../domain/run-result.js'

type HandlerEvent = Parameters<RunIo['emit']>[0]

/** What a handler asks of the files of its worker; the answer is what `FileWorkspace` answers. */
export interface FileRequest {
  readonly verb: keyof FileWorkspace
  /** Empty for `close`. */
  readonly path: string
}

export type FileAnswer =
  | { readonly value: string | null }
  /** `code`: of a `JobServerError`, else `null`. */
  | { readonly error: string; readonly code: ErrorCode | null }

export interface HandedRun {
  readonly number: number
  readonly job: RunnableJob
  /** It begins only with its ticket, and is forgotten without; else there are none, and no run is handed over before its turn. */
  readonly needsTicket: boolean
}

/** What a worker says to an isolate, and the other way round below, as JSON. */
export type ToIsolate =
  /** In the order in which they are to begin. Numbers grow with each run of an isolate. */
  | { readonly type: 'runs'; readonly runs: readonly HandedRun[] }
  /** Only the hooks that follow the end of a run whose own isolate is gone. */
  | { readonly type: 'hooks'; readonly job: RunnableJob; readonly result: RunResult }
  /** Of the run with this number, if it is not over yet. */
  | { readonly type: 'abort'; readonly number: number; readonly reason: AbortReason }
  /** The event with this number is written, or was refused. */
  | { readonly type: 'emitted'; readonly number: number; readonly error: string | null }
  /** What came of the request for files with this number. */
  | { readonly type: 'filed'; readonly number: number; readonly answer: FileAnswer }

/** What an isolate says to its worker. */
export type FromIsolate =
  /** The definitions are loaded: runs may come. `cpuMs` is the processor time of its life so far. */
  | { readonly type: 'ready'; readonly cpuMs: number }
  | { readonly type: 'emit'; readonly number: number; readonly event: HandlerEvent }
  | { readonly type: 'file'; readonly number: number; readonly request: FileRequest }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn' | 'error'
      readonly message: string
      readonly fields: unknown
    }
  /** The handler has ended or was given up, as will be settled whatever comes of the hooks and unwritten events that follow. */
  | { readonly type: 'ending'; readonly result: RunResult; readonly hasHooks: boolean }
  /**
   * All that the run wrote is in the pipes. `clean`: nothing that it began is still there, and the next one follows.
   */
  | {
      readonly type: 'ended'
      readonly result: RunResult
      readonly clean: boolean
      /** `none`: it wrote nothing at all; `marked`: what it wrote is followed by the mark of its end. */
      readonly output: 'none' | 'marked' | 'unmarked'
      readonly tookMs: number
      readonly usage: Usage
      readonly cpuMs: number
      /** What is resident now; 0 where this cannot be told. */
      readonly residentBytes: number
    }

/** Descriptor of the tickets in an isolate. */
export const TICKETS_FILE = 4

/** What an isolate writes, as a line of its own, where its n-th run ends in stdout and stderr. */
export function endMark(n: number): string {
  return `\0end of run ${n}\0`
}
