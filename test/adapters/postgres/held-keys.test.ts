import { expect } from 'chai'
import pg from 'pg'
import type { InsertAnswer } from '../../../src/application/ports/job-store.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { newJob, type NewJob } from '../../../src/domain/job.js'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest, NOON } from '../../support/factories.js'
import { FakeClock } from '../../support/fake-clock.js'
import { uuid } from '../../support/ids.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

if (storesWanted().has('postgres')) {
  describe('idempotency keys in PostgreSQL whose first holder has not committed', () => {
    const held = ['a', 'b', 'c', 'd', 'e']
    let database: Database
    let stores: Stores
    let holder: pg.Client
    let ids = 0
    before(async () => {
      database = await createDatabase()
      const pool = { max: 8, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
      stores = await openPostgresStores({
        ...{ url: database.url, pool, logger: silentLogger },
        clock: new FakeClock(),
      })
      holder = new pg.Client({ connectionString: database.url })
      await holder.connect()
    })
    beforeEach(async () => {
      await holder.query('begin')
      for (const key of held)
        await holder.query(
          `insert into idempotency_keys (definition_key, definition_version, key, job_id, body_hash)
           values ('work', 0, $1, $2, 'h')`,
          [key, uuid((ids += 1))],
        )
    })
    afterEach(() => holder.query('rollback; delete from idempotency_keys'))
    after(async () => {
      await holder.end()
      await stores.close()
      await database.drop()
    })

    const keyed = (key: string): NewJob =>
      newJob(aRequest({ idempotency: { key, version: 0, bodyHash: 'h' } }), uuid((ids += 1)), NOON)
    const outcomes = (answers: readonly InsertAnswer[]): string[] => answers.map(({ outcome }) => outcome)
    const timed = async <T>(work: Promise<T>): Promise<[T, number]> => {
      const began = performance.now()
      return [await work, performance.now() - began]
    }

    it('are waited for for two seconds, and then said to be in progress', async () => {
      const [answers, ms] = await timed(stores.jobs.insert([keyed('a')]))
      expect(outcomes(answers)).to.deep.equal(['key_in_progress'])
      expect(ms).to.be.within(1_950, 3_500)
      await holder.query('rollback')
      expect(outcomes(await stores.jobs.insert([keyed('a')]))).to.deep.equal(['inserted'])
    })

    it('are not waited for one after the other, and keep no other key of their batch from its answer', async () => {
      const jobs = [...held, 'free'].map(keyed)
      const [answers, ms] = await timed(stores.jobs.insert(jobs))
      expect(outcomes(answers)).to.deep.equal([...held.map(() => 'key_in_progress'), 'inserted'])
      expect(ms).to.be.within(1_950, 3_900)
    })

    it('keep the others of their batch no longer, however many they are', async () => {
      const many = Array.from({ length: 60 }, (_, n) => `many ${n}`)
      await holder.query(
        `insert into idempotency_keys (definition_key, definition_version, key, job_id, body_hash)
         select 'work', 0, key, gen_random_uuid(), 'h' from unnest($1::text[]) key`,
        [many],
      )
      const [answers, ms] = await timed(stores.jobs.insert([...many, 'free'].map(keyed)))
      expect(outcomes(answers)).to.deep.equal([...many.map(() => 'key_in_progress'), 'inserted'])
      expect(ms).to.be.within(1_950, 6_500)
    })

    it('refuse a batch that is kept as a whole, which leaves nothing', async () => {
      const [answer, ms] = await timed(stores.jobs.insertAll([keyed('another'), keyed('b')]))
      expect(answer.outcome).to.equal('refused')
      expect(ms).to.be.within(1_950, 3_500)
      expect(outcomes(await stores.jobs.insert([keyed('another')]))).to.deep.equal(['inserted'])
    })
  })
}
