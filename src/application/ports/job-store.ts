import type { ActiveJob, Job, NewJob } from '../../domain/job.js'
import type { DefinitionRef } from '../../domain/job-definition.js'
import type { NewEvent } from '../../domain/job-event.js'
import type { Lease } from '../../domain/lease.js'
import type { Outcome } from '../../domain/outcome.js'

/**
 * Jobs, spoken to in transitions. Every method is one transaction, takes a batch and answers it in the same length and
 * order. `test/contract` is its definition; every adapter passes it.
 *
 * @throws StorageUnavailableError from every method when the database is away or busy; then nothing was changed, or, if
 *   the answer was lost on the way, repeating the call is safe.
 */
export interface JobStore {
  /**
   * Keeps new jobs, each with its `queued` event. Duplicates, inside the batch too, are matched by
   * (definition key, version as sent, idempotency key); of racing callers one inserts, all others learn its job.
   *
   * @param onClaimable called with the answers by a store whose jobs can be claimed some time before they are durable, as soon as they
   *   can be, at most once; others need not.
   */
  insert(
    jobs: readonly NewJob[],
    onClaimable?: (answers: readonly InsertAnswer[]) => void,
  ): Promise<readonly InsertAnswer[]>

  /** `insert` for a batch that is kept as a whole, or not at all when one of its jobs can neither be kept nor is a duplicate. */
  insertAll(jobs: readonly NewJob[]): Promise<InsertAllAnswer>

  /**
   * Hands out jobs that are due at `request.now`, best first (priority, due time, id), at most `request.limit`.
   *
   * No job goes to two claimers; running jobs of a definition never exceed its published limit, whoever claims; a paused or
   * unpublished definition, a dead or unknown incarnation gets nothing. Status, counters, lease and `started` event commit together.
   */
  claim(request: ClaimRequest): Promise<ClaimAnswer>

  /**
   * Every job that this incarnation holds a lease on. A claim whose answer was lost on the way has handed out jobs that nobody
   * runs: here their worker learns of them. Changes nothing.
   */
  held(incarnation: string): Promise<readonly ActiveJob[]>

  /**
   * Applies each outcome to its job, if the caller still holds the lease.
   *
   * @param settlements one per job, any order.
   * @returns per settlement: `applied` — status, events, dead letter and deliveries are committed together; `cancelling` — the outcome
   *   was `requeued` or `dead`, but a cancel request came first: nothing changed, decide again; `lease_lost` — the lease is
   *   no longer held: nothing changed. One settlement that the database cannot take never keeps the others from being
   *   applied; it alone is answered `rejected`.
   */
  settle(settlements: readonly Settlement[], now: Date): Promise<readonly SettleAnswer[]>

  /**
   * Active jobs whose worker is dead, buried or missing; never those of a worker that may still renew. Changes nothing.
   *
   * @param reachableSince since when this caller has seen the database without a gap: a lease that ended earlier
   *   (or before the database itself started, or by resigning) was an interruption, not a crash.
   */
  orphans(limit: number, reachableSince: Date): Promise<readonly Orphan[]>

  /**
   * Asks for the end of each job: a queued one is `cancelled` at once and never starts, an active one becomes
   * `cancelling`, a final one stays. Holds against racing claims, settles and re-queues. Repeating it is harmless.
   *
   * @param newId names the delivery of each job that is cancelled at once and whose callback asks for it, in the order of the ids.
   */
  requestCancel(ids: readonly string[], now: Date, newId: () => string): Promise<readonly CancelAnswer[]>

  /**
   * Makes a new job of each that failed or was cancelled: the same definition, params and priority, due at once, without the
   * idempotency key, which stays with the old one. The callback is told of the new one, too. The old job does not change; the two are linked.
   *
   * A job is retried once, whoever asks, and however many at the same time.
   */
  retry(retries: readonly Retry[], now: Date): Promise<readonly RetryAnswer[]>

