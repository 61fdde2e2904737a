import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import knex from 'knex'
import { SchemaOutdatedError, SchemaTooNewError } from '../../../src/domain/errors.js'
import { summaryOf } from '../../../src/domain/metrics.js'
import { migrateSqlite } from '../../../src/adapters/sqlite/sqlite-stores.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { FIRST_FLOOR_RECORDS, FIRST_FLOOR_SUMMARY, makeFirstFloor } from '../../support/first-floor.js'
import { checkSqliteFile } from '../../support/sqlite-harness.js'
import { TempDatabase } from './temp-database.js'

if (storesWanted().has('sqlite'))
  describe('SQLite migrations', () => {
    it('make a file and a folder that nobody else on the machine may read', async () => {
      const database = new TempDatabase()
      try {
        const stores = await (await database.migrated()).open()
        expect(await stores.queries.get('01a2140c-ef89-771d-92a7-72e47ae09c3e')).to.equal(null)
        for (const path of ['', '-wal', '-shm'].map((suffix) => `${database.path}${suffix}`))
          expect(statSync(path).mode & 0o007, path).to.equal(0)
        expect(statSync(dirname(database.path)).mode & 0o007).to.equal(0)
      } finally {
        await database.remove()
      }
    })

    it('give runs that ended before there were records a record each, from their events', async () => {
      const database = new TempDatabase()
      try {
        mkdirSync(dirname(database.path), { recursive: true })
        const connection = { filename: database.path }
        const old = knex({ client: 'better-sqlite3', connection, useNullAsDefault: true })
        const ids = await makeFirstFloor(old)
        await old.destroy()
        expect(await migrateSqlite(database.path)).to.deep.equal([
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
        ])
        const { queries, metrics } = await database.open()
        const records = await Promise.all(ids.map((id) => queries.attempts(id, 1_000)))
        expect(
          records.map((runs) => runs?.map(({ attempt, outcome, error }) => [attempt, outcome, error])),
        ).to.deep.equal(FIRST_FLOOR_RECORDS)
        expect(summaryOf(await metrics.definitions())).to.include(FIRST_FLOOR_SUMMARY)
        await checkSqliteFile(database.path)
      } finally {
        await database.remove()
      }
    })

    it('leave a schema alone that a newer version has made, as long as it serves this one', async () => {
      const database = await new TempDatabase().migrated()
      const db = new Database(database.path)
      const later = (name: string) =>
        db.prepare('insert into schema_migrations (name, batch) values (?, 9)').run(name)
      const migrating = () => migrateSqlite(database.path).catch((error: unknown) => error)
      try {
        later('9997-later')
        later('9998-contracts-0009-what-nobody-reads')
        expect(await migrating()).to.deep.equal([])
        await (await database.open()).ping()

        later('9999-contracts-9997-what-we-read')
        expect(await migrating())
          .to.be.instanceOf(SchemaTooNewError)
          .with.property('message')
          .that.matches(/left nothing for this one: 9999-contracts-9997-what-we-read$/)
        db.exec("delete from schema_migrations where name like '9999%' or name = '0009-schedules'")
        expect(await migrating())
          .to.be.instanceOf(SchemaTooNewError)
          .with.property('message')
          .that.matches(/it ran 9997-later, .*, but not 0009-schedules$/)
      } finally {
        db.close()
        await database.remove()
      }
    })

    it('are named by whoever lacks them', async () => {
      const database = await new TempDatabase().migrated()
      const db = new Database(database.path)
      try {
        const stores = await database.open()
        db.exec("delete from schema_migrations where name = '0009-schedules'")
        expect(await stores.ping().catch((error: unknown) => error))
          .to.be.instanceOf(SchemaOutdatedError)
          .with.property(
            'message',
            'the database lacks migrations: 0009-schedules; run them with job-server migrate',
          )
      } finally {
        db.close()
        await database.remove()
      }
    })
  })
