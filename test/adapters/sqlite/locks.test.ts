import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { portError } from '../../../src/adapters/sqlite/sqlite-errors.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aNewJob, aWorker } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { TempDatabase } from './temp-database.js'

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => null,
    (error: unknown) => error,
  )
}

if (storesWanted().has('sqlite'))
  describe('a SQLite store whose file is locked or missing', () => {
    let database: TempDatabase
    let other: Database.Database
    beforeEach(async () => {
      database = await new TempDatabase().migrated()
      other = new Database(database.path)
    })
    afterEach(async () => {
      other.close()
      await database.remove()
    })

    it('waits for the lock without blocking the event loop, then does what was asked', async () => {
      const stores = await database.open()
      other.exec('begin exclusive')
      let turns = 0
      const probe = setInterval(() => (turns += 1), 5)
      const calls = [
        stores.jobs.insert([aNewJob()]),
        stores.workers.register(aWorker(), 60_000),
        stores.workers.bury(10),
      ]
      await sleep(300)
      const turnsWhileLocked = turns
      other.exec('rollback')
      const [inserted] = await Promise.all(calls)
      clearInterval(probe)
      expect(inserted).to.have.nested.property('[0].outcome', 'inserted')
      expect(turnsWhileLocked).to.be.greaterThan(5)
    })

    it('reads while another process writes', async () => {
      const stores = await database.open()
      other.exec('begin exclusive')
      expect(await stores.queries.get(uuid(1))).to.equal(null)
      expect((await stores.queries.list({}, { limit: 1, offset: 0 })).total).to.equal(0)
      other.exec('rollback')
    })

    it('says that storage is unavailable when the lock stays, and counts the gap', async () => {
      const stores = await database.open({ lockWaitMs: 100 })
      const openedAt = stores.reachableSince()
      other.exec('begin exclusive')
      const failures = await Promise.all([
        failureOf(stores.jobs.insert([aNewJob()])),
        failureOf(stores.jobs.requestCancel([uuid(1)], new Date(), () => uuid(2))),
      ])
      for (const failure of failures) expect(failure).to.be.instanceOf(StorageUnavailableError)
      other.exec('rollback')
      expect(await stores.queries.get(aNewJob().id)).to.equal(null)
      const [answer] = await stores.jobs.insert([aNewJob()])
      expect(answer?.outcome).to.equal('inserted')
      expect(stores.reachableSince()).to.be.greaterThan(openedAt)
    })

    it('opens before the file is migrated, and is not ready until it is', async () => {
      const fresh = new TempDatabase()
      try {
        const stores = await fresh.open()
        expect(await failureOf(stores.ping())).to.be.instanceOf(StorageUnavailableError)
        expect(await failureOf(stores.jobs.insert([aNewJob()]))).to.be.instanceOf(StorageUnavailableError)
        await fresh.migrated()
        await stores.ping()
        expect((await stores.jobs.insert([aNewJob()]))[0]?.outcome).to.equal('inserted')
      } finally {
        await fresh.remove()
      }
    })

    it('says that storage is unavailable after it was closed', async () => {
      const stores = await database.open()
      await stores.queries.list({}, { limit: 1, offset: 0 })
      await stores.close()
      const calls = [
        stores.jobs.insert([aNewJob()]),
        stores.queries.get(uuid(1)),
        stores.queries.list({}, { limit: 1, offset: 0 }),
        stores.ping(),
      ]
      for (const call of calls) expect(await failureOf(call)).to.be.instanceOf(StorageUnavailableError)
    })

    for (const code of ['SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_CANTOPEN', 'SQLITE_READONLY_DBMOVED'])
      it(`takes ${code} for an unavailable storage, not for a mistake of the caller`, () => {
        expect(portError(new Database.SqliteError('', code))).to.be.instanceOf(StorageUnavailableError)
      })
  })
