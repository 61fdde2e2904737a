import {
  allOrNone,
  type AppendAnswer,
  type CancelAnswer,
  type ClaimAnswer,
  type ClaimRequest,
  type HandlerEvent,
  type InsertAllAnswer,
  type InsertAnswer,
  type JobStore,
  type Orphan,
  type RefusedAnswer,
  type Retry,
  type RetryAnswer,
  type SettleAnswer,
  type Settlement,
} from '../../application/ports/job-store.js'
import type { AttemptEnd } from '../../domain/attempt.js'
import { deliveriesOf } from '../../domain/delivery.js'
import { firstDue, type ClaimQueue } from '../../domain/first-due.js'
import {
  isFinished,
  newJob,
  queuedJob,
  type ActiveJob,
  type Job,
  type NewJob,
  type QueuedJob,
} from '../../domain/job.js'
import { refOf, type DefinitionRef } from '../../domain/job-definition.js'
import { MAX_HANDLER_EVENTS } from '../../domain/job-event.js'
import type { JsonValue } from '../../domain/json.js'
import type { Lease } from '../../domain/lease.js'
import { isRetriable, keyOf, type MemoryState } from './memory-state.js'

type HeldAnswer =
  | { readonly outcome: 'duplicate'; readonly job: Job }
  | { readonly outcome: 'key_reused'; readonly jobId: string }

/** The in-memory JobStore: the same promises as the databases', for tests, demos and embedders' unit tests. */
export class MemoryJobStore implements JobStore {
  constructor(private readonly state: MemoryState) {}

  async insert(jobs: readonly NewJob[]): Promise<readonly InsertAnswer[]> {
    return Promise.resolve(jobs.map((job) => this.insertOne(job)))
  }

  async insertAll(jobs: readonly NewJob[]): Promise<InsertAllAnswer> {
    const taken = new Map<string, NewJob>()
    const conflicts = jobs.map((job): RefusedAnswer | null => {
      if (job.idempotency === null) return null
      const key = keyOf(job.definitionKey, job.idempotency)
      const held = this.holderOf(job)
      if (held !== null) return held.outcome === 'key_reused' ? held : null
      const first = taken.get(key) ?? job
      taken.set(key, first)
      const isSame = first.idempotency?.bodyHash === job.idempotency.bodyHash
      return isSame ? null : { outcome: 'key_reused', jobId: first.id }
    })
    if (conflicts.some((conflict) => conflict !== null))
      return Promise.resolve({ outcome: 'refused', refusals: conflicts })
    return Promise.resolve(allOrNone(jobs.map((job) => this.insertOne(job))))
  }

  private insertOne(newJob: NewJob): InsertAnswer {
    const { idempotency } = newJob
    const held = this.holderOf(newJob)
    if (held !== null) return held
    const job = queuedJob(newJob)
    if (idempotency !== null) {
      const key = keyOf(job.definitionKey, idempotency)
      this.state.keys.set(key, { jobId: job.id, bodyHash: idempotency.bodyHash })
    }
    const kept: QueuedJob = { ...job, params: structuredClone(job.params) }
    this.state.put(kept, [{ type: 'queued', payload: { runAt: job.runAt.toISOString() } }], job.queuedAt)
    return { outcome: 'inserted', job: kept }
  }

  /** What its idempotency key stands for already; `null` when it is free, or there is none. */
  private holderOf({ definitionKey, idempotency }: NewJob): HeldAnswer | null {
    const holder = idempotency === null ? undefined : this.state.keys.get(keyOf(definitionKey, idempotency))
    const job = holder === undefined ? undefined : this.state.jobs.get(holder.jobId)
    if (job === undefined) return null
    return holder?.bodyHash === idempotency?.bodyHash
      ? { outcome: 'duplicate', job }
      : { outcome: 'key_reused', jobId: job.id }
  }

  async claim({ incarnation, limit, now, definitions }: ClaimRequest): Promise<ClaimAnswer> {
    const worker = this.state.workers.get(incarnation)
    if (worker === undefined || worker.dead || worker.leaseExpiresAt <= this.state.leaseNow()) {
      return Promise.resolve({ jobs: [], contended: false, nextDueAt: null, unleased: true })
    }
    const queues = definitions.flatMap((ref): ClaimQueue<QueuedJob>[] => {
      const queue = this.state.queue(refOf(ref))
      const { first } = queue
      if (first === undefined) return []
      return [{ first, due: (most) => queue.due(now, Math.min(most, this.roomOf(ref))) }]
    })
    const jobs = firstDue(queues, limit).map((job) => this.claimOne(job, incarnation, worker.name, now))
    if (jobs.length > 0) return Promise.resolve({ jobs, contended: false, nextDueAt: null })
    const open = definitions.filter((ref) => this.roomOf(ref) > 0)
    const [nextDueAt = null] = open.flatMap((ref) => this.state.queue(refOf(ref)).nextDue(now)).sort(byTime)
    return Promise.resolve({ jobs, contended: false, nextDueAt })
  }

