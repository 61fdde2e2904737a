import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect } from 'chai'
import knex from 'knex'
import { summaryOf } from '../../../src/domain/metrics.js'
import { migrateSqlite } from '../../../src/adapters/sqlite/sqlite-stores.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { FIRST_FLOOR_RECORDS, FIRST_FLOOR_SUMMARY, makeFirstFloor } from '../../support/first-floor.js'
import { checkSqliteFile } from '../../support/sqlite-harness.js'
import { TempDatabase } from './temp-database.js'

if (storesWanted().has('sqlite'))
  describe('SQLite migrations', () => {
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
          '0011-dead-letter-errors',
        ])
        const { queries, metrics } = await database.open()
        const records = await Promise.all(ids.map((id) => queries.attempts(id)))
        expect(
          records.map((runs) => runs?.map(({ attempt, outcome, error }) => [attempt, outcome, error])),
        ).to.deep.equal(FIRST_FLOOR_RECORDS)
        expect(summaryOf(await metrics.definitions())).to.include(FIRST_FLOOR_SUMMARY)
        await checkSqliteFile(database.path)
      } finally {
        await database.remove()
      }
    })
  })
