import type { DefinitionStore } from '../../application/ports/definition-store.js'
import {
  MAX_DELIVERIES,
  MAX_TOTAL,
  type DeadLetterFilter,
  type DeadLetterPage,
  type DeadLetterRecord,
  type JobFilter,
  type JobLogPage,
  type JobPage,
  type JobQueries,
  type JobRecord,
  type KeyHolder,
  type KeyName,
  type LogFilter,
  type Page,
  type Walk,
} from '../../application/ports/job-queries.js'
import { runningAttempt, type AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import { isDelivery } from '../../domain/delivery.js'
import type { FinishedJob, Job } from '../../domain/job.js'
import { refOf, type DefinitionRef, type PublishedDefinition } from '../../domain/job-definition.js'
import type { JobEvent } from '../../domain/job-event.js'
import { asciiLowerCase, isFound } from '../../domain/job-search.js'
import { isRetriable, keyOf, type MemoryState } from './memory-state.js'

export class MemoryJobQueries implements JobQueries {
  constructor(private readonly state: MemoryState) {}

  async get(id: string): Promise<JobRecord | null> {
    const job = this.state.jobs.get(id)
    return Promise.resolve(job === undefined ? null : this.record(job))
  }

  async list(filter: JobFilter, { limit, offset, before }: Page): Promise<JobPage> {
    const matching = this.matching(filter)
    const following = this.after(matching, filter, before)
    const jobs = following.slice(offset, offset + limit).map((job) => this.record(job))
    const total = Math.min(MAX_TOTAL, matching.length)
    const hasMore = following.length > offset + limit
    return Promise.resolve({ jobs, total, totalIsCapped: matching.length > MAX_TOTAL, hasMore })
  }

  async jobIds(filter: JobFilter, { limit, after: last }: Walk): Promise<readonly string[]> {
    const following = this.after(this.matching(filter), filter, last)
    return Promise.resolve(following.slice(0, limit).map(({ id }) => id))
  }

  async events(jobId: string, after: number, limit: number): Promise<readonly JobEvent[] | null> {
    if (!this.state.jobs.has(jobId)) return Promise.resolve(null)
    return Promise.resolve((this.state.events.get(jobId) ?? []).slice(after, after + limit))
  }

  async attempts(jobId: string, limit: number): Promise<readonly AttemptRecord[] | null> {
    const job = this.state.jobs.get(jobId)
    if (job === undefined) return Promise.resolve(null)
    const ended = this.state.attempts.get(jobId) ?? []
    const all = 'lease' in job ? [...ended, runningAttempt(job)] : ended
    return Promise.resolve(all.slice(-limit))
  }

  async logs(jobId: string, { after, run, limit }: LogFilter): Promise<JobLogPage | null> {
    if (!this.state.jobs.has(jobId)) return Promise.resolve(null)
    const log = this.state.logs.get(jobId)
    const lines = log?.lines ?? []
    const wanted = lines.filter((line) => line.id > after && (run === undefined || line.run === run))
    const accounts = [...(log?.runs ?? [])].filter(([of]) => run === undefined || of === run)
    return Promise.resolve({
      lines: wanted.slice(0, limit).map(({ bytes: _bytes, ...line }) => line),
      dropped: accounts.reduce((sum, [, { dropped }]) => sum + dropped, 0),
    })
  }

  async deliveries(jobId: string): Promise<readonly Job[] | null> {
    if (!this.state.jobs.has(jobId)) return Promise.resolve(null)
    const ofJob = [...this.state.jobs.values()].filter(
      (job) => isDelivery(job) && job.params['jobId'] === jobId,
    )
    return Promise.resolve(ofJob.sort(newestFirst).slice(0, MAX_DELIVERIES))
  }

  async deadLetterOf(jobId: string): Promise<DeadLetter | null> {
    return Promise.resolve(this.state.deadLetters.get(jobId) ?? null)
  }

  async deadLetters(
    filter: DeadLetterFilter,
    { limit, offset }: Omit<Page, 'before'>,
  ): Promise<DeadLetterPage> {
    const matching = this.matchingLetters(filter)
    return Promise.resolve({ deadLetters: matching.slice(offset, offset + limit), total: matching.length })
  }

  async deadLetter(id: string): Promise<DeadLetterRecord | null> {
    return Promise.resolve(this.matchingLetters({ ids: [id] })[0] ?? null)
  }

  async deadLetterIds(
    filter: DeadLetterFilter,
    { limit, after: last }: Walk,
  ): Promise<readonly Pick<DeadLetter, 'id' | 'jobId'>[]> {
    const matching = this.matchingLetters(filter).map(({ deadLetter: { id, jobId } }) => ({ id, jobId }))
    return Promise.resolve(matching.filter(({ id }) => last === undefined || id < last).slice(0, limit))
  }

  /** In the order of lists. */
  private matching(filter: JobFilter): Job[] {
    const { statuses, definitionKey, createdAfter, createdBefore, search, ids, retriable = false } = filter
    const wanted = ids === undefined ? undefined : new Set(ids)
    return [...this.state.jobs.values()]
      .filter((job) => statuses?.includes(job.status) ?? true)
      .filter((job) => definitionKey === undefined || job.definitionKey === definitionKey)
      .filter((job) => createdAfter === undefined || job.queuedAt >= createdAfter)
      .filter((job) => createdBefore === undefined || job.queuedAt < createdBefore)
      .filter((job) => search === undefined || isFound(job, search))
      .filter((job) => wanted?.has(job.id) ?? true)
      .filter((job) => !retriable || isRetriable(job, this.state))
      .sort(orderOf(filter))
  }

  /** What comes after the job with this id, which itself may not match any more. */
  private after(matching: readonly Job[], filter: JobFilter, id: string | undefined): readonly Job[] {
    if (id === undefined) return matching
    const last = this.state.jobs.get(id)
    const order = orderOf(filter)
    return matching.filter((job) => (last === undefined ? job.id < id : order(last, job) < 0))
  }

  private matchingLetters(filter: DeadLetterFilter): DeadLetterRecord[] {
    const { definitionKey, errorContains, movedBefore, ids, unretried = false } = filter
    const part = asciiLowerCase(errorContains ?? '')
    const wanted = ids === undefined ? undefined : new Set(ids)
    return [...this.state.deadLetters.values()]
      .filter(({ id }) => !this.state.discarded.has(id) && (wanted?.has(id) ?? true))
      .map((deadLetter) => ({
        deadLetter,
        job: this.state.jobs.get(deadLetter.jobId) as FinishedJob,
        retriedJobId: this.state.retries.get(deadLetter.jobId) ?? null,
      }))
      .filter(({ job }) => definitionKey === undefined || job.definitionKey === definitionKey)
      .filter(({ job }) => asciiLowerCase(job.errorSummary ?? '').includes(part))
      .filter(({ deadLetter }) => movedBefore === undefined || deadLetter.movedAt < movedBefore)
      .filter(({ retriedJobId }) => !unretried || retriedJobId === null)
      .sort((a, b) => newestFirst(a.deadLetter, b.deadLetter))
  }

  queuedUpTo(limit: number): Promise<number> {
    return Promise.resolve(Math.min(limit, this.state.queuedCount()))
  }

  keyHolders(names: readonly KeyName[]): Promise<readonly (KeyHolder | null)[]> {
    return Promise.resolve(
      names.map((name) => {
        const holder = this.state.keys.get(keyOf(name.definitionKey, name))
        const job = this.state.jobs.get(holder?.jobId ?? '')
        return holder === undefined || job === undefined ? null : { job, bodyHash: holder.bodyHash }
      }),
    )
  }

  private record(job: Job): JobRecord {
    const row = 'lease' in job ? this.state.workers.get(job.lease.incarnation) : undefined
    const worker = row?.dead === false ? row : undefined
    return {
      job,
      retriedFrom: this.state.retriedFrom.get(job.id) ?? null,
      heartbeatAt: worker?.heartbeatAt ?? null,
      leaseExpiresAt: worker?.leaseExpiresAt ?? null,
    }
  }
}

function newestFirst(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id === b.id ? 0 : a.id < b.id ? 1 : -1
}

/** The order of lists: newest first. */
function orderOf({ createdAfter, createdBefore }: JobFilter): (a: Job, b: Job) => number {
  const byTime = createdAfter !== undefined || createdBefore !== undefined
  return (a, b) => (byTime ? b.queuedAt.getTime() - a.queuedAt.getTime() : 0) || newestFirst(a, b)
}

export class MemoryDefinitionStore implements DefinitionStore {
  constructor(private readonly state: MemoryState) {}

  async publish(definitions: readonly PublishedDefinition[]): Promise<void> {
    const kept = [...this.state.definitions.values()]
    for (const definition of definitions) {
      const paused = kept.some(({ key, paused: stopped }) => key === definition.key && stopped)
      this.state.definitions.set(refOf(definition), { ...definition, paused })
    }
    return Promise.resolve()
  }

  async list(): Promise<readonly PublishedDefinition[]> {
    const all = [...this.state.definitions.values()]
    return Promise.resolve(
      all.sort((a, b) => (a.key === b.key ? a.version - b.version : a.key < b.key ? -1 : 1)),
    )
  }

  async find(refs: readonly DefinitionRef[]): Promise<readonly (PublishedDefinition | null)[]> {
    const all = await this.list()
    return refs.map(({ key, version }) =>
      version === 0
        ? (all.findLast((definition) => definition.key === key) ?? null)
        : (this.state.definitions.get(refOf({ key, version })) ?? null),
    )
  }

  async setPaused(key: string, paused: boolean): Promise<number> {
    const versions = [...this.state.definitions.values()].filter((definition) => definition.key === key)
    for (const definition of versions)
      this.state.definitions.set(refOf(definition), { ...definition, paused })
    return Promise.resolve(versions.length)
  }
}