  private roomOf(ref: DefinitionRef): number {
    const definition = this.state.definitions.get(refOf(ref))
    if (definition === undefined || definition.paused) return 0
    if (definition.concurrencyLimit === 0) return Infinity
    return Math.max(0, definition.concurrencyLimit - this.state.activeCount(ref))
  }

  private claimOne(job: QueuedJob, incarnation: string, workerName: string, now: Date): ActiveJob {
    const run = job.run + 1
    const attempts = job.attempts + 1
    const lease: Lease = { jobId: job.id, run, incarnation }
    const active: ActiveJob = {
      // New to the job, so before the rest of it: an object that grows behind a spread becomes a dictionary.
      lease,
      ...job,
      status: 'running',
      attempts,
      run,
      startedAt: now,
      workerName,
      progress: null,
    }
    this.state.put(
      active,
      [{ type: 'started', payload: { attempt: attempts, run, workerId: workerName } }],
      now,
    )
    // The handler gets params of its own, as from a database.
    return { ...active, params: structuredClone(active.params) }
  }

  async held(incarnation: string): Promise<readonly ActiveJob[]> {
    const jobs = this.state.activeIds().flatMap((id): ActiveJob[] => {
      const job = this.state.jobs.get(id)
      return job !== undefined && 'lease' in job && job.lease.incarnation === incarnation ? [job] : []
    })
    return Promise.resolve(jobs)
  }

  async settle(settlements: readonly Settlement[], now: Date): Promise<readonly SettleAnswer[]> {
    return Promise.resolve(settlements.map((settlement) => this.settleOne(settlement, now)))
  }

  private settleOne({ lease, outcome }: Settlement, now: Date): SettleAnswer {
    const job = this.leased(lease)
    if (job === null) return 'lease_lost'
    if (job.status === 'cancelling' && (outcome.kind === 'requeued' || outcome.kind === 'dead'))
      return 'cancelling'
    // What the CHECK constraints of the databases refuse.
    if (outcome.attempts < 0 || outcome.attempts > job.maxAttempts) return 'rejected'
    const result = outcome.kind === 'succeeded' ? copyOf(outcome.result) : null
    if (result === undefined) return 'rejected'
    const { lease: _lease, ...facts } = job
    const { attempts, crashes, interruptions, errorSummary, events, deliveries } = outcome
    this.record(job, outcome.attempt, now)
    const account = { ...facts, attempts, crashes, interruptions, errorSummary }
    if (outcome.kind === 'requeued') {
      this.state.put({ ...account, status: 'queued', runAt: outcome.runAt }, events, now)
      for (const delivery of deliveries) this.insertOne(delivery)
      return 'applied'
    }
    const status = outcome.kind === 'dead' ? 'failed' : outcome.kind
    this.state.put({ ...account, status, result, finishedAt: now }, events, now)
    if (outcome.kind === 'dead') {
      const { deadLetterId: id, reason } = outcome
      this.state.deadLetters.set(job.id, { id, jobId: job.id, reason, movedAt: now })
    }
    for (const delivery of deliveries) this.insertOne(delivery)
    return 'applied'
  }

  private record({ id, run, workerName, startedAt }: ActiveJob, end: AttemptEnd, endedAt: Date): void {
    const kept = this.state.attempts.get(id) ?? []
    kept.push({ run, workerName, startedAt, endedAt, ...end })
    this.state.attempts.set(id, kept)
  }

  async orphans(limit: number, reachableSince: Date): Promise<readonly Orphan[]> {
    const orphans = this.state.activeIds().flatMap((id): Orphan[] => {
      const job = this.state.jobs.get(id)
      if (job === undefined || !('lease' in job)) return []
      const worker = this.state.workers.get(job.lease.incarnation)
      if (worker !== undefined && !worker.dead) return []
      return [{ job, interrupted: worker !== undefined && worker.leaseExpiresAt < reachableSince }]
    })
    return Promise.resolve(orphans.slice(0, limit))
  }

