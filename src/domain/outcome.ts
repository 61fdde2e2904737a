import { attemptEnd, type AttemptEnd } from './attempt.js'
import type { DeadLetterReason } from './dead-letter.js'
import { deliveriesOf } from './delivery.js'
import type { ActiveJob, NewJob, RunnableJob } from './job.js'
import type { NewEvent } from './job-event.js'
import { scrubText, type JsonValue } from './json.js'
import { backoffMs, type RetryPolicy } from './retry-policy.js'
import { MAX_ERROR_SUMMARY, type RunResult } from './run-result.js'

/** Counters and error that a settled job is left with; `docs/state-machine.md` says what each counts. */
interface Account {
  readonly attempts: number
  readonly crashes: number
  readonly interruptions: number
  readonly errorSummary: string | null
  /** Written in this order, in the same transaction as the status. */
  readonly events: readonly NewEvent[]
}

/** What becomes of an active job. The store applies it as it is; no rule is left to decide there. */
export type Outcome = Decision & {
  /** Kept as the record of this run. */
  readonly attempt: AttemptEnd
  /** Jobs that tell the callback of these events; kept in the same transaction. */
  readonly deliveries: readonly NewJob[]
}

type Decision = Account &
  (
    | { readonly kind: 'succeeded'; readonly result: JsonValue }
    | { readonly kind: 'cancelled' }
    | { readonly kind: 'requeued'; readonly runAt: Date }
    | { readonly kind: 'dead'; readonly deadLetterId: string; readonly reason: DeadLetterReason }
  )

/** Everything a decision needs besides the job: nothing here is looked up while deciding. */
export interface Circumstances {
  readonly now: Date
  /** In [0, 1). */
  readonly random: number
  readonly policy: RetryPolicy
  readonly newId: () => string
}

const CRASH_LOOP = 3
/** What a handler asks for beyond that is as long as that. */
export const MAX_DELAY_MS = 10 * 365 * 24 * 3_600_000

/**
 * What the end of a run means for its job.
 *
 * A success always counts, even after a cancel was asked for; with a cancel asked, every other end is a cancellation.
 */
export function decideOutcome(job: ActiveJob, result: RunResult, at: Circumstances): Outcome {
  const decision = decideEnd(job, result, at)
  return {
    attempt: attemptEnd(job, result.kind, errorOf(result), result),
    deliveries: deliveriesOf(job, decision.events, at),
    ...decision,
  }
}

function decideEnd(job: ActiveJob, result: RunResult, at: Circumstances): Decision {
  if (result.kind === 'succeeded') {
    const { attempts, interruptions } = job
    const events = [{ type: 'succeeded', payload: { attempt: attempts } }]
    const account = { attempts, crashes: 0, interruptions, errorSummary: null, events }
    return { kind: 'succeeded', result: result.result, ...account }
  }
  if (job.status === 'cancelling' || result.kind === 'cancelled') return cancelled(job, [])
  switch (result.kind) {
    case 'interrupted':
      return givenBack(job, 'interrupted', at.now)
    case 'snoozed':
      return {
        ...givenBack(job, 'snoozed', later(at.now, result.delayMs)),
        crashes: 0,
        interruptions: job.interruptions,
      }
    case 'error': {
      const delayMs = result.retryAfterMs ?? backoffMs(job.attempts, at.policy, at.random)
      const reason = result.permanent === true ? 'permanent' : exhausted(job)
      const failed = { ...job, crashes: 0 }
      return reason === null
        ? retried(failed, result.message, delayMs, at)
        : dead(failed, result.message, reason, [], at)
    }
    case 'timeout': {
      const message = timeoutMessage(result.timeoutMs)
      const reason = exhausted(job)
      const failed = { ...job, crashes: 0 }
      const delayMs = backoffMs(job.attempts, at.policy, at.random)
      return reason === null ? retried(failed, message, delayMs, at) : dead(failed, message, reason, [], at)
    }
    case 'crashed':
    case 'oom': {
      const crashed = { ...job, crashes: job.crashes + 1 }
      const reason = lost(crashed)
      return reason === null
        ? retried(crashed, result.message, crashDelayMs(crashed, at), at)
        : dead(crashed, result.message, reason, [], at)
    }
  }
}

/** What went wrong, for people; `null` when nothing did. */
export function errorOf(result: RunResult): string | null {
  if (result.kind === 'timeout') return timeoutMessage(result.timeoutMs)
  return 'message' in result ? result.message : null
}

function timeoutMessage(timeoutMs: number): string {
  return `timed out after ${timeoutMs / 1000} s`
}

