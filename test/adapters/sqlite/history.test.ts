import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { HISTORY_STATEMENTS } from '../../../src/adapters/sqlite/sqlite-history-store.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest } from '../../support/factories.js'
import { sequentialIds, uuid } from '../../support/ids.js'
import { TempDatabase } from './temp-database.js'

if (storesWanted().has('sqlite'))
  describe('what retention does to a SQLite file', () => {
    let database: TempDatabase
    beforeEach(async () => {
      database = await new TempDatabase().migrated()
    })
    afterEach(() => database.remove())

    /** Keeps, cancels and removes so many jobs with params of 2 kB. */
    async function comeAndGo(stores: Stores, newId: () => string): Promise<void> {
      const params = { text: 'x'.repeat(2_000) }
      const jobs = Array.from({ length: 500 }, () => newJob(aRequest({ params }), newId(), new Date(1)))
      await stores.jobs.insert(jobs)
      await stores.jobs.requestCancel(
        jobs.map(({ id }) => id),
        new Date(2),
        newId,
      )
      const leadership = (await stores.leaders.acquire({ name: 'l', holder: uuid(1) }, 60_000))!
      const answer = await stores.history.prune({
        leadership,
        endedBefore: { cancelled: new Date(3) },
        limit: 1_000,
      })
      expect(answer).to.deep.equal({ outcome: 'pruned', jobs: 500 })
    }

    it('leaves room that the next jobs use: the file does not grow with what has come and gone', async () => {
      const stores = await database.open()
      const newId = sequentialIds()
      const size = (): number => {
        const db = new Database(database.path)
        db.pragma('wal_checkpoint(truncate)')
        db.close()
        return statSync(database.path).size
      }
      for (let round = 0; round < 3; round += 1) await comeAndGo(stores, newId)
      const settled = size()
      for (let round = 0; round < 10; round += 1) await comeAndGo(stores, newId)
      expect(size()).to.be.at.most(settled * 1.05)
    })

    for (const statistics of ['never analysed', 'analysed'])
      it(`finds everything by an index and sorts nothing, ${statistics}`, async () => {
        const stores = await database.open()
        await comeAndGo(stores, sequentialIds())
        const db = new Database(database.path)
        try {
          if (statistics === 'analysed') db.exec('analyze')
          for (const sql of [
            HISTORY_STATEMENTS.OVER,
            HISTORY_STATEMENTS.FREE_KEY,
            ...HISTORY_STATEMENTS.DELETES,
          ]) {
            const values = [...sql.matchAll(/\?/g)].map(() => (sql.includes('json_each') ? '["a"]' : 1))
            const plan = (db.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[])
              .map(({ detail }) => detail)
              .join('\n')
            expect(plan).to.match(/^SEARCH \S+ USING/)
            expect(plan).to.not.match(/SCAN (?!json_each)|USE TEMP B-TREE/)
          }
          // Its groups are sorted, as many as there are definitions in a batch; the jobs are found like those of every delete.
          const forget = db.prepare(`explain query plan ${HISTORY_STATEMENTS.FORGET}`).all('["a"]') as {
            detail: string
          }[]
          const reads = forget.map(({ detail }) => detail).filter((detail) => /finished_jobs/.test(detail))
          expect(reads).to.have.length(1)
          expect(reads[0]).to.match(/^SEARCH finished_jobs USING/)
          const lists = [
            [
              "select id from finished_jobs where status = 'failed' order by id desc limit 20",
              'finished_jobs_status',
            ],
            [
              "select id from finished_jobs where definition_key = 'a' order by id desc limit 20",
              'finished_jobs_definition',
            ],
          ] as const
          for (const [sql, index] of lists) {
            const plan = db.prepare(`explain query plan ${sql}`).all() as { detail: string }[]
            expect(plan.map(({ detail }) => detail).join('\n')).to.match(
              new RegExp(`^SEARCH .* INDEX ${index} [^\n]*$`),
            )
          }
        } finally {
          db.close()
        }
      })
  })