  async requestCancel(
    ids: readonly string[],
    now: Date,
    newId: () => string,
  ): Promise<readonly CancelAnswer[]> {
    return Promise.resolve(ids.map((id) => this.cancelOne(id, now, newId)))
  }

  private cancelOne(id: string, now: Date, newId: () => string): CancelAnswer {
    const job = this.state.jobs.get(id)
    if (job === undefined) return { outcome: 'not_found' }
    if (isFinished(job)) return { outcome: 'already_finished', job }
    if (job.status === 'cancelling') return { outcome: 'cancelling', job }
    const asked = { type: 'cancel_requested', payload: {} }
    if (job.status === 'running') {
      const cancelling: ActiveJob = { ...job, status: 'cancelling' }
      this.state.put(cancelling, [asked], now)
      return { outcome: 'cancelling', job: cancelling }
    }
    const cancelled: Job = { ...job, status: 'cancelled', finishedAt: now, result: null }
    const events = [asked, { type: 'cancelled', payload: {} }]
    this.state.put(cancelled, events, now)
    for (const delivery of deliveriesOf(job, events, { now, newId })) this.insertOne(delivery)
    return { outcome: 'cancelled', job: cancelled }
  }

  async retry(retries: readonly Retry[], now: Date): Promise<readonly RetryAnswer[]> {
    return Promise.resolve(retries.map((retry) => this.retryOne(retry, now)))
  }

  private retryOne({ jobId, newJobId, maxAttempts }: Retry, now: Date): RetryAnswer {
    const old = this.state.jobs.get(jobId)
    const before = this.state.retries.get(jobId)
    if (before !== undefined) return { outcome: 'already_retried', jobId: before }
    if (old === undefined || !isRetriable(old, this.state)) return { outcome: 'not_retriable' }
    const { definitionKey, definitionVersion, params, priority, callback, traceparent } = old
    const facts = { definitionKey, definitionVersion, params, priority, callback, traceparent }
    const request = { ...facts, runAt: null, idempotency: null, scheduleId: null }
    const job = queuedJob(newJob({ ...request, maxAttempts: maxAttempts ?? old.maxAttempts }, newJobId, now))
    const payload = { runAt: now.toISOString(), retriedFrom: jobId }
    this.state.put(job, [{ type: 'queued', payload }], now)
    this.state.retries.set(jobId, newJobId)
    this.state.retriedFrom.set(newJobId, jobId)
    return { outcome: 'retried', definitionKey, definitionVersion }
  }

  async discard(deadLetterIds: readonly string[]): Promise<readonly boolean[]> {
    const known = new Set([...this.state.deadLetters.values()].map(({ id }) => id))
    const discarded = deadLetterIds.map((id) => {
      const there = known.has(id) && !this.state.discarded.has(id)
      if (there) this.state.discarded.add(id)
      return there
    })
    return Promise.resolve(discarded)
  }

  async appendEvents(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]> {
    return Promise.resolve(events.map((event) => this.appendOne(event, now)))
  }

  private appendOne({ lease, type, payload, progress }: HandlerEvent, now: Date): AppendAnswer {
    const job = this.leased(lease)
    if (job === null) return 'lease_lost'
    const count = (this.state.handlerEvents.get(job.id) ?? 0) + 1
    this.state.handlerEvents.set(job.id, count)
    if (progress !== undefined) this.state.put({ ...job, progress }, [], now)
    if (count <= MAX_HANDLER_EVENTS)
      this.state.append(job.id, { type, payload: structuredClone(payload) }, now)
    if (count === MAX_HANDLER_EVENTS + 1)
      this.state.append(job.id, { type: 'events_dropped', payload: {} }, now)
    return count <= MAX_HANDLER_EVENTS ? 'applied' : 'dropped'
  }

  private leased({ jobId, run, incarnation }: Lease): ActiveJob | null {
    const job = this.state.jobs.get(jobId)
    if (job === undefined || !('lease' in job)) return null
    return job.lease.run === run && job.lease.incarnation === incarnation ? job : null
  }
}

/** `undefined` where it is nested too deep to be copied, which takes more of the stack than to write its JSON. */
function copyOf(result: JsonValue): JsonValue | undefined {
  try {
    return structuredClone(result)
  } catch {
    return undefined
  }
}

function byTime(a: Date, b: Date): number {
  return a.getTime() - b.getTime()
}
