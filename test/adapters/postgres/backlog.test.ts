import { expect } from 'chai'
import knex from 'knex'
import pg from 'pg'
import { queuedUpTo } from '../../../src/adapters/sql/backlog.js'
import type { SqlReader } from '../../../src/adapters/sql/dialect.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

const QUEUED = 20_000
const LIMIT = 100

if (storesWanted().has('postgres'))
  describe('plan of the count of queued jobs', function () {
    this.timeout(60_000)
    let database: Database
    let client: pg.Client
    before(async () => {
      database = await createDatabase()
      client = new pg.Client({ connectionString: database.url })
      await client.connect()
      await client.query('alter table jobs set (autovacuum_enabled = false)')
      await client.query(
        `insert into jobs (id, definition_key, definition_version, priority, run_at, params, max_attempts, queued_at)
         select gen_random_uuid(), 'work', 1, n % 5, now(), '{}', 3, now() from generate_series(1, ${QUEUED}) n`,
      )
    })
    after(async () => {
      await client.end()
      await database.drop()
    })

    it('follows its index up to the limit while the table is full of queued jobs', async () => {
      await client.query('vacuum analyze jobs')
      let plan = ''
      const explain: Pick<SqlReader, 'knex' | 'rows'> = {
        knex: knex({ client: 'pg' }),
        rows: async (query) => {
          const { sql, bindings } = (query as knex.Knex.Raw).toSQL().toNative()
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain ${sql}`, [...bindings])
          plan = rows.map((row) => row['QUERY PLAN']).join('\n')
          return []
        },
      }
      await queuedUpTo(explain as SqlReader, LIMIT)
      expect(plan).to.match(/Index (Only )?Scan using jobs_queued/)
      expect(plan).to.not.match(/Seq Scan|Sort/)
    })
  })
