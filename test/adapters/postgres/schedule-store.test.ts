import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aSchedule, NOON } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'
import { untilPasses } from '../../support/until.js'

if (storesWanted().has('postgres')) {
  describe('PostgresScheduleStore', () => {
    let database: Database
    let stores: Stores
    let client: pg.Client

    before(async () => {
      database = await createDatabase()
      const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
      stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      client = new pg.Client({ connectionString: database.url })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await stores.close()
      await database.drop()
    })

    const count = async (sql: string): Promise<number> => {
      const { rows } = await client.query<{ n: number }>(`select count(*)::int as n from ${sql}`)
      return rows[0]?.n ?? 0
    }

    it('removes the tick of a firing that holds the schedule just then, too', async () => {
      const schedule = aSchedule()
      await stores.schedules.create([schedule])
      await client.query('begin')
      await client.query('update schedules set revision = revision + 1 where id = $1', [schedule.id])
      await client.query(
        `insert into schedule_ticks (schedule_id, slot, outcome, delay_ms) values ($1, $2, 'missed', 0)`,
        [schedule.id, NOON],
      )
      const removed = stores.schedules.remove([schedule.id])
      await untilPasses(async () => {
        expect(await count(`pg_locks where not granted`)).to.equal(1)
      })
      await client.query('commit')
      expect(await removed).to.deep.equal([true])
      expect(await count('schedules')).to.equal(0)
      expect(await count('schedule_ticks')).to.equal(0)
    })

    it('tells of a schedule the jobs that were open when it was as it is told, not those of a firing that comes between', async () => {
      const schedule = aSchedule({ overlap: 'cancel_previous' })
      await stores.schedules.create([schedule])
      await client.query('begin; lock table jobs')
      const due = stores.schedules.due(new Date(NOON.getTime() + 60_000), 9, null)
      await untilPasses(async () => {
        expect(await count(`pg_locks where not granted`)).to.equal(1)
      })
      await client.query('update schedules set revision = revision + 1 where id = $1', [schedule.id])
      await client.query(
        `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at, schedule_id)
          values ($1, 'work', 1, 0, $2, '{}', 3, $2, $3)`,
        [uuid(1), NOON, schedule.id],
      )
      await client.query('commit')
      const told = (await due).map(({ schedule: { revision }, openJobs }) => [revision, openJobs])
      expect(told).to.deep.equal([[2, [uuid(1)]]])
    })
  })
}
