import type { DefinitionStore } from '../../application/ports/definition-store.js'
import {
  MAX_TOTAL,
  type JobFilter,
  type JobLogPage,
  type JobPage,
  type JobQueries,
  type JobRecord,
  type KeyHolder,
  type KeyName,
  type LogFilter,
  type Page,
} from '../../application/ports/job-queries.js'
import { runningAttempt, type AttemptRecord } from '../../domain/attempt.js'
import type { DeadLetter } from '../../domain/dead-letter.js'
import type { Job } from '../../domain/job.js'
import { refOf, type DefinitionRef, type PublishedDefinition } from '../../domain/job-definition.js'
import type { JobEvent } from '../../domain/job-event.js'
import { keyOf, type MemoryState } from './memory-state.js'

export class MemoryJobQueries implements JobQueries {
  constructor(private readonly state: MemoryState) {}

  async get(id: string): Promise<JobRecord | null> {
    const job = this.state.jobs.get(id)
    return Promise.resolve(job === undefined ? null : this.record(job))
  }

  async list({ statuses, definitionKey }: JobFilter, { limit, offset, before }: Page): Promise<JobPage> {
    const matching = [...this.state.jobs.values()]
      .filter((job) => statuses?.includes(job.status) ?? true)
      .filter((job) => definitionKey === undefined || job.definitionKey === definitionKey)
      .sort((a, b) => (a.id < b.id ? 1 : -1))
    const following = before === undefined ? matching : matching.filter(({ id }) => id < before)
    const jobs = following.slice(offset, offset + limit).map((job) => this.record(job))
    const total = Math.min(MAX_TOTAL, matching.length)
    const hasMore = following.length > offset + limit
    return Promise.resolve({ jobs, total, totalIsCapped: matching.length > MAX_TOTAL, hasMore })
  }

  async events(jobId: string, after: number, limit: number): Promise<readonly JobEvent[] | null> {
    if (!this.state.jobs.has(jobId)) return Promise.resolve(null)
    return Promise.resolve((this.state.events.get(jobId) ?? []).slice(after, after + limit))
  }

  async attempts(jobId: string): Promise<readonly AttemptRecord[] | null> {
    const job = this.state.jobs.get(jobId)
    if (job === undefined) return Promise.resolve(null)
    const ended = this.state.attempts.get(jobId) ?? []
    return Promise.resolve('lease' in job ? [...ended, runningAttempt(job)] : [...ended])
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

  async deadLetterOf(jobId: string): Promise<DeadLetter | null> {
    return Promise.resolve(this.state.deadLetters.get(jobId) ?? null)
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
    return { job, heartbeatAt: worker?.heartbeatAt ?? null, leaseExpiresAt: worker?.leaseExpiresAt ?? null }
  }
}

export class MemoryDefinitionStore implements DefinitionStore {
  constructor(private readonly state: MemoryState) {}

  async publish(definitions: readonly PublishedDefinition[]): Promise<void> {
    for (const definition of definitions) {
      const paused = this.state.definitions.get(refOf(definition))?.paused ?? definition.paused
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
