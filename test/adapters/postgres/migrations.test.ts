import { expect } from 'chai'
import knex from 'knex'
import pg from 'pg'
import sinon from 'sinon'
import { migratePostgres, openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger, type Logger } from '../../../src/application/ports/logger.js'
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

    describe('on a database in use', () => {
      let old: pg.Client
      let reader: pg.Client
      const told: string[] = []
      const logger: Logger = { ...silentLogger, warn: (message) => told.push(message) }
      beforeEach(async () => {
        const first = knex({ client: 'pg', connection: database.url })
        await makeFirstFloor(first)
        await first.destroy()
        told.length = 0
        reader = new pg.Client({ connectionString: database.url })
        old = new pg.Client({ connectionString: database.url })
        await Promise.all([reader.connect(), old.connect()])
        await reader.query('begin; select 1 from jobs limit 1')
      })
      afterEach(async () => {
        sinon.restore()
        await Promise.all([reader.end(), old.end()])
      })

      const untilOneWaits = () =>
        untilPasses(async () => {
          const { rows } = await old.query(
            'select 1 from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())',
          )
          expect(rows).not.to.deep.equal([])
        })

      it('let others work while a dump keeps them waiting, say so, and go on after it', async () => {
        const printed = sinon.spy(console, 'log')
        const migrated = migratePostgres(database.url, logger)
        await untilOneWaits()
        await old.query("set statement_timeout = '8s'; select 1 from jobs for share")
        await untilPasses(() => {
          expect(told[0]).to.match(/wait for others to let go/)
        })
        await reader.query('commit')
        expect(await migrated).to.deep.equal(SINCE)
        expect(printed.args).to.deep.equal([])
      })

      it('begin again when they lose a deadlock against the statements of others', async () => {
        // So that it is the migration that finds the deadlock, and gives way.
        await reader.query(
          `commit; begin; set local deadlock_timeout = '1min'; select 1 from dead_letters limit 1`,
        )
        const migrated = migratePostgres(database.url, logger)
        migrated.catch(() => undefined)
        await untilOneWaits()
        await reader.query('select 1 from finished_jobs limit 1')
        await reader.query('commit')
        expect(await migrated).to.deep.equal(SINCE)
      })

      it('take their time, whatever the timeouts of the role are', async () => {
        const name = new URL(database.url).pathname.slice(1)
        for (const timeout of [
          'statement_timeout',
          'idle_in_transaction_session_timeout',
          'transaction_timeout',
        ])
          await execute(database.url, `alter database ${name} set ${timeout} = '300ms'`)
        const migrated = migratePostgres(database.url, logger)
        migrated.catch(() => undefined)
        await untilOneWaits()
        await new Promise((resolve) => setTimeout(resolve, 600))
        await reader.query('commit')
        expect(await migrated).to.deep.equal(SINCE)
      })
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

    it('are not taken for missing where they cannot be read', async () => {
      await execute(database.url, 'create table schema_migrations (id integer)')
      const stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        expect(await stores.ping().catch((error: unknown) => error)).to.have.property('code', '42703')
      } finally {
        await stores.close()
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
