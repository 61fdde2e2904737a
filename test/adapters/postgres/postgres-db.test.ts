import { expect } from 'chai'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { PostgresDb, type Statement } from '../../../src/adapters/postgres/postgres-db.js'
import { PostgresNotifier } from '../../../src/adapters/postgres/postgres-notifier.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'
import { hintsOf } from '../../support/recording.js'
import { TcpProxy } from '../../support/tcp-proxy.js'
import { untilPasses } from '../../support/until.js'

const pool = { max: 1, idleTimeoutMs: 10_000, connectionTimeoutMs: 2_000 }
const ONE: Statement = { name: 'one', text: 'select 1 as one' }

/** Of the parameters in the first packet of a connection: length, version, then names and values, each ended by a zero. */
function namesOf(packet: Buffer): string[] {
  const texts = packet.subarray(8, packet.readInt32BE(0)).toString().split('\0')
  return texts.filter((text, place) => place % 2 === 0 && text !== '')
}

if (storesWanted().has('postgres')) {
  describe('PostgresDb', () => {
    let database: Database
    let proxy: TcpProxy
    let through: string
    let db: PostgresDb
    beforeEach(async () => {
      database = await createDatabase()
      const url = new URL(database.url)
      proxy = await TcpProxy.before(Number(url.port))
      url.port = String(proxy.port)
      through = url.href
      db = new PostgresDb(through, pool, new Outages(), silentLogger, { timeoutMs: 300 })
    })
    afterEach(async () => {
      await db.close()
      await proxy.close()
      await database.drop()
    })

    async function refusal(call: Promise<unknown>): Promise<unknown> {
      return call.then(
        () => 'no error',
        (error: unknown) => error,
      )
    }

    for (const [what, ask] of [
      ['statement', () => db.query(ONE, [])],
      ['query that Knex built', () => db.built(db.knex('definitions').select('key'))],
      ['transaction', () => db.transaction((run) => run(ONE, []))],
    ] as const) {
      it(`gives up a connection that went silent under a ${what}, and goes on with another`, async () => {
        await ask()
        proxy.silence()
        expect(await refusal(ask())).to.be.instanceOf(StorageUnavailableError)
        expect(await refusal(ask())).to.equal('no error')
      })
    }

    it('gives up all connections of its time with one that went silent, so that one caller is held up and no more', async () => {
      const many = new PostgresDb(through, { ...pool, max: 4 }, new Outages(), silentLogger, {
        timeoutMs: 300,
      })
      try {
        const nap: Statement = { name: 'nap', text: 'select pg_sleep(0.1)' }
        await Promise.all(Array.from({ length: 4 }, () => many.query(nap, [])))
        expect(proxy.connections).to.equal(4)
        proxy.silence()
        expect(await refusal(many.query(ONE, []))).to.be.instanceOf(StorageUnavailableError)
        for (let call = 0; call < 4; call += 1)
          expect(await refusal(many.query(ONE, []))).to.equal('no error')
      } finally {
        await many.close()
      }
    })

    it('goes on after a migration that changed a table under its prepared statements', async () => {
      const all: Statement = { name: 'all', text: 'select * from definitions' }
      await db.query(all, [])
      await execute(database.url, 'alter table definitions add column more text')
      expect(await db.query(all, [])).to.deep.equal([])
      await execute(database.url, 'alter table definitions drop column more')
      expect(await db.transaction((run) => run(all, []))).to.deep.equal([])
    })

    it('does so with as many connections as have prepared them', async () => {
      const many = new PostgresDb(through, { ...pool, max: 8 }, new Outages(), silentLogger)
      try {
        const all: Statement = {
          name: 'all',
          text: 'select *, pg_sleep(0.1) from definitions right join (select 1) one on true',
        }
        await Promise.all(Array.from({ length: 8 }, () => many.query(all, [])))
        await execute(database.url, 'alter table definitions add column more text')
        expect(await many.query(all, [])).to.have.length(1)
      } finally {
        await many.close()
      }
    })

    it('leaves a server that takes no writes any more for the one that a new connection leads to', async () => {
      const write: Statement = { text: "update definitions set key = 'x'" }
      await db.query({ text: 'set default_transaction_read_only = on' }, [])
      expect(await refusal(db.query(write, []))).to.be.instanceOf(StorageUnavailableError)
      expect(await refusal(db.query(write, []))).to.equal('no error')
    })

    it('says whether all its connections are in use, or none could be opened', async () => {
      const hasty = { ...pool, connectionTimeoutMs: 100 }
      const full = new PostgresDb(database.url, hasty, new Outages(), silentLogger)
      const nap = full.query({ text: 'select pg_sleep(0.4)' }, [])
      expect(String(await refusal(full.query(ONE, [])))).to.match(
        /the database is not available: no connection came free within 100 ms: all 1 are in use, see DB_POOL_MAX$/,
      )
      await nap
      await full.close()
      proxy.freeze()
      const shut = new PostgresDb(through, hasty, new Outages(), silentLogger)
      expect(String(await refusal(shut.query(ONE, [])))).to.match(
        /the database is not available: no connection could be opened within 100 ms$/,
      )
      proxy.thaw()
      await shut.close()
    })

    it('counts a server that refuses the connection as away', async () => {
      const [login, name, tls] = [new URL(through), new URL(through), new URL(through)]
      login.username = 'nobody_of_this_name'
      name.pathname = '/no_such_database'
      tls.searchParams.set('sslmode', 'no-verify')
      for (const { href } of [login, name, tls]) {
        let failures = 0
        const refused = new PostgresDb(href, pool, new Outages(() => (failures += 1)), silentLogger)
        expect(await refusal(refused.query(ONE, [])), href).to.be.instanceOf(StorageUnavailableError)
        expect(failures, href).to.equal(1)
        await refused.close()
      }
    })

    it('tells a statement that takes too long as busy, and a mistake of its own as what it is', async () => {
      const slow = await refusal(db.query({ text: 'select pg_sleep(5)' }, []))
      expect(slow).to.be.instanceOf(StorageUnavailableError)
      const wrong = await refusal(db.query({ text: 'select nonsense from nowhere' }, []))
      expect(wrong).to.be.instanceOf(Error).and.not.instanceOf(StorageUnavailableError)
      expect(await refusal(db.transaction((run) => run({ text: 'select 1 / 0' }, [])))).to.have.property(
        'code',
        '22012',
      )
      expect(await db.query(ONE, [])).to.deep.equal([{ one: 1 }])
    })

    it('never keeps the locks of a transaction in which its process stands still', async () => {
      const [row] = await db.query({ text: 'show idle_in_transaction_session_timeout' }, [])
      expect(row).to.deep.equal({ idle_in_transaction_session_timeout: '10s' })
    })

    it('asks for nothing as it connects that a pooler refuses', async () => {
      const asked = proxy.nextSaid()
      await db.query(ONE, [])
      // PgBouncer knows these; any other name that it is not told to ignore ends the connection.
      expect(namesOf(await asked)).to.have.members([
        'user',
        'database',
        'client_encoding',
        'application_name',
      ])
    })
  })

  describe('PostgresNotifier', () => {
    it('sends a hint again that was lost with its connection, and not for ever', async () => {
      const database = await createDatabase()
      const sent: unknown[] = []
      let lose = 2
      const db = {
        query: (_statement: Statement, values: readonly unknown[]) => {
          sent.push(values[1])
          return lose-- > 0
            ? Promise.reject(new StorageUnavailableError(new Error('cut')))
            : Promise.resolve([])
        },
        transaction: () => Promise.reject(new Error('not asked for')),
      }
      const options = { url: database.url, connectionTimeoutMs: 2_000, logger: silentLogger }
      const notifier = new PostgresNotifier(db, 'me', options)
      notifier.hint(['work'])
      await untilPasses(() => {
        expect(sent).to.deep.equal(Array(3).fill('me ["work"]'))
      })
      await notifier.stop()
      await database.drop()
    })

    it('says of each definition when its first job is due and how many there are, and looks at everything when it does not understand', async () => {
      const database = await createDatabase()
      const said: string[] = []
      const db = {
        query: (_statement: Statement, [, message]: readonly unknown[]) => {
          said.push(String(message))
          return Promise.resolve([])
        },
        transaction: () => Promise.reject(new Error('not asked for')),
      }
      const options = { url: database.url, connectionTimeoutMs: 2_000, logger: silentLogger }
      const [here, there] = [
        new PostgresNotifier(db, 'me', options),
        new PostgresNotifier(db, 'you', options),
      ]
      await there.start()
      const heard = hintsOf(there)
      here.hint(['first'])
      here.hint(['work', 'later'], new Date(5_000))
      here.hint(['later'], new Date(4_000))
      here.hint(['later'], new Date(6_000))
      here.hint(['work'])
      here.hint(['few'], undefined, 2)
      here.hint(['few', 'fewLater'], new Date(7_000), 3)
      here.hint(['many'], undefined, 3)
      here.hint(['many'])
      await here.stop()
      expect(said).to.deep.equal([
        'me ["first"]',
        'me ["work",["later",4000],["few",0,5],["fewLater",7000,3],"many"]',
      ])
      for (const message of [...said, 'me [["later",4000]]', 'me [7]', 'me null', 'me ', 'me []'])
        await execute(database.url, `select pg_notify('job_server_hints', '${message}')`)
      await untilPasses(() => {
        const later = ['later', new Date(4_000).toISOString()]
        const few = [
          ['few', '5 jobs'],
          ['fewLater', new Date(7_000).toISOString(), '3 jobs'],
        ]
        expect(heard).to.deep.equal([['first'], ['work', 'many'], later, ...few, later, [], [], [], []])
      })
      await there.stop()
      await database.drop()
    })

    it('wakes who relies on hints when it turns deaf, and leaves nothing open when it is stopped', async () => {
      const database = await createDatabase()
      const url = new URL(database.url)
      const proxy = await TcpProxy.before(Number(url.port))
      url.port = String(proxy.port)
      const db = { query: () => Promise.resolve([]), transaction: () => Promise.reject(new Error('no')) }
      const options = { url: url.href, connectionTimeoutMs: 1_000, logger: silentLogger }
      const notifier = new PostgresNotifier(db, 'me', options)
      await notifier.start()
      const heard: boolean[] = []
      notifier.subscribe(() => heard.push(notifier.isProven()))
      await execute(
        database.url,
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'job-server listener' and datname = current_database()",
      )
      await untilPasses(() => {
        expect(heard).to.deep.equal([false, true])
      })
      await notifier.stop()
      const hasty = new PostgresNotifier(db, 'me', options)
      const starting = hasty.start()
      await hasty.stop()
      await starting
      await untilPasses(() => {
        expect(proxy.connections).to.equal(0)
      })
      await proxy.close()
      await database.drop()
    })
  })
}
