import { expect } from 'chai'
import { EventAppender } from '../../../src/adapters/postgres/append-events.js'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { PostgresDb, type Db } from '../../../src/adapters/postgres/postgres-db.js'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import type { HandlerEvent } from '../../../src/application/ports/job-store.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { newJob, type ActiveJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aDefinition, aRequest, aWorker, NOON, outcomeOf } from '../../support/factories.js'
import { FakeClock } from '../../support/fake-clock.js'
import { uuid } from '../../support/ids.js'
import { createDatabase, type Database } from '../../support/postgres-databases.js'

const POOL = { max: 4, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
const WORK = { key: 'work', version: 1 }

if (storesWanted().has('postgres')) {
  describe('events of handlers whose answer is lost', () => {
    let database: Database
    let stores: Stores
    let db: PostgresDb
    let appender: EventAppender
    /** What becomes of the next append: it is done and nobody hears of it, or it arrives only when `arrives` is called. */
    let fate: 'answered' | 'unheard' | 'late'
    let arrives: () => Promise<unknown>
    beforeEach(async () => {
      database = await createDatabase()
      const { url } = database
      stores = await openPostgresStores({ url, pool: POOL, logger: silentLogger, clock: new FakeClock() })
      db = new PostgresDb(url, POOL, new Outages(), silentLogger)
      fate = 'answered'
      const query: Db['query'] = async (statement, values) => {
        const now = fate
        if (!statement.name?.startsWith('append_events') || now === 'answered')
          return db.query(statement, values)
        fate = 'answered'
        if (now === 'unheard') await db.query(statement, values)
        else arrives = () => db.query(statement, values)
        throw new StorageUnavailableError(new Error('cut'))
      }
      appender = new EventAppender({ query, transaction: (work) => db.transaction(work) })
      await stores.definitions.publish([aDefinition()])
      await stores.workers.register(aWorker({ incarnation: uuid(9) }), 600_000)
      await stores.jobs.insert([newJob(aRequest(), uuid(1), NOON)])
    })
    afterEach(async () => {
      await db.close()
      await stores.close()
      await database.drop()
    })

    async function claimed(): Promise<ActiveJob> {
      const request = { incarnation: uuid(9), limit: 1, now: NOON, definitions: [WORK] }
      const [job] = (await stores.jobs.claim(request)).jobs
      if (job === undefined) throw new Error('nothing was claimed')
      return job
    }

    const said = ({ lease }: ActiveJob, ...types: string[]): HandlerEvent[] =>
      types.map((type) => ({ lease, type, payload: {} }))

    /** Brings them again until they are answered, as a worker does. */
    async function append(events: readonly HandlerEvent[]): Promise<unknown> {
      return appender.append(events, NOON).catch(() => appender.append(events, NOON))
    }

    async function written(): Promise<string[]> {
      const events = (await stores.queries.events(uuid(1), 0, 100)) ?? []
      const ofTheServer = ['queued', 'started', 'retry_scheduled']
      return events.map(({ type }) => type).filter((type) => !ofTheServer.includes(type))
    }

    it('are written once, the first of a run and later ones', async () => {
      const job = await claimed()
      for (const types of [['a', 'b'], ['c']]) {
        fate = 'unheard'
        expect(await append(said(job, ...types))).to.deep.equal(types.map(() => 'applied'))
      }
      await append(said(job, 'd'))
      expect(await written()).to.deep.equal(['a', 'b', 'c', 'd'])
    })

    it('are written once in a run that is not the first, too', async () => {
      const first = await claimed()
      await append(said(first, 'a'))
      await stores.jobs.settle([{ lease: first.lease, outcome: outcomeOf.requeued(first, NOON) }], NOON)
      const second = await claimed()
      fate = 'unheard'
      await append(said(second, 'b'))
      expect(await written()).to.deep.equal(['a', 'b'])
    })

    it('are not written a second time by what arrives late', async () => {
      const job = await claimed()
      fate = 'late'
      await append(said(job, 'a'))
      await arrives()
      await append(said(job, 'b'))
      expect(await written()).to.deep.equal(['a', 'b'])
    })

    it('are written when it was the append that was lost, and told of a lease that is no more', async () => {
      const job = await claimed()
      fate = 'late'
      expect(await append(said(job, 'a'))).to.deep.equal(['applied'])
      fate = 'unheard'
      const lost = said(job, 'b')
      await appender.append(lost, NOON).catch(() => undefined)
      await stores.jobs.settle([{ lease: job.lease, outcome: outcomeOf.requeued(job, NOON) }], NOON)
      expect(await appender.append([...lost, ...said(job, 'c')], NOON)).to.deep.equal([
        'lease_lost',
        'lease_lost',
      ])
      expect(await written()).to.deep.equal(['a', 'b'])
    })
  })
}
