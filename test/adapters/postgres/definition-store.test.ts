import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aDefinition } from '../../support/factories.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'
import { untilPasses } from '../../support/until.js'

if (storesWanted().has('postgres')) {
  describe('definitions in PostgreSQL', () => {
    let database: Database
    let stores: Stores
    let client: pg.Client

    before(async () => {
      database = await createDatabase()
      const pool = { max: 8, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
      stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      client = new pg.Client({ connectionString: database.url })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await stores.close()
      await database.drop()
    })

    const waiting = async (count: number): Promise<void> =>
      untilPasses(async () => {
        const { rows } = await client.query<{ n: number }>(
          'select count(distinct pid)::int as n from pg_locks where not granted',
        )
        expect(rows[0]?.n).to.equal(count)
      })

    for (const paused of [true, false])
      it(`a new version is ${paused ? 'paused' : 'resumed'} with its key also when it is published just then`, async () => {
        const { definitions } = stores
        const versions = [1, 2].map((version) => aDefinition({ key: `key of ${paused}`, version }))
        const [first] = versions as [(typeof versions)[0]]
        await definitions.publish([first])
        await definitions.setPaused(first.key, !paused)
        // As a claim under a concurrency limit does, for as long as it takes.
        await client.query('begin')
        await client.query('select 1 from definitions where key = $1 for no key update', [first.key])
        const published = definitions.publish(versions)
        await waiting(1)
        const changed = definitions.setPaused(first.key, paused)
        await waiting(2)
        await client.query('commit')
        await Promise.all([published, changed])
        const kept = (await definitions.list()).filter(({ key }) => key === first.key)
        expect(kept.map((definition) => definition.paused)).to.deep.equal([paused, paused])
      })
  })
}
