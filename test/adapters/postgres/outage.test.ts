import { expect } from 'chai'
import { openPostgresStores } from '../../../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import {
  SchemaOutdatedError,
  StorageReadOnlyError,
  StorageUnavailableError,
} from '../../../src/domain/errors.js'
import { newJob } from '../../../src/domain/job.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { aRequest } from '../../support/factories.js'
import { untilPasses } from '../../support/until.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'
import { PostgresServer } from '../../support/postgres-server.js'
import { migratePostgres } from '../../../src/adapters/postgres/postgres-stores.js'
import { v7 as uuidv7 } from 'uuid'

const pool = { max: 4, idleTimeoutMs: 10_000, connectionTimeoutMs: 2_000 }

const terminate = (url: string, application: string) =>
  execute(
    url,
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = '${application}' and pid <> pg_backend_pid()`,
  )

if (storesWanted().has('postgres')) {
  describe('postgres connections', () => {
    let database: Database
    let stores: Stores
    let other: Stores
    beforeEach(async () => {
      database = await createDatabase()
      stores = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      other = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
    })
    afterEach(async () => {
      await Promise.all([stores.close(), other.close()])
      await database.drop()
    })

    const insert = () => stores.jobs.insert([newJob(aRequest(), uuidv7(), stores.clock.now())])

    it('carry hints to other processes, and to this one without a round trip', async () => {
      const heard: string[] = []
      stores.notifier.subscribe((keys) => heard.push(`here ${keys.join()}`))
      other.notifier.subscribe((keys) => heard.push(`there ${keys.join()}`))
      stores.notifier.hint(['work'])
      expect(heard).to.deep.equal(['here work'])
      await untilPasses(() => {
        expect(heard).to.deep.equal(['here work', 'there work'])
      })
    })

    it('that only listened are made anew, and what was missed is looked for at once', async () => {
      const heard: string[] = []
      other.notifier.subscribe((keys) => heard.push(keys.join()))
      await terminate(database.url, 'job-server listener')
      await untilPasses(() => {
        expect(other.notifier.isProven()).to.equal(true)
        expect(heard).to.include('')
      })
      heard.length = 0
      stores.notifier.hint(['work'])
      await untilPasses(() => {
        expect(heard).to.deep.equal(['work'])
      })
    })

    it('that are cut cost one refused call each, never the process', async () => {
      await insert()
      await terminate(database.url, 'job-server')
      const refused: unknown[] = []
      await untilPasses(async () => {
        await insert().catch((error: unknown) => {
          refused.push(error)
          throw error
        })
      })
      for (const error of refused) expect(error).to.be.instanceOf(StorageUnavailableError)
    })

    it('that are refused the login take the database for away, until they are let in again', async () => {
      const name = new URL(database.url).pathname.slice(1)
      const role = `operator_of_${name}`
      await execute(database.url, `create role "${role}" superuser login`)
      const theirs = new URL(database.url)
      theirs.username = role
      const own = await openPostgresStores({ url: theirs.href, pool, logger: silentLogger })
      const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
        work.then(
          () => null,
          (error: unknown) => error,
        )
      try {
        await own.ping()
        await execute(database.url, `alter role "${role}" nologin`)
        await terminate(database.url, 'job-server')
        await untilPasses(async () => {
          const refusal = await refusalOf(own.jobs.insert([newJob(aRequest(), uuidv7(), own.clock.now())]))
          expect(String(refusal)).to.match(/^StorageUnavailableError: .* is not permitted to log in$/)
        })
        expect(await refusalOf(own.ping())).to.be.instanceOf(StorageUnavailableError)
        expect(await refusalOf(own.ping())).not.to.be.instanceOf(SchemaOutdatedError)
        await execute(database.url, `alter role "${role}" login`)
        await own.ping()
      } finally {
        await own.close()
        await execute(database.url, `drop role "${role}"`)
      }
    })

    it('read instants whatever the style and zone of the database are', async () => {
      const name = new URL(database.url).pathname.slice(1)
      await execute(
        database.url,
        `alter database "${name}" set datestyle = 'SQL, DMY'; alter database "${name}" set timezone = 'Asia/Tokyo'`,
      )
      const own = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        const job = newJob(aRequest(), uuidv7(), own.clock.now())
        await own.jobs.insert([job])
        const found = await own.queries.get(job.id)
        expect(found?.job.runAt).to.deep.equal(job.runAt)
        expect((await own.queries.events(job.id, 0, 10))?.[0]?.at).to.be.instanceOf(Date)
      } finally {
        await own.close()
      }
    })

    it('say of a database that takes no writes that it is read-only, until it takes them again', async () => {
      const name = new URL(database.url).pathname.slice(1)
      await execute(database.url, `alter database ${name} set default_transaction_read_only = on`)
      const standby = await openPostgresStores({ url: database.url, pool, logger: silentLogger })
      try {
        const refused = await standby.ping().catch((error: unknown) => error)
        expect(refused).to.be.instanceOf(StorageReadOnlyError)
        await execute(
          database.url,
          `begin read write; alter database ${name} reset default_transaction_read_only; commit`,
        )
        await standby.ping()
      } finally {
        await standby.close()
      }
    })

    it('follow the clock of the database', async () => {
      const [row] = await execute(database.url, 'select extract(epoch from clock_timestamp()) * 1000 as ms')
      expect(Math.abs(stores.clock.now().getTime() - Number(row?.['ms']))).to.be.below(250)
    })
  })

  describe('a postgres that crashes and comes back', function () {
    this.timeout(60_000)
    let server: PostgresServer
    let stores: Stores
    before(async () => {
      server = await PostgresServer.start()
      await migratePostgres(server.url())
      stores = await openPostgresStores({ url: server.url(), pool, logger: silentLogger })
    })
    after(async () => {
      await stores.close()
      await server.stop()
    })

    it('is refused meanwhile, found again, and remembered as a gap', async () => {
      const since = stores.reachableSince()
      const job = newJob(aRequest(), uuidv7(), stores.clock.now())
      await stores.jobs.insert([job])
      await server.stopImmediately()
      const error = await stores.queries.get(job.id).catch((thrown: unknown) => thrown)
      expect(error).to.be.instanceOf(StorageUnavailableError)
      // Away for longer than a connection that is merely cut.
      await new Promise((resolve) => setTimeout(resolve, 600))
      await server.boot()
      await untilPasses(async () => {
        expect((await stores.queries.get(job.id))?.job.status).to.equal('queued')
      })
      expect(stores.reachableSince().getTime()).to.be.above(since.getTime() + 1)
      await untilPasses(() => {
        expect(stores.notifier.isProven()).to.equal(true)
      })
    })
  })
}
