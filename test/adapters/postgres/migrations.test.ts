import { expect } from 'chai'
import knex from 'knex'
import pg from 'pg'
import { migratePostgres, openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { summaryOf } from '../../../src/domain/metrics.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { FIRST_FLOOR_RECORDS, FIRST_FLOOR_SUMMARY, makeFirstFloor } from '../../support/first-floor.js'
import { checkInvariants } from '../../support/invariants.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'
import { freePort } from '../../support/postgres-server.js'
import { untilPasses } from '../../support/until.js'

/** Migrations since the first. */
const SINCE = [
  '0002-attempts-and-logs',
  '0003-operators',
  '0004-metrics',
  '0005-api-keys',
  '0006-leadership-and-retention',
  '0007-callbacks',
  '0008-traces',
  '0009-schedules',
  '0010-dead-letter-errors',
  '0011-created-among-queued',
]
const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }

if (storesWanted().has('postgres')) {
  describe('postgres migrations', () => {
    let database: Database
    beforeEach(async () => {
      database = await createDatabase('empty')
    })
    afterEach(() => database.drop())

    it('run once, however many start at the same time', async () => {
      const ran = await Promise.all(Array.from({ length: 4 }, () => migratePostgres(database.url)))
      expect(ran.flat()).to.deep.equal(['0001-first-floor', ...SINCE])
    })

    it('run although a killed process left its mark', async () => {
      await migratePostgres(database.url)
      await execute(database.url, 'update schema_migrations_lock set is_locked = 1')
      expect(await migratePostgres(database.url)).to.deep.equal([])
    })

    it('give runs that ended before there were records a record each, from their events', async () => {
      const old = knex({ client: 'pg', connection: database.url })
      const ids = await makeFirstFloor(old)
      await old.destroy()
      expect(await migratePostgres(database.url)).to.deep.equal(SINCE)
      const stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        const records = await Promise.all(ids.map((id) => stores.queries.attempts(id, 1_000)))
        expect(
          records.map((runs) => runs?.map(({ attempt, outcome, error }) => [attempt, outcome, error])),
        ).to.deep.equal(FIRST_FLOOR_RECORDS)
        expect(summaryOf(await stores.metrics.definitions())).to.include(FIRST_FLOOR_SUMMARY)
        await checkInvariants((sql) => execute(database.url, sql))
      } finally {
        await stores.close()
      }
    })

    it('leave a schema alone that a newer version has made', async () => {
      await migratePostgres(database.url)
      await execute(database.url, "insert into schema_migrations (name, batch) values ('9998-later', 9)")
      expect(await migratePostgres(database.url)).to.deep.equal([])
    })

    it('make a database ready that was not', async () => {
      const stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        const before = await stores.ping().catch((error: unknown) => error)
        expect(before)
          .to.be.instanceOf(StorageUnavailableError)
          .with.property('message')
          .that.includes('migrations')
        await migratePostgres(database.url)
        await stores.ping()
      } finally {
        await stores.close()
      }
    })

    const LAST = '0011-created-among-queued'
    const beforeLast = async (): Promise<void> => {
      await migratePostgres(database.url)
      await execute(database.url, `delete from schema_migrations where name = '${LAST}'`)
    }

    it('take as long as they take, whatever the timeouts of the role are', async () => {
      await beforeLast()
      const name = new URL(database.url).pathname.slice(1)
      await execute(database.url, `alter database "${name}" set statement_timeout = '200ms'`)
      const reading = execute(
        database.url,
        'begin; set statement_timeout = 0; select count(*) from jobs; select pg_sleep(0.8); commit',
      )
      expect(await migratePostgres(database.url)).to.deep.equal([LAST])
      await reading
    })

    it('keep nobody waiting behind a change that waits for a long read, and go on when that is over', async () => {
      await beforeLast()
      const reader = new pg.Client({ connectionString: database.url })
      await reader.connect()
      try {
        await reader.query('begin; select count(*) from jobs')
        const migrated = migratePostgres(database.url).catch((error: unknown) => error)
        await untilPasses(async () => {
          const waiting = await execute(database.url, 'select from pg_locks where not granted')
          expect(waiting).to.have.length(1)
        })
        // It stands in the queue behind the change, and the change behind the read.
        await execute(database.url, 'delete from jobs')
        expect(await migrated).to.be.instanceOf(StorageUnavailableError)
        await reader.query('commit')
        expect(await migratePostgres(database.url)).to.deep.equal([LAST])
      } finally {
        await reader.end()
      }
    })

    it('say that the database is away', async () => {
      const error = await migratePostgres(`postgres://postgres@127.0.0.1:${await freePort()}/x`).catch(
        (thrown: unknown) => thrown,
      )
      expect(error).to.be.instanceOf(StorageUnavailableError)
    })
  })
}
