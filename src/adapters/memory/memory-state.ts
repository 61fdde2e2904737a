import type { ApiKey } from '../../application/ports/api-key-store.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Leadership } from '../../application/ports/leader-lock.js'
import type { WorkerRecord } from '../../application/ports/worker-registry.js'
import type { AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import type { FinishedJob, Idempotency, Job } from '../../domain/job.js'
import { isFinished } from '../../domain/job.js'
import type { DefinitionRef, PublishedDefinition } from '../../domain/job-definition.js'
import { refOf } from '../../domain/job-definition.js'
import type { JobEvent, NewEvent } from '../../domain/job-event.js'
import type { LogLine } from '../../domain/job-log.js'
import type { Schedule, Tick } from '../../domain/schedule.js'
import { MemoryQueue } from './memory-queue.js'

/** A worker's row; dead ones stay while a job names them. */
export interface WorkerRow extends WorkerRecord {
  readonly dead: boolean
}

/** Everything that the runs of one job wrote. */
export interface JobLog {
  lastId: number
  lines: (LogLine & { readonly bytes: number })[]
  readonly runs: Map<number, { bytes: number; dropped: number }>
}

/** What figures of periods are counted from. */
export type EndedJob = Pick<
  FinishedJob,
  'definitionKey' | 'status' | 'attempts' | 'runAt' | 'startedAt' | 'finishedAt'
>

export interface LeaderRow {
  /** `null` once it has resigned. */
  readonly holder: string | null
  readonly term: number
  readonly expiresAt: Date
}

/** Everything that a memory store holds. One process, one thread: each port call runs to its end undisturbed. */
export class MemoryState {
  readonly jobs = new Map<string, Job>()
  readonly events = new Map<string, JobEvent[]>()
  readonly handlerEvents = new Map<string, number>()
  /** Of runs that have ended, in their order. */
  readonly attempts = new Map<string, AttemptRecord[]>()
  readonly logs = new Map<string, JobLog>()
  /** By the job's id. */
  readonly deadLetters = new Map<string, DeadLetter>()
  /** Ids of dead letters. */
  readonly discarded = new Set<string>()
  /** The new job's id, by the old one's; and the other way round. */
  readonly retries = new Map<string, string>()
  readonly retriedFrom = new Map<string, string>()
  readonly definitions = new Map<string, PublishedDefinition>()
  readonly apiKeys = new Map<string, ApiKey>()
  readonly workers = new Map<string, WorkerRow>()
  readonly keys = new Map<string, { readonly jobId: string; readonly bodyHash: string }>()
  readonly leaders = new Map<string, LeaderRow>()
  readonly schedules = new Map<string, Schedule>()
  /** By the schedule's id, then by the slot in milliseconds. */
  readonly ticks = new Map<string, Map<number, Tick>>()
  /** Removed jobs, as long as the periods are kept in which they ended. */
  removed: EndedJob[] = []
  private readonly queues = new Map<string, MemoryQueue>()
  private readonly active = new Map<string, Set<string>>()
  /** Ids of live jobs by the schedule that made them. */
  private readonly scheduled = new Map<string, Set<string>>()

  constructor(
    readonly clock: Clock,
    private readonly leaseOffsetMs: () => number,
  ) {}

  /** The clock by which leases are judged. */
  leaseNow(): Date {
    return new Date(this.clock.now().getTime() + this.leaseOffsetMs())
  }

  /** Nobody has led under a later term, and this one was not given up. */
  leads({ name, holder, term }: Leadership): boolean {
    const row = this.leaders.get(name)
    return row?.holder === holder && row.term === term
  }

  /** Replaces a job and appends the events of that transition; keeps the queues in order. */
  put(job: Job, events: readonly NewEvent[], at: Date): void {
    const before = this.jobs.get(job.id)
    if (before !== undefined) this.leave(before)
    this.jobs.set(job.id, job)
    if (job.status === 'queued') this.queue(refOfJob(job)).add(job)
    if ('lease' in job) setOf(this.active, refOfJob(job)).add(job.id)
    if (job.scheduleId !== null && !isFinished(job)) setOf(this.scheduled, job.scheduleId).add(job.id)
    for (const event of events) this.append(job.id, event, at)
  }

  /** Forgets a finished job and all that belongs to it, but not that it ended when it did. */
  remove(job: FinishedJob): void {
    const { id, definitionKey, definitionVersion, idempotencyKey } = job
    const { status, attempts, runAt, startedAt, finishedAt } = job
    this.removed.push({ definitionKey, status, attempts, runAt, startedAt, finishedAt })
    const letter = this.deadLetters.get(id)
    if (letter !== undefined) this.discarded.delete(letter.id)
    const retry = this.retries.get(id)
    if (retry !== undefined) this.retriedFrom.delete(retry)
    const ofJob = [
      this.jobs,
      this.events,
      this.handlerEvents,
      this.attempts,
      this.logs,
      this.deadLetters,
      this.retries,
    ]
    for (const rows of ofJob) rows.delete(id)
    if (idempotencyKey === null) return
    for (const version of [0, definitionVersion]) {
      const key = keyOf(definitionKey, { version, key: idempotencyKey })
      if (this.keys.get(key)?.jobId === id) this.keys.delete(key)
    }
  }

  append(jobId: string, { type, payload }: NewEvent, at: Date): void {
    const events = this.events.get(jobId) ?? []
    events.push({ id: events.length + 1, type, payload, at })
    this.events.set(jobId, events)
  }

  /** What waits of a definition. */
  queue(ref: string): MemoryQueue {
    const queue = this.queues.get(ref) ?? new MemoryQueue()
    this.queues.set(ref, queue)
    return queue
  }

  queuedCount(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.size, 0)
  }

  activeCount(ref: DefinitionRef): number {
    return this.active.get(refOf(ref))?.size ?? 0
  }

  activeIds(): string[] {
    return [...this.active.values()].flatMap((ids) => [...ids])
  }

  /** Jobs of a schedule that have not ended, the oldest first. */
  openJobs(scheduleId: string): readonly string[] {
    return [...(this.scheduled.get(scheduleId) ?? [])].sort()
  }

  private leave(job: Job): void {
    if (job.scheduleId !== null) this.scheduled.get(job.scheduleId)?.delete(job.id)
    if ('lease' in job) this.active.get(refOfJob(job))?.delete(job.id)
    if (job.status === 'queued') this.queue(refOfJob(job)).remove(job)
  }
}

/** Failed with a dead letter that is not discarded, or cancelled; and never retried. */
export function isRetriable({ id, status }: Job, { deadLetters, discarded, retries }: MemoryState): boolean {
  if (retries.has(id)) return false
  const letter = deadLetters.get(id)
  return status === 'cancelled' || (letter !== undefined && !discarded.has(letter.id))
}

export function refOfJob(job: Job): string {
  return refOf({ key: job.definitionKey, version: job.definitionVersion })
}

export function keyOf(definitionKey: string, { version, key }: Pick<Idempotency, 'version' | 'key'>): string {
  return JSON.stringify([definitionKey, version, key])
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set()
  map.set(key, set)
  return set
}