  /** Puts dead letters aside: neither listed nor retried any more. Answers for each whether it was there until now. */
  discard(deadLetterIds: readonly string[], now: Date): Promise<readonly boolean[]>

  /**
   * Adds handler events, in order, to jobs whose lease is still held; `progress` also becomes the job's progress.
   *
   * @returns `dropped` for an event beyond the job's 10,000 (the first such one is replaced by `events_dropped`).
   */
  appendEvents(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]>
}

export type InsertAnswer =
  | { readonly outcome: 'inserted' | 'duplicate'; readonly job: Job }
  /** The key is held by a job with another body. */
  | { readonly outcome: 'key_reused'; readonly jobId: string }
  /** The first holder's transaction is still open after 2 s. */
  | { readonly outcome: 'key_in_progress' }
  /** The database cannot hold this one job. */
  | { readonly outcome: 'rejected'; readonly reason: string }

export type InsertAllAnswer =
  | { readonly outcome: 'kept'; readonly answers: readonly KeptAnswer[] }
  /** Nothing was kept; `refusals` says of each job why it cannot be, `null` of those that could. */
  | { readonly outcome: 'refused'; readonly refusals: readonly (RefusedAnswer | null)[] }
export type KeptAnswer = Extract<InsertAnswer, { job: Job }>
export type RefusedAnswer = Exclude<InsertAnswer, KeptAnswer>

/** What became of a batch, if it may be kept as a whole: the store undoes it otherwise. */
export function allOrNone(answers: readonly InsertAnswer[]): InsertAllAnswer {
  const kept = answers.filter((answer): answer is KeptAnswer => 'job' in answer)
  if (kept.length === answers.length) return { outcome: 'kept', answers: kept }
  return { outcome: 'refused', refusals: answers.map((answer) => ('job' in answer ? null : answer)) }
}

export interface ClaimRequest {
  readonly incarnation: string
  readonly limit: number
  readonly now: Date
  readonly definitions: readonly DefinitionRef[]
}

export interface ClaimAnswer {
  readonly jobs: readonly ActiveJob[]
  /** Another claimer held a gate or the best candidates: worth asking again in a moment. */
  readonly contended: boolean
  /**
   * When to look again at the latest: the earliest future due time among jobs of the asked definitions that are neither paused nor saturated,
   * or sooner where others may have come to light that were looked past. `null` with jobs: they do not wait until it has been found.
   */
  readonly nextDueAt: Date | null
  /** A part of the claim had no answer: it may have handed out jobs that are not among these, which `held` tells. */
  readonly unsure?: boolean
  /** The worker holds no lease: nothing is handed out before its next beat. */
  readonly unleased?: boolean
}

export interface Settlement {
  readonly lease: Lease
  readonly outcome: Outcome
}
export type SettleAnswer = 'applied' | 'cancelling' | 'lease_lost' | 'rejected'

export interface Orphan {
  readonly job: ActiveJob
  readonly interrupted: boolean
}

export type CancelAnswer =
  | { readonly outcome: 'cancelled' | 'cancelling' | 'already_finished'; readonly job: Job }
  | { readonly outcome: 'not_found' }

export interface Retry {
  readonly jobId: string
  readonly newJobId: string
  /** `null`: as the old job's. */
  readonly maxAttempts: number | null
}

export type RetryAnswer =
  | { readonly outcome: 'retried'; readonly definitionKey: string; readonly definitionVersion: number }
  /** `jobId`: the job that was made then. */
  | { readonly outcome: 'already_retried'; readonly jobId: string }
  /** Unknown, or neither cancelled nor failed with a dead letter that is not discarded. */
  | { readonly outcome: 'not_retriable' }

export interface HandlerEvent extends NewEvent {
  readonly lease: Lease
  /** 0–100; absent: progress stays as it is. */
  readonly progress?: number
}
export type AppendAnswer = 'applied' | 'dropped' | 'lease_lost'
