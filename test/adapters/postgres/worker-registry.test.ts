import { expect } from 'chai'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { PostgresDb, type Db } from '../../../src/adapters/postgres/postgres-db.js'
import { PostgresWorkerRegistry } from '../../../src/adapters/postgres/postgres-worker-registry.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aWorker } from '../../support/factories.js'
import { createDatabase, execute } from '../../support/postgres-databases.js'

const pool = { max: 1, idleTimeoutMs: 10_000, connectionTimeoutMs: 2_000 }

if (storesWanted().has('postgres')) {
  describe('PostgresWorkerRegistry', () => {
    it('buries nobody by an order that the database carries out late', async () => {
      const database = await createDatabase()
      const db = new PostgresDb(database.url, pool, new Outages(), silentLogger, { hot: true })
      const [row] = await execute(database.url, "select (clock_timestamp() - interval '3 s')::text as at")
      const late: Db = {
        query: async (statement, values) =>
          statement.name === 'bury_asked_1' ? [row ?? {}] : db.query(statement, values),
        transaction: (work) => db.transaction(work),
      }
      const registry = (over: Db) => new PostgresWorkerRegistry(over, over, () => 0)
      await registry(db).register(aWorker(), -1)
      expect(await registry(late).bury(10)).to.equal(0)
      expect(await registry(db).bury(10)).to.equal(1)
      await db.close()
      await database.drop()
    })
  })
}
