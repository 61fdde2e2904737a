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
  type Retry,
  type RetryAnswer,
  type SettleAnswer,
  type Settlement,
} from '../../application/ports/job-store.js'
import type { Logger } from '../../application/ports/logger.js'
import type { ActiveJob, Job, NewJob } from '../../domain/job.js'
import { deliveriesOf } from '../../domain/delivery.js'
import { MAX_HANDLER_EVENTS } from '../../domain/job-event.js'
import { jobOf, liveJobOf, optional } from '../sql/job-row.js'
import { RefusedBatch } from '../sql/refused-batch.js'
import { claimJobs } from './claim-jobs.js'
import { DeltaTally } from './delta-tally.js'
import { insertJob } from './insert-job.js'
import { appendEvents, finish, writeEvents } from './job-writes.js'
import { isDataError } from './sqlite-errors.js'
import { DISCARD, retryJob } from './retry-job.js'
import { settleJob } from './settle-job.js'
import type { BatchWriter, SqliteConnection } from './sqlite-connection.js'
import { decode } from './sqlite-reader.js'

const LIVE = 'select * from jobs where id = ?'
const ANY = 'select * from all_jobs where id = ?'

const ORPHANS = `select j.*, w.lease_until from jobs j indexed by jobs_active left join workers w on w.incarnation = j.worker
  where j.worker is not null and (w.incarnation is null or w.dead = 1)
  limit ?`

const HELD = 'select * from jobs indexed by jobs_active where worker = ?'

const REQUEST_CANCEL = 'update jobs set cancel_requested_at = ? where id = ?'

const COUNT_HANDLER_EVENT = `update jobs set handler_events = handler_events + 1, progress = coalesce(?, progress)
  where id = ? and lease_token = ? and worker = ? returning handler_events`

/** Jobs in one SQLite file. Every write holds the file's only write lock, so that nothing races inside of it. */
export class SqliteJobStore implements JobStore {
  constructor(
    private readonly db: SqliteConnection,
    private readonly leaseNow: () => Date,
    private readonly logger: Logger,
  ) {}

  insert(
    jobs: readonly NewJob[],
    onClaimable?: (answers: readonly InsertAnswer[]) => void,
  ): Promise<readonly InsertAnswer[]> {
    return this.db.writeEach<NewJob, InsertAnswer>(
      jobs,
      () => this.counted((job, tally) => insertJob(this.db, job, tally)),
      (job, error) => this.reject(job, error),
      onClaimable,
    )
  }

  async insertAll(jobs: readonly NewJob[]): Promise<InsertAllAnswer> {
    try {
      return await this.db.write(() => {
        const { one, end } = this.counted((job: NewJob, tally) => insertJob(this.db, job, tally))
        const answer = allOrNone(jobs.map((job) => this.unlessRejected(one, job)))
        if (answer.outcome === 'refused') throw new RefusedBatch(answer)
        end()
        return answer
      })
    } catch (error) {
      if (error instanceof RefusedBatch) return error.answer
      throw error
    }
  }

  claim(request: ClaimRequest): Promise<ClaimAnswer> {
    // After a power cut no run is left of a claim that went with it: the job is handed out again.
    return this.db.write(() => claimJobs(this.db, request, this.leaseNow()), { until: 'commit' })
  }

  async held(incarnation: string): Promise<readonly ActiveJob[]> {
    const rows = await this.db.read(() => this.db.all(HELD, incarnation))
    return rows.map((row) => liveJobOf(row, decode) as ActiveJob)
  }

  settle(settlements: readonly Settlement[], now: Date): Promise<readonly SettleAnswer[]> {
    return this.db.writeEach<Settlement, SettleAnswer>(
      settlements,
      () => this.counted((settlement, tally) => settleJob(this.db, settlement, now, tally)),
      ({ lease }, error) => {
        this.logger.warn('an outcome cannot be stored', { jobId: lease.jobId, error: String(error) })
        return 'rejected'
      },
    )
  }

  async orphans(limit: number, reachableSince: Date): Promise<readonly Orphan[]> {
    const rows = await this.db.read(() => this.db.all(ORPHANS, limit))
    return rows.map((row) => {
      const leaseUntil = optional(row['lease_until'], decode)
      const interrupted = leaseUntil !== null && leaseUntil < reachableSince
      return { job: liveJobOf(row, decode) as ActiveJob, interrupted }
    })
  }

