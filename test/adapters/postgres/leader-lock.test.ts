import { expect } from 'chai'
import pg from 'pg'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { fenceOf, LEADS } from '../../../src/adapters/postgres/postgres-leader-lock.js'
import type { Leadership } from '../../../src/application/ports/leader-lock.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { uuid } from '../../support/ids.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

const TTL_MS = 600_000
const [ME, OTHER] = [
  { name: 'lead', holder: uuid(1) },
  { name: 'lead', holder: uuid(2) },
]

if (storesWanted().has('postgres')) {
  describe('a write that is fenced by its term, on PostgreSQL', () => {
    let database: Database
    let stores: Stores
    let client: pg.Client
    let offsetMs = 0
    let mine: Leadership

    before(async () => {
      database = await createDatabase()
      const pool = { max: 4, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
      const leaseOffsetMs = (): number => offsetMs
      stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger, leaseOffsetMs })
      client = new pg.Client({ connectionString: database.url })
      await client.connect()
    })
    after(async () => {
      await client.end()
      await stores.close()
      await database.drop()
    })
    beforeEach(async () => {
      offsetMs += TTL_MS + 1
      mine = (await stores.leaders.acquire(ME, TTL_MS))!
    })

    const fenced = async (): Promise<number> => {
      const { rows } = await client.query(`with ${LEADS} select * from leads`, [...fenceOf(mine)])
      return rows.length
    }

    it('commits before another term begins, which has to wait for it; renewals do not wait', async () => {
      await client.query('begin')
      expect(await fenced()).to.equal(1)
      expect(await stores.leaders.acquire(ME, TTL_MS)).to.deep.equal(mine)
      offsetMs += TTL_MS + 1
      const late = await stores.leaders.acquire(OTHER, TTL_MS).catch((error: unknown) => error)
      expect(late).to.be.instanceOf(StorageUnavailableError)
      await client.query('commit')
      expect((await stores.leaders.acquire(OTHER, TTL_MS))?.term).to.equal(mine.term + 1)
    })

    it('finds nothing to stand on once another term has begun, even while its transaction was open', async () => {
      await client.query('begin')
      offsetMs += TTL_MS + 1
      await stores.leaders.acquire(OTHER, TTL_MS)
      expect(await fenced()).to.equal(0)
      await client.query('commit')
    })
  })
}
