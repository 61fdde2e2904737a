import Database from 'better-sqlite3'
import { expect } from 'chai'
import { CLAIM_STATEMENTS } from '../../../src/adapters/sqlite/claim-jobs.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest } from '../../support/factories.js'
import { sequentialIds } from '../../support/ids.js'
import { TempDatabase } from './temp-database.js'

/** Whatever their number, each definition takes one look into the index, and one for a job that it has found. */
const FIRST_OF_EACH =
  'SCAN d\nSEARCH j USING INTEGER PRIMARY KEY \\(rowid=\\?\\)\nCORRELATED SCALAR SUBQUERY \\d+\n'

if (storesWanted().has('sqlite'))
  describe('plans of the SQLite claim', () => {
    let database: TempDatabase
    let db: Database.Database
    before(async () => {
      database = await new TempDatabase().migrated()
      const stores = await database.open()
      const newId = sequentialIds()
      await stores.jobs.insert(Array.from({ length: 500 }, () => newJob(aRequest(), newId(), new Date())))
      db = new Database(database.path)
    })
    after(async () => {
      db.close()
      await database.remove()
    })

    for (const statistics of ['never analysed', 'analysed while all is queued'])
      for (const [name, sql] of Object.entries(CLAIM_STATEMENTS))
        it(`${name} seeks its own index and sorts nothing, ${statistics}`, () => {
          if (statistics !== 'never analysed') db.exec('analyze')
          const plan = (
            db.prepare(`explain query plan ${sql}`).all(...parametersOf(sql)) as { detail: string }[]
          )
            .map(({ detail }) => detail)
            .join('\n')
          const index = name === 'ACTIVE' ? 'jobs_active' : 'jobs_queued'
          const start = name === 'OPEN' ? FIRST_OF_EACH : ''
          expect(plan).to.match(new RegExp(`^${start}SEARCH jobs USING (COVERING )?INDEX ${index} `))
          expect(plan).to.not.include('TEMP B-TREE')
        })
  })

function parametersOf(sql: string): unknown[] {
  return [...sql.matchAll(/\?/g)].map((_, place) => (place === 0 ? 'work' : 1))
}