  requestCancel(ids: readonly string[], now: Date, newId: () => string): Promise<readonly CancelAnswer[]> {
    return this.db.write(() => this.all(ids, (id, tally) => this.cancelOne(id, { now, newId }, tally)))
  }

  appendEvents(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]> {
    return this.db.write(() => events.map((event) => this.appendOne(event, now)))
  }

  retry(retries: readonly Retry[], now: Date): Promise<readonly RetryAnswer[]> {
    return this.db.write(() => this.all(retries, (retry, tally) => retryJob(this.db, retry, now, tally)))
  }

  discard(deadLetterIds: readonly string[], now: Date): Promise<readonly boolean[]> {
    return this.db.write(() => deadLetterIds.map((id) => this.db.run(DISCARD, now.getTime(), id) === 1))
  }

  private unlessRejected(one: (job: NewJob) => InsertAnswer, job: NewJob): InsertAnswer {
    try {
      return one(job)
    } catch (error) {
      if (!isDataError(error)) throw error
      return this.reject(job, error)
    }
  }

  private reject({ id }: NewJob, error: unknown): InsertAnswer {
    this.logger.warn('a job cannot be stored', { jobId: id, error: String(error) })
    return { outcome: 'rejected', reason: 'the database cannot hold its values' }
  }

  /** What changes the figures, and writes the changes of a whole transaction together. */
  private counted<Item, Answer>(one: (item: Item, tally: DeltaTally) => Answer): BatchWriter<Item, Answer> {
    const tally = new DeltaTally(this.db)
    return { one: (item) => one(item, tally), end: () => tally.write() }
  }

  private all<Item, Answer>(
    items: readonly Item[],
    write: (item: Item, tally: DeltaTally) => Answer,
  ): readonly Answer[] {
    const { one, end } = this.counted(write)
    const answers = items.map(one)
    end()
    return answers
  }

  private cancelOne(
    id: string,
    at: { readonly now: Date; readonly newId: () => string },
    tally: DeltaTally,
  ): CancelAnswer {
    const { now } = at
    const row = this.db.get(LIVE, id)
    if (row === undefined) {
      const job = this.jobOf(id)
      return job === null ? { outcome: 'not_found' } : { outcome: 'already_finished', job }
    }
    const job = liveJobOf(row, decode)
    if (job.status === 'cancelling') return { outcome: 'cancelling', job }
    const asked = { type: 'cancel_requested', payload: {} }
    if (job.status === 'running') {
      this.db.run(REQUEST_CANCEL, now.getTime(), id)
      appendEvents(this.db, id, [asked], null, now)
      return { outcome: 'cancelling', job: { ...job, status: 'cancelling' } }
    }
    const events = [asked, { type: 'cancelled', payload: {} }]
    writeEvents(this.db, id, events, Number(row['event_seq']), null, now)
    finish(this.db, id, row, { ...job, status: 'cancelled', result: null, usage: null }, now, tally)
    for (const delivery of deliveriesOf(job, events, at)) insertJob(this.db, delivery, tally)
    return { outcome: 'cancelled', job: this.jobOf(id) as Job }
  }

  private appendOne({ lease, type, payload, progress }: HandlerEvent, now: Date): AppendAnswer {
    const { jobId, run, incarnation } = lease
    const counted = this.db.get(COUNT_HANDLER_EVENT, progress ?? null, jobId, run, incarnation)
    if (counted === undefined) return 'lease_lost'
    const count = Number(counted['handler_events'])
    if (count <= MAX_HANDLER_EVENTS) appendEvents(this.db, jobId, [{ type, payload }], run, now)
    if (count === MAX_HANDLER_EVENTS + 1)
      appendEvents(this.db, jobId, [{ type: 'events_dropped', payload: {} }], run, now)
    return count <= MAX_HANDLER_EVENTS ? 'applied' : 'dropped'
  }

  private jobOf(id: string): Job | null {
    const row = this.db.get(ANY, id)
    return row === undefined ? null : jobOf(row, decode)
  }
}