/** Whether another attempt follows this end, as `decideOutcome` will decide unless a cancel comes first. */
export function willRetry(job: RunnableJob, result: RunResult): boolean {
  switch (result.kind) {
    case 'succeeded':
    case 'cancelled':
      return false
    case 'error':
      return result.permanent !== true && exhausted(job) === null
    case 'timeout':
      return exhausted(job) === null
    case 'crashed':
    case 'oom':
      return lost({ ...job, crashes: job.crashes + 1 }) === null
    case 'snoozed':
    case 'interrupted':
      return true
  }
}

/**
 * What becomes of an active job whose worker is dead.
 *
 * @param interrupted the lease ran out because the database itself was away: the attempt is given back.
 */
export function decideOrphan(job: ActiveJob, interrupted: boolean, at: Circumstances): Outcome {
  const decision = decideLoss(job, interrupted, at)
  return {
    attempt: interrupted
      ? attemptEnd(job, 'interrupted', null)
      : attemptEnd(job, 'lease_lost', lossMessage(job)),
    deliveries: deliveriesOf(job, decision.events, at),
    ...decision,
  }
}

function decideLoss(job: ActiveJob, interrupted: boolean, at: Circumstances): Decision {
  const workerId = job.workerName
  if (job.status === 'cancelling')
    return cancelled(job, [{ type: 'lease_lost', payload: { workerId, runAt: null } }])
  if (interrupted) return givenBack(job, 'interrupted', at.now)
  const crashed = { ...job, crashes: job.crashes + 1 }
  const message = lossMessage(job)
  const reason = lost(crashed)
  if (reason !== null)
    return dead(crashed, message, reason, [{ type: 'lease_lost', payload: { workerId, runAt: null } }], at)
  const runAt = later(at.now, crashDelayMs(crashed, at))
  const events = [{ type: 'lease_lost', payload: { workerId, runAt: runAt.toISOString() } }]
  return { ...accountOf(crashed), kind: 'requeued', runAt, errorSummary: summary(message), events }
}

function lossMessage({ workerName }: ActiveJob): string {
  return `worker ${workerName ?? 'unknown'} stopped renewing its lease`
}

function accountOf(job: ActiveJob): Omit<Account, 'events'> {
  const { attempts, crashes, interruptions, errorSummary } = job
  return { attempts, crashes, interruptions, errorSummary }
}

function cancelled(job: ActiveJob, before: readonly NewEvent[]): Decision {
  return { ...accountOf(job), kind: 'cancelled', events: [...before, { type: 'cancelled', payload: {} }] }
}

function givenBack(job: ActiveJob, type: 'interrupted' | 'snoozed', runAt: Date): Decision {
  return {
    ...accountOf(job),
    kind: 'requeued',
    runAt,
    attempts: job.attempts - 1,
    interruptions: job.interruptions + 1,
    events: [{ type, payload: { runAt: runAt.toISOString() } }],
  }
}

function retried(job: ActiveJob, message: string, delayMs: number, at: Circumstances): Decision {
  const runAt = later(at.now, delayMs)
  const error = summary(message)
  const payload = { attempt: job.attempts, error, runAt: runAt.toISOString() }
  const events = [{ type: 'retry_scheduled', payload }]
  return { ...accountOf(job), kind: 'requeued', runAt, errorSummary: error, events }
}

function dead(
  job: ActiveJob,
  message: string,
  reason: DeadLetterReason,
  before: readonly NewEvent[],
  at: Circumstances,
): Decision {
  const deadLetterId = at.newId()
  const error = summary(message)
  const events = [
    ...before,
    { type: 'moved_to_dlq', payload: { dlqJobId: deadLetterId, reason } },
    { type: 'failed', payload: { attempt: job.attempts, error, reason } },
  ]
  return { ...accountOf(job), kind: 'dead', deadLetterId, reason, errorSummary: error, events }
}

function exhausted(job: RunnableJob): DeadLetterReason | null {
  return job.attempts >= job.maxAttempts ? 'attempts_exhausted' : null
}

function lost(crashed: RunnableJob): DeadLetterReason | null {
  return crashed.crashes >= CRASH_LOOP ? 'crash_loop' : exhausted(crashed)
}

/** The first crash in a row may be the machine's fault and is tried again at once; the second waits. */
function crashDelayMs(crashed: ActiveJob, at: Circumstances): number {
  return crashed.crashes <= 1 ? 0 : backoffMs(crashed.crashes - 1, at.policy, at.random)
}

/** A handler may ask for any delay; no more than ten years keeps the instant one that every store can hold. */
function later(now: Date, delayMs: number): Date {
  return new Date(now.getTime() + Math.round(Math.min(MAX_DELAY_MS, Math.max(0, delayMs))))
}

function summary(message: string): string {
  const text = scrubText(message)
  return text.length <= MAX_ERROR_SUMMARY ? text : scrubText(`${text.slice(0, MAX_ERROR_SUMMARY - 1)}…`)
}
