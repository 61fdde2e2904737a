import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import type { Leadership } from '../../../src/application/ports/leader-lock.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest, NOON } from '../../support/factories.js'
import { FakeClock } from '../../support/fake-clock.js'
import { uuid } from '../../support/ids.js'
import { checkInvariants } from '../../support/invariants.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'
import { untilPasses } from '../../support/until.js'

const [FIRST, SECOND, ITS_NEW_JOB] = [uuid(1), uuid(2), uuid(3)]

if (storesWanted().has('postgres')) {
  describe('a retry of jobs in PostgreSQL while retention comes by', () => {
    let database: Database
    let stores: Stores
    let other: pg.Client
    beforeEach(async () => {
      database = await createDatabase()
      const pool = { max: 8, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
      stores = await openPostgresStores({
        ...{ url: database.url, pool, logger: silentLogger },
        clock: new FakeClock(),
      })
      other = new pg.Client({ connectionString: database.url })
      await other.connect()
    })
    afterEach(async () => {
      await other.end()
      await stores.close()
      await database.drop()
    })

    it('makes no job of one that was removed while it waited for another retry, and leaves nothing of it', async () => {
      for (const [place, id] of [SECOND, FIRST].entries()) {
        await stores.jobs.insert([newJob(aRequest(), id, NOON)])
        await stores.jobs.requestCancel([id], new Date(NOON.getTime() + place), () => uuid(9))
      }
      await other.query(
        `begin; insert into job_retries (retried_from, job_id) values ('${FIRST}', '${uuid(8)}')`,
      )
      const retries = [
        { jobId: FIRST, newJobId: uuid(4), maxAttempts: null },
        { jobId: SECOND, newJobId: ITS_NEW_JOB, maxAttempts: null },
      ]
      const retried = stores.jobs.retry(retries, NOON)
      await somebodyWaits()
      const leadership = await lead()
      const endedBefore = { cancelled: new Date(NOON.getTime() + 1) }
      expect(await stores.history.prune({ leadership, endedBefore, limit: 10 })).to.include({ jobs: 1 })
      await other.query('rollback')
      const outcomes = (await retried).map(({ outcome }) => outcome)
      expect(outcomes).to.deep.equal(['retried', 'not_retriable'])
      expect(await stores.queries.get(ITS_NEW_JOB)).to.equal(null)
      await checkInvariants((sql) => execute(database.url, sql))
    })

    it('takes its link with it where it was quicker than a batch that had begun before it', async () => {
      await stores.jobs.insert([newJob(aRequest(), FIRST, NOON)])
      await stores.jobs.requestCancel([FIRST], NOON, () => uuid(9))
      const leadership = await lead()
      // Between the beginning of the batch and its first job.
      await other.query('begin; select from leaders for update')
      const endedBefore = { cancelled: new Date(NOON.getTime() + 1) }
      const pruned = stores.history.prune({ leadership, endedBefore, limit: 10 })
      await somebodyWaits()
      const [retried] = await stores.jobs.retry(
        [{ jobId: FIRST, newJobId: ITS_NEW_JOB, maxAttempts: null }],
        NOON,
      )
      expect(retried?.outcome).to.equal('retried')
      await other.query('commit')
      expect(await pruned).to.include({ jobs: 1 })
      expect(await stores.queries.get(ITS_NEW_JOB)).to.include({ retriedFrom: null })
      await checkInvariants((sql) => execute(database.url, sql))
    })

    async function lead(): Promise<Leadership> {
      const leadership = await stores.leaders.acquire({ name: 'retention', holder: uuid(7) }, 60_000)
      if (leadership === null) throw new Error('somebody else leads')
      return leadership
    }

    async function somebodyWaits(): Promise<void> {
      await untilPasses(async () => {
        const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`
        expect(await execute(database.url, waiting)).to.have.length(1)
      })
    }
  })
}
