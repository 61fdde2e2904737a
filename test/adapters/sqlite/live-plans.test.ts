import { expect } from 'chai'
import { Reachability } from '../../../src/adapters/sqlite/reachability.js'
import { StatementThread } from '../../../src/adapters/sqlite/statement-thread.js'
import { SqliteConnection } from '../../../src/adapters/sqlite/sqlite-connection.js'
import { SqliteReader, toBinding } from '../../../src/adapters/sqlite/sqlite-reader.js'
import type { Row } from '../../../src/adapters/sql/dialect.js'
import { SqlJobQueries } from '../../../src/adapters/sql/sql-job-queries.js'
import { SqlLiveQueries } from '../../../src/adapters/sql/sql-live-queries.js'
import { SqlQueueQueries } from '../../../src/adapters/sql/sql-queue-queries.js'
import type { QueuedJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aNewJob, NOON } from '../../support/factories.js'
import { TempDatabase } from './temp-database.js'

/** A reader that tells how SQLite would go about each query, and runs none. */
class ExplainingReader extends SqliteReader {
  readonly plans: string[] = []

  constructor(private readonly db: SqliteConnection) {
    super(db, new StatementThread('', 'reads'))
  }

  override rows(query: Parameters<SqliteReader['rows']>[0]): Promise<readonly Row[]> {
    const { sql, bindings } = (
      query as { toSQL(): { toNative(): { sql: string; bindings: readonly unknown[] } } }
    )
      .toSQL()
      .toNative()
    const plan = this.db.all(`explain query plan ${sql}`, ...bindings.map(toBinding))
    this.plans.push(...plan.map(({ detail }) => String(detail)))
    return Promise.resolve([])
  }
}

if (storesWanted().has('sqlite'))
  describe('plans of what live clients and explanations ask of SQLite', () => {
    let database: TempDatabase
    let db: SqliteConnection
    let reader: ExplainingReader
    before(async () => {
      database = await new TempDatabase().migrated()
      const reachability = new Reachability(() => new Date())
      db = await SqliteConnection.open({ path: database.path, lockWaitMs: 1_000, reachability })
      reader = new ExplainingReader(db)
    })
    after(async () => {
      await reader.knex.destroy()
      await db.close()
      await database.remove()
    })

    it('seek the rows of big tables by an index', async () => {
      const [live, queue] = [new SqlLiveQueries(reader), new SqlQueueQueries(reader)]
      const work = { key: 'work', version: 1 }
      const { idempotency: _idempotency, ...job } = aNewJob()
      await live.heads(['a', 'b'])
      await live.eventsAfter([{ jobId: 'a', after: 0 }], 100)
      await queue.holders(work, 100)
      await queue.ahead(job satisfies QueuedJob, [work], NOON, 1_000)
      await queue.recentRunMs(work, 50)
      await new SqlJobQueries(reader).deliveries('a')
      const touched = reader.plans.filter((detail) => /\b(j|e|jobs|finished_jobs|job_events)\b/.test(detail))
      expect(touched).to.have.length.greaterThan(6)
      expect(touched.join()).to.include('INDEX jobs_deliveries').and.include('INDEX finished_jobs_deliveries')
      for (const detail of touched) expect(detail).to.match(/^SEARCH /)
      reader.plans.length = 0
      await queue.activity()
      // The index of active jobs holds nothing else.
      expect(reader.plans[0]).to.match(/^SCAN jobs USING COVERING INDEX jobs_active/)
    })
  })
