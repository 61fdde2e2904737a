import Database from 'better-sqlite3'
import { expect } from 'chai'
import type { Row } from '../../../src/adapters/sql/dialect.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aDefinition, aRequest, aSchedule, aWorker, outcomeOf } from '../../support/factories.js'
import { sequentialIds, uuid } from '../../support/ids.js'
import { checkInvariants, INVARIANTS } from '../../support/invariants.js'
import { TempDatabase } from './temp-database.js'

/** One breach for each invariant, in the order of `invariants.sql`. */
const BREACHES: readonly (readonly [sentence: RegExp, sql: string])[] = [
  [/a token is present exactly/, 'update jobs set lease_token = run + 1 where lease_token is not null'],
  [/a job that never ran/, 'update finished_jobs set started_at = null'],
  [
    /no job is live and finished/,
    `update finished_jobs set id = (select min(id) from jobs) where status = 'succeeded'`,
  ],
  [
    /the last event of a finished job/,
    `update finished_jobs set status = 'cancelled' where status = 'succeeded'`,
  ],
  [/a final event belongs/, `delete from finished_jobs where status = 'succeeded'`],
  [/moved_to_dlq comes right before/, `update job_events set type = 'note' where type = 'moved_to_dlq'`],
  [/numbered from 1 without a gap/, `delete from job_events where type = 'started' and run = 1`],
  [/a live job knows its last number/, 'update jobs set event_seq = event_seq + 1'],
  [/nothing of a log is left/, `insert into job_log_heads (job_id, last_id) values ('gone', 1)`],
  [/no event is left/, 'delete from jobs'],
  [/attempts never exceed/, 'update finished_jobs set attempts = max_attempts + 1'],
  [
    /a retry is another job/,
    `insert into job_retries (retried_from, job_id) select id, 'next' from finished_jobs where status = 'succeeded'`,
  ],
  [
    /that a job was retried is known as long as it is kept/,
    `insert into job_retries (retried_from, job_id) values ('gone', 'next')`,
  ],
  [/every claim wrote one started/, 'update finished_jobs set run = run + 1'],
  [
    /every run ended in exactly one way/,
    `update job_events set type = 'note' where type = 'retry_scheduled'`,
  ],
  [/every run that ended has exactly one record/, `delete from job_attempts where outcome = 'error'`],
  [/no record is of a run that never started/, 'update job_attempts set run = run + 7'],
  [/no more jobs of a limited definition/, 'update definitions set concurrency_limit = 1'],
  [/an active job names a worker/, 'delete from workers'],
  [/waiting for its cancellation/, 'update jobs set cancel_requested_at = 1'],
  [/a tick that made a job names one of its schedule/, 'update jobs set schedule_id = null'],
  [/no slot is decided beyond/, 'update schedules set decided_until = 0'],
  [/an idempotency key points to a job/, `update idempotency_keys set key = 'other'`],
  [/a job that was posted with a key/, 'delete from idempotency_keys'],
  [/a dead letter exists exactly/, 'delete from dead_letters'],
  [/no dead letter is left/, `delete from finished_jobs where status = 'failed'`],
  [
    /an end that a job's callback asks for has one delivery/,
    `update finished_jobs set callback = '{"events":["failed"]}'`,
  ],
  [/the figures of jobs that are kept/, 'update job_deltas set jobs = jobs + 1'],
]

if (storesWanted().has('sqlite'))
  describe('the invariants as SQL', () => {
    let database: TempDatabase
    let db: Database.Database
    const check = () => checkInvariants((sql) => Promise.resolve(db.prepare(sql).all() as Row[]))

    before(async () => {
      database = await new TempDatabase().migrated()
      await oneOfEach(database)
      db = new Database(database.path)
      db.pragma('ignore_check_constraints = on')
    })
    after(async () => {
      db.close()
      await database.remove()
    })

    it('hold for jobs of every kind that the store itself made', () => check())

    it('each have a breach below', () => {
      const untested = INVARIANTS.filter(
        ({ sentence }) => !BREACHES.some(([breach]) => breach.test(sentence)),
      )
      expect(untested.map(({ sentence }) => sentence)).to.deep.equal([])
    })

    for (const [sentence, sql] of BREACHES)
      it(`notice a breach of “${sentence.source}”`, async () => {
        db.exec('begin')
        try {
          db.exec(sql)
          const failure = await check().then(
            () => null,
            (error: unknown) => error,
          )
          expect(failure).to.be.instanceOf(Error).with.property('message').that.matches(sentence)
        } finally {
          db.exec('rollback')
        }
      })
  })

/** A job in each status, one of them after a retry, one with a key, two active. */
async function oneOfEach(database: TempDatabase): Promise<void> {
  const { jobs, workers, definitions, schedules, leaders } = await database.open()
  const newId = sequentialIds()
  const now = new Date()
  await definitions.publish([aDefinition()])
  await workers.register(aWorker(), 600_000)
  const keyed = { key: 'k', version: 0, bodyHash: 'h' }
  const requests = [{}, {}, {}, {}, {}, { idempotency: keyed, priority: -1 }]
  await jobs.insert(requests.map((facts) => newJob(aRequest(facts), newId(), now)))
  const request = { incarnation: aWorker().incarnation, now, definitions: [{ key: 'work', version: 1 }] }
  const { jobs: claimed } = await jobs.claim({ ...request, limit: 3 })
  const [first, second, third] = claimed
  if (first === undefined || second === undefined || third === undefined)
    throw new Error('nothing was claimed')
  await jobs.settle(
    [
      { lease: first.lease, outcome: outcomeOf.succeeded(first) },
      { lease: second.lease, outcome: outcomeOf.dead(second, uuid(99)) },
      { lease: third.lease, outcome: outcomeOf.requeued(third, now) },
    ],
    now,
  )
  const active = await jobs.claim({ ...request, limit: 2 })
  const [cancelling] = active.jobs
  if (cancelling !== undefined) await jobs.requestCancel([cancelling.id], now, newId)
  const schedule = aSchedule()
  const slot = schedule.nextRunAt
  const leadership = await leaders.acquire({ name: 'scheduler', holder: uuid(98) }, 600_000)
  if (slot === null || leadership === null) throw new Error('nothing to fire')
  const job = newJob(aRequest({ scheduleId: schedule.id }), newId(), now)
  await schedules.create([schedule])
  const reached = { decidedUntil: slot, nextRunAt: null, lastRunAt: slot, waitingSlot: null, revision: 1 }
  const tick = { slot, outcome: 'fired', jobId: job.id, reason: null, delayMs: 0 } as const
  await schedules.fire(leadership, [{ scheduleId: schedule.id, ...reached, ticks: [tick], jobs: [job] }])
}
