import type {
  AppendAnswer,
  CancelAnswer,
  ClaimAnswer,
  ClaimRequest,
  HandlerEvent,
  InsertAllAnswer,
  InsertAnswer,
  JobStore,
  Orphan,
  Retry,
  RetryAnswer,
  SettleAnswer,
  Settlement,
} from '../../application/ports/job-store.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import { claimOrder, isFinished, type ActiveJob, type Job, type NewJob } from '../../domain/job.js'
import { claimedJobOf, jobOf, liveJobOf } from '../sql/job-row.js'
import { EventAppender } from './append-events.js'
import { cancelAndTell, cancelOnce } from './cancel-jobs.js'
import { claimJobs } from './claim-jobs.js'
import { ClaimContention } from './claim-contention.js'
import { insertAllJobs, insertJobs, READ_JOBS } from './insert-jobs.js'
import type { Db, Statement } from './postgres-db.js'
import { decode } from './postgres-reader.js'
import { QueueHeads } from './queue-heads.js'
import { discardDeadLetters, retryJobs } from './retry-jobs.js'
import { settleJobs } from './settle-jobs.js'

const HELD: Statement = { name: 'held_1', text: 'select * from jobs where worker = $1' }

const ORPHANS: Statement = {
  name: 'orphans_1',
  text: `select j.*, coalesce(w.lease_until < $2 or w.lease_until < pg_postmaster_start_time(), false) as interrupted
from jobs j left join workers w on w.incarnation = j.worker
where j.worker is not null and (w.incarnation is null or w.dead)
order by j.id limit $1`,
}

const MAX_CANCEL_TRIES = 5

/** The JobStore over PostgreSQL: each method is one statement or one short transaction, safe beside any number of others. */
export class PostgresJobStore implements JobStore {
  private readonly events: EventAppender
  private readonly queues = { heads: new QueueHeads(), contention: new ClaimContention(), many: false }

  constructor(
    private readonly db: Db,
    private readonly leaseOffsetMs: () => number,
  ) {
    this.events = new EventAppender(db)
  }

  async insert(jobs: readonly NewJob[]): Promise<readonly InsertAnswer[]> {
    return insertJobs(this.db, jobs)
  }

  async insertAll(jobs: readonly NewJob[]): Promise<InsertAllAnswer> {
    return insertAllJobs(this.db, jobs)
  }

  async claim(request: ClaimRequest): Promise<ClaimAnswer> {
    const { rows, ...rest } = await claimJobs(this.db, request, this.queues, this.leaseOffsetMs())
    const jobs = rows.map((row) => claimedJobOf(row, decode, request.incarnation, request.now))
    return { ...rest, jobs: jobs.sort(claimOrder) }
  }

  async held(incarnation: string): Promise<readonly ActiveJob[]> {
    const rows = await this.db.query(HELD, [incarnation])
    return rows.map((row) => liveJobOf(row, decode) as ActiveJob)
  }

  async settle(settlements: readonly Settlement[], now: Date): Promise<readonly SettleAnswer[]> {
    return settleJobs(this.db, settlements, now)
  }

  async orphans(limit: number, reachableSince: Date): Promise<readonly Orphan[]> {
    const rows = await this.db.query(ORPHANS, [limit, reachableSince])
    return rows.map((row) => ({
      job: liveJobOf(row, decode) as ActiveJob,
      interrupted: row['interrupted'] === true,
    }))
  }

  async requestCancel(
    ids: readonly string[],
    now: Date,
    newId: () => string,
  ): Promise<readonly CancelAnswer[]> {
    const answers = new Map<string, CancelAnswer>()
    let open = [...new Set(ids)]
    for (let tries = 1; open.length > 0; tries += 1) {
      // Most jobs have no callback: for them, one statement does.
      const arms =
        tries === 1 ? await cancelOnce(this.db, open, now) : await cancelAndTell(this.db, open, now, newId)
      const jobs = await this.read(open)
      for (const id of open) {
        const answer = cancelAnswer(jobs.get(id), arms.get(id), tries === MAX_CANCEL_TRIES)
        if (answer !== null) answers.set(id, answer)
      }
      open = open.filter((id) => !answers.has(id))
    }
    return ids.map((id) => {
      const answer = answers.get(id) ?? { outcome: 'not_found' }
      // One that is named again is over by then.
      if (answer.outcome === 'cancelled') answers.set(id, { outcome: 'already_finished', job: answer.job })
      return answer
    })
  }

  async appendEvents(events: readonly HandlerEvent[], now: Date): Promise<readonly AppendAnswer[]> {
    return this.events.append(events, now)
  }

  async retry(retries: readonly Retry[], now: Date): Promise<readonly RetryAnswer[]> {
    return retryJobs(this.db, retries, now)
  }

  async discard(deadLetterIds: readonly string[], now: Date): Promise<readonly boolean[]> {
    return discardDeadLetters(this.db, deadLetterIds, now)
  }

  private async read(ids: readonly string[]): Promise<Map<string, Job>> {
    if (ids.length === 0) return new Map()
    const rows = await this.db.query(READ_JOBS, [ids])
    return new Map(rows.map((row) => [row['id'] as string, jobOf(row, decode)]))
  }
}

/** @returns `null` when the job slipped between the two arms and has to be asked for again. */
function cancelAnswer(
  job: Job | undefined,
  arm: 'cancelled' | 'cancelling' | undefined,
  last: boolean,
): CancelAnswer | null {
  if (job === undefined) return { outcome: 'not_found' }
  if (arm !== undefined) return { outcome: arm, job }
  if (isFinished(job)) return { outcome: 'already_finished', job }
  if (job.status === 'cancelling') return { outcome: 'cancelling', job }
  if (last) throw new StorageUnavailableError(null, 'the job changes too quickly to be cancelled')
  return null
}
