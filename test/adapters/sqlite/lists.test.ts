import { expect } from 'chai'
import { SqliteConnection } from '../../../src/adapters/sqlite/sqlite-connection.js'
import { SqliteReader } from '../../../src/adapters/sqlite/sqlite-reader.js'
import { Reachability } from '../../../src/adapters/sqlite/reachability.js'
import { StatementThread } from '../../../src/adapters/sqlite/statement-thread.js'
import { SqlJobQueries } from '../../../src/adapters/sql/sql-job-queries.js'
import type { Row } from '../../../src/adapters/sql/dialect.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { World } from '../../contract/world.js'
import { outcomeOf } from '../../support/factories.js'
import { TempDatabase } from './temp-database.js'

/** A reader that remembers the columns of all that it has read. */
class RememberingReader extends SqliteReader {
  readonly columns = new Set<string>()

  override async rows(...query: Parameters<SqliteReader['rows']>): Promise<readonly Row[]> {
    const rows = await super.rows(...query)
    for (const row of rows) for (const column of Object.keys(row)) this.columns.add(column)
    return rows
  }
}

if (storesWanted().has('sqlite'))
  describe('lists of jobs in SQL', () => {
    let database: TempDatabase
    let db: SqliteConnection
    let thread: StatementThread
    let reader: RememberingReader
    before(async () => {
      database = await new TempDatabase().migrated()
      const world = new World()
      world.stores = await database.open({ clock: world.clock })
      await world.publish({})
      const job = await world.running({})
      await world.insert({})
      await world.settle(job, outcomeOf.dead(job, world.newId()))
      await world.stores.close()
      const reachability = new Reachability(() => new Date())
      db = await SqliteConnection.open({ path: database.path, lockWaitMs: 1_000, reachability })
      thread = new StatementThread(database.path, 'reads')
      reader = new RememberingReader(db, thread)
    })
    after(async () => {
      await reader.knex.destroy()
      await thread.close()
      await db.close()
      await database.remove()
    })

    it('never read the params and results that they do not show', async () => {
      const queries = new SqlJobQueries(reader)
      const page = { limit: 10, offset: 0 }
      expect((await queries.list({}, page)).jobs).to.have.length(2)
      expect((await queries.list({ statuses: ['queued'] }, page)).jobs).to.have.length(1)
      expect((await queries.deadLetters({}, page)).deadLetters).to.have.length(1)
      expect([...reader.columns]).to.include.members(['error_summary', 'letter_id'])
      expect([...reader.columns]).not.to.include.oneOf(['params', 'result'])
    })
  })
