import type {
  ClaimAnswer,
  InsertAnswer,
  RetryAnswer,
  SettleAnswer,
} from '../../src/application/ports/job-store.js'
import type { JobRecord } from '../../src/application/ports/job-queries.js'
import type { Leadership } from '../../src/application/ports/leader-lock.js'
import type { Stores } from '../../src/application/ports/stores.js'
import type { WorkerIncarnation } from '../../src/application/ports/worker-registry.js'
import type { DefinitionRef, PublishedDefinition } from '../../src/domain/job-definition.js'
import type { JobEvent } from '../../src/domain/job-event.js'
import {
  newJob,
  type ActiveJob,
  type Job,
  type JobRequest,
  type JobSummary,
  type NewJob,
} from '../../src/domain/job.js'
import type { Outcome } from '../../src/domain/outcome.js'
import { aDefinition, aRequest, aWorker, outcomeOf } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { sequentialIds } from '../support/ids.js'
import type { StoreHarness } from './harness.js'

/** Leases long enough that no slow machine loses one by itself; tests expire them with `expireLeases`. */
export const TTL_MS = 600_000
export const WORK: DefinitionRef = { key: 'work', version: 1 }

/** A test of one promise, in a world of its own. */
export type Case = (behaviour: string, test: (world: World) => Promise<void>) => void

/** One open store and short names for what every case does with it. */
export class World {
  readonly clock = new FakeClock()
  readonly newId = sequentialIds()
  stores!: Stores
  private leaseOffsetMs = 0

  async open(harness: StoreHarness): Promise<void> {
    this.stores = await harness.open({ clock: this.clock, leaseOffsetMs: () => this.leaseOffsetMs })
  }

  get now(): Date {
    return this.clock.now()
  }

  /** Every lease that was given until now has run out. */
  expireLeases(): void {
    this.passLeaseTime(TTL_MS + 1)
  }

  /** Moves the clock by which leases are judged, and no other. */
  passLeaseTime(ms: number): void {
    this.leaseOffsetMs += ms
  }

  /** A leadership that holds, of some name of its own. */
  async leadership(): Promise<Leadership> {
    const candidate = { name: this.newId(), holder: this.newId() }
    const leadership = await this.stores.leaders.acquire(candidate, TTL_MS)
    if (leadership === null) throw new Error('somebody else leads')
    return leadership
  }

  async publish(...definitions: readonly Partial<PublishedDefinition>[]): Promise<void> {
    await this.stores.definitions.publish(definitions.map((facts) => aDefinition(facts)))
  }

  newJob(facts: Partial<JobRequest> = {}): NewJob {
    return newJob(aRequest(facts), this.newId(), this.now)
  }

  /** A job as it is kept when it has just been accepted. */
  jobOf(facts: Partial<JobRequest>, id: string): Job {
    const { idempotency: _idempotency, ...job } = newJob(aRequest(facts), id, this.now)
    return job
  }

  /** Inserts a job for each; answers their ids. */
  async insert(...requests: readonly Partial<JobRequest>[]): Promise<string[]> {
    const answers = await this.stores.jobs.insert(requests.map((facts) => this.newJob(facts)))
    return answers.map((answer) => insertedJob(answer).id)
  }

  /** Registers a living worker; answers its incarnation. */
  async worker(facts: Partial<WorkerIncarnation> = {}): Promise<string> {
    const incarnation = facts.incarnation ?? this.newId()
    await this.stores.workers.register(aWorker({ ...facts, incarnation }), TTL_MS)
    return incarnation
  }

  async claim(
    incarnation: string,
    limit = 10,
    definitions: readonly DefinitionRef[] = [WORK],
  ): Promise<readonly ActiveJob[]> {
    return (await this.ask(incarnation, limit, definitions)).jobs
  }

  /** A claim whose whole answer matters; asks again while others are in the way. */
  async ask(
    incarnation: string,
    limit = 10,
    definitions: readonly DefinitionRef[] = [WORK],
    stores = this.stores,
  ): Promise<ClaimAnswer> {
    for (;;) {
      const answer = await stores.jobs.claim({ incarnation, limit, now: this.now, definitions })
      if (answer.jobs.length > 0 || !answer.contended) return answer
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
  }

  /** One job of a published `work@1`, claimed by a fresh worker. */
  async running(facts: Partial<JobRequest> = {}): Promise<ActiveJob> {
    await this.publish({})
    const [id] = await this.insert(facts)
    const [job] = await this.claim(await this.worker(), 1)
    if (job === undefined || job.id !== id) throw new Error('the job was not claimed')
    return job
  }

  /** A job of a published `work@1` that failed for good; answers its id and that of its dead letter. */
  async failed(
    facts: Partial<JobRequest> = {},
    error = 'no more',
  ): Promise<{ readonly jobId: string; readonly letterId: string }> {
    const job = await this.running(facts)
    const letterId = this.newId()
    await this.settle(job, outcomeOf.dead(job, letterId, error))
    return { jobId: job.id, letterId }
  }

  /** Retries each; answers what `JobStore.retry` does. */
  async retry(...jobIds: readonly string[]): Promise<readonly RetryAnswer[]> {
    const retries = jobIds.map((jobId) => ({ jobId, newJobId: this.newId(), maxAttempts: null }))
    return this.stores.jobs.retry(retries, this.now)
  }

  async settle(job: ActiveJob, outcome: Outcome): Promise<SettleAnswer | undefined> {
    const [answer] = await this.stores.jobs.settle([{ lease: job.lease, outcome }], this.now)
    return answer
  }

  async succeed(...jobs: readonly ActiveJob[]): Promise<readonly SettleAnswer[]> {
    const settlements = jobs.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) }))
    return this.stores.jobs.settle(settlements, this.now)
  }

  /** Everything that can be read of a job: two equal answers mean that nothing has changed. */
  async everythingOf(id: string): Promise<unknown> {
    const { queries } = this.stores
    const [attempts, dead] = await Promise.all([queries.attempts(id, 1_000), queries.deadLetterOf(id)])
    return { job: await this.job(id), events: await this.events(id), attempts, dead }
  }

  async job(id: string | undefined): Promise<Job> {
    return (await this.record(id)).job
  }

  async record(id: string | undefined): Promise<JobRecord> {
    const record = await this.stores.queries.get(id ?? '')
    if (record === null) throw new Error(`there is no job ${id ?? ''}`)
    return record
  }

  async events(id: string): Promise<readonly JobEvent[]> {
    return (await this.stores.queries.events(id, 0, 20_000)) ?? []
  }

  async eventTypes(id: string): Promise<string[]> {
    return (await this.events(id)).map(({ type }) => type)
  }

  async statuses(ids: readonly string[]): Promise<string[]> {
    return Promise.all(ids.map(async (id) => (await this.job(id)).status))
  }
}

/** A record as lists are compared: they need not tell params and results. */
export function summarized<R extends { readonly job: JobSummary }>(record: R): R {
  return { ...record, job: { ...record.job, params: null, result: null } }
}

export function insertedJob(answer: InsertAnswer | undefined): Job {
  if (answer?.outcome === 'inserted' || answer?.outcome === 'duplicate') return answer.job
  throw new Error(`no job was inserted: ${JSON.stringify(answer)}`)
}
