import { expect } from 'chai'
import pg from 'pg'
import type { Db, Run } from '../../../src/adapters/postgres/postgres-db.js'
import { PostgresJobStore } from '../../../src/adapters/postgres/postgres-job-store.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { addDefinitionsAndWorkers } from '../../support/claim-tables.js'
import { aRequest, NOON } from '../../support/factories.js'
import { sequentialIds } from '../../support/ids.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'

const WORKER = '00000000-0000-7000-8000-0000000000aa'
const GONE = 6_000
const FEW = 500

const after = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000)

if (storesWanted().has('postgres')) {
  describe('claims beside a transaction that stays open', () => {
    let database: Database
    let observer: pg.Client
    let connection: pg.Client
    let store: PostgresJobStore
    /** Entries of the index of queues that the statements of a step have walked over. */
    let walked: number
    const newId = sequentialIds()

    beforeEach(async () => {
      database = await createDatabase()
      await addDefinitionsAndWorkers(database.url, { free: 0, limited: 50 }, [WORKER])
      observer = new pg.Client({ connectionString: database.url })
      await observer.connect()
      await observer.query('begin isolation level repeatable read')
      await observer.query('select count(*) from jobs')
      connection = new pg.Client({ connectionString: database.url })
      await connection.connect()
      walked = 0
      const run: Run = async (statement, values) => {
        const before = await entries()
        const { rows } = await connection.query<Record<string, unknown>>({
          ...statement,
          values: [...values],
        })
        walked += (await entries()) - before
        return rows
      }
      // Counts are kept for one transaction.
      const transaction: Db['transaction'] = async (work) => {
        await connection.query('begin')
        const result = await work(run)
        await connection.query('commit')
        return result
      }
      const query: Run = (statement, values) => transaction((inside) => inside(statement, values))
      store = new PostgresJobStore({ query, transaction }, () => 0)
      await beenAndGone('free')
      await beenAndGone('limited')
    })
    afterEach(async () => {
      await observer.end()
      await connection.end()
      await database.drop()
    })

    async function entries(): Promise<number> {
      const { rows } = await connection.query<{ walked: string }>(
        `select pg_stat_get_xact_tuples_returned('jobs_queued'::regclass) as walked`,
      )
      return Number(rows[0]?.walked)
    }

    /** Jobs of an hour before noon that are over. */
    async function beenAndGone(key: string): Promise<void> {
      await execute(
        database.url,
        `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, event_seq)
         select gen_random_uuid(), '${key}', 1, n % 3, timestamptz '${after(-3_600).toISOString()}', '{}', 3, now(), 1
         from generate_series(1, ${GONE}) n; delete from jobs where definition_key = '${key}'`,
      )
    }

    async function enqueue(count: number, key: string, at: Date, priority = 0): Promise<readonly string[]> {
      const request = { ...aRequest({ definitionKey: key }), priority }
      const jobs = Array.from({ length: count }, () => newJob(request, newId(), at))
      await store.insert(jobs)
      return jobs.map(({ id }) => id)
    }

    async function claim(limit: number, at: Date, keys: readonly string[] = ['free']) {
      walked = 0
      const definitions = keys.map((key) => ({ key, version: 1 }))
      const { jobs, ...rest } = await store.claim({ incarnation: WORKER, limit, now: at, definitions })
      return { ids: jobs.map(({ id }) => id), ...rest }
    }

    /** Two claims from the beginning: the first finds that many are gone, the second where the queues begin. */
    async function lookTwice(keys?: readonly string[]): Promise<void> {
      for (let look = 0; look < 2; look += 1) {
        await claim(1, NOON, keys)
        expect(walked).to.be.at.least(GONE)
      }
    }

    it('walk over the jobs that are gone twice, and no more for some seconds', async () => {
      const ids = await enqueue(30, 'free', NOON)
      await lookTwice()
      for (let count = 2; count < 12; count += 1) {
        expect((await claim(1, after(0.1 * count))).ids).to.deep.equal([ids[count]])
        expect(walked).to.be.below(FEW)
      }
      await claim(1, after(6))
      expect(walked).to.be.at.least(GONE)
    })

    it('take what comes by its priority and its time, of a backlog, too', async () => {
      const old = await enqueue(3, 'free', after(-60))
      const low = await enqueue(2, 'free', after(-90), -1)
      await lookTwice()
      const urgent = await enqueue(2, 'free', after(1), 5)
      const same = await enqueue(1, 'free', after(1))
      const { ids } = await claim(10, after(1))
      expect(ids).to.deep.equal([...urgent, ...old.slice(2), ...same, ...low])
      expect(walked).to.be.below(FEW)
    })

    it('find what came to light late within five seconds', async () => {
      await enqueue(3, 'free', NOON)
      await lookTwice()
      const [soon] = await enqueue(1, 'free', after(-1))
      const [late] = await enqueue(1, 'free', after(-600))
      expect((await claim(1, after(1))).ids).to.deep.equal([soon])
      expect((await claim(10, after(1))).ids).not.to.include(late)
      expect((await claim(10, after(5.1))).ids).to.deep.equal([late])
    })

    it('find what comes after the clock was set back', async () => {
      await enqueue(3, 'free', NOON)
      await lookTwice()
      const [next] = await enqueue(1, 'free', after(-600))
      expect((await claim(1, after(-600))).ids).to.deep.equal([next])
    })

    it('know when the next job is due where nothing waits', async () => {
      await lookTwice()
      const [later] = await enqueue(1, 'free', after(3))
      expect(await claim(1, after(1))).to.deep.include({ ids: [], contended: false, nextDueAt: after(3) })
      expect(walked).to.be.below(FEW)
      expect((await claim(1, after(3))).ids).to.deep.equal([later])
    })

    it('have an empty queue looked at again for what may come to light late', async () => {
      await lookTwice()
      const { ids, nextDueAt } = await claim(1, after(1))
      expect(ids).to.deep.equal([])
      expect(nextDueAt?.getTime()).to.be.within(after(5).getTime(), after(6).getTime())
      const [late] = await enqueue(1, 'free', after(-600))
      expect((await claim(1, nextDueAt ?? NOON)).ids).to.deep.equal([late])
    })

    it('keep the limit of a definition', async () => {
      const ids = await enqueue(60, 'limited', NOON)
      await lookTwice(['free', 'limited'])
      const { ids: claimed } = await claim(100, after(1), ['free', 'limited'])
      expect(claimed).to.deep.equal(ids.slice(2, 50))
      expect(walked).to.be.below(FEW)
    })

    it('look from the beginning again as soon as nothing is in the way', async () => {
      const ids = await enqueue(5, 'free', NOON)
      await lookTwice()
      await observer.query('commit')
      await execute(database.url, 'vacuum jobs')
      await claim(1, after(6))
      expect(walked).to.be.below(FEW)
      const [late] = await enqueue(1, 'free', after(-600))
      expect((await claim(2, after(6))).ids).to.deep.equal([late, ids[3]])
    })
  })
}
