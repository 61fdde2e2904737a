import type { ActiveJob } from './job.js'
import { scrubText } from './json.js'

export const ATTEMPT_OUTCOMES = [
  'succeeded',
  'error',
  'timeout',
  'cancelled',
  'crashed',
  'oom',
  'lease_lost',
  'interrupted',
  'snoozed',
] as const
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number]

/** What a run cost, where it could be measured: in a process of its own. */
export interface Usage {
  /** Processor time of that process and of the children that it waited for. */
  readonly cpuMs: number
  /** The most memory that the process itself had resident. */
  readonly maxRssBytes: number
}

/** What may be known of a run's end besides how it ended. */
export interface RunFacts {
  /** `null` or absent: no sample was taken. */
  readonly usage?: Usage | null
  /** Exit code of a process that ended by itself before its handler did. */
  readonly exitCode?: number | null
  /** Name of the signal that ended the process. */
  readonly signal?: string | null
  /** Where the handler's error came from. */
  readonly stack?: string
}

/** The end of a run as its record keeps it; the rest of the record is in the job. */
export interface AttemptEnd {
  readonly attempt: number
  readonly outcome: AttemptOutcome
  /** The error, with its stack where there is one; at most 8,000 characters. */
  readonly error: string | null
  readonly exitCode: number | null
  readonly signal: string | null
  readonly usage: Usage | null
}

/** One run of a job, ended or under way. `run` never repeats; `attempt` may, after an interruption or a snooze. */
export interface AttemptRecord extends Omit<AttemptEnd, 'outcome'> {
  readonly run: number
  readonly workerName: string | null
  readonly startedAt: Date
  /** `null` while it runs, as the outcome is. */
  readonly endedAt: Date | null
  readonly outcome: AttemptOutcome | null
}

export const MAX_ATTEMPT_ERROR = 8_000

/**
 * The record's part of a run that has ended.
 *
 * With a cancel asked for, every end but a success is a cancellation; error, exit code and signal tell what happened all the same.
 */
export function attemptEnd(
  job: ActiveJob,
  outcome: AttemptOutcome,
  message: string | null,
  { usage = null, exitCode = null, signal = null, stack }: RunFacts = {},
): AttemptEnd {
  const cancelled = job.status === 'cancelling' && outcome !== 'succeeded'
  return {
    attempt: job.attempts,
    outcome: cancelled ? 'cancelled' : outcome,
    error: message === null ? null : errorText(message, stack),
    exitCode,
    signal,
    usage,
  }
}

/** The record of the run that is under way. */
export function runningAttempt({ run, attempts, workerName, startedAt }: ActiveJob): AttemptRecord {
  const nothingYet = { endedAt: null, outcome: null, error: null, exitCode: null, signal: null, usage: null }
  return { run, attempt: attempts, workerName, startedAt, ...nothingYet }
}

function errorText(message: string, stack: string | undefined): string {
  const whole = stack === undefined ? message : stack.includes(message) ? stack : `${message}\n${stack}`
  const text = scrubText(whole)
  return text.length <= MAX_ATTEMPT_ERROR ? text : scrubText(`${text.slice(0, MAX_ATTEMPT_ERROR - 1)}…`)
}
