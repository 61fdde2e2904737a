import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { migrateSqlite } from '../../../src/adapters/sqlite/sqlite-stores.js'
import { examine, type Surroundings } from '../../../src/bootstrap/doctor/examine.js'
import type { Finding } from '../../../src/bootstrap/doctor/finding.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { tempDir } from '../../e2e/support/temp-dir.js'
import { createDatabase, execute, type Database as TestDatabase } from '../../support/postgres-databases.js'
import { TransactionPooler } from '../../support/transaction-pooler.js'

type Environment = Readonly<Record<string, string>>

describe('the doctor', function () {
  this.timeout(60_000)
  const folder = tempDir()
  const closing: (() => Promise<void> | void)[] = [folder.remove]
  after(async () => {
    for (const close of closing.reverse()) await close()
  })

  let folders = 0
  /** A healthy server: a folder and a port of its own. */
  const healthy = (): Environment => ({
    DATA_DIR: join(folder.path, `data-${(folders += 1)}`),
    PORT: '0',
    PATH: process.env['PATH'] ?? '',
  })
  const here: Surroundings = { nodeVersion: process.version, now: Date.now }

  const findings = async (env: Environment, facts: Partial<Surroundings> = {}): Promise<readonly Finding[]> =>
    examine({ ...healthy(), ...env }, { ...here, ...facts })

  /** What is not well, and how it is mended. */
  const complaints = async (...args: Parameters<typeof findings>): Promise<readonly Finding[]> =>
    (await findings(...args)).filter(({ state }) => state !== 'ok')

  async function expectFault(
    [check, state]: readonly [string, Finding['state']],
    [says, fix]: readonly [RegExp, RegExp],
    ...args: Parameters<typeof findings>
  ): Promise<void> {
    const found = (await complaints(...args)).filter((finding) => finding.check === check)
    expect(found.map((finding) => finding.state)).to.deep.equal([state])
    expect(found[0]?.says).to.match(says)
    expect(found[0]?.fix).to.match(fix)
  }

  it('finds nothing where nothing is wrong, and makes nothing', async () => {
    const env = healthy()
    const all = await findings(env)
    expect(all.filter(({ state }) => state !== 'ok')).to.deep.equal([])
    expect(all.map(({ check }) => check)).to.include.members([
      'node',
      'settings',
      'database',
      'disk',
      'port',
      'ffmpeg',
    ])
    expect(() => new Database(join(env['DATA_DIR'] ?? '', 'jobs.db'), { readonly: true })).to.throw()
  })

  it('finds a Node.js that is too old', () =>
    expectFault(
      ['node', 'broken'],
      [/v20\.18\.1 is too old/, /20\.19 or newer/],
      {},
      { nodeVersion: 'v20.18.1' },
    ))

  it('finds a value that cannot be used', () =>
    expectFault(['settings', 'broken'], [/^PORT: got "http", takes an integer/, /environment or in \.env/], {
      PORT: 'http',
    }))

  it('finds a heartbeat that is too slow for its lease', () =>
    expectFault(['settings', 'broken'], [/^HEARTBEAT_INTERVAL_SECONDS: got "9"/, /correct it/], {
      LEASE_DURATION_SECONDS: '10',
      HEARTBEAT_INTERVAL_SECONDS: '9',
    }))

  it('finds a wait for connections that outlasts the lease', () =>
    expectFault(
      ['settings', 'warning'],
      [/DB_POOL_CONNECTION_TIMEOUT_MS 20000/, /below LEASE_DURATION_SECONDS \(10\)/],
      {
        LEASE_DURATION_SECONDS: '10',
        DB_POOL_CONNECTION_TIMEOUT_MS: '20000',
      },
    ))

  it('finds an API that is open to everyone', () =>
    expectFault(['settings', 'warning'], [/HOST 0\.0\.0\.0 and no API_KEYS/, /set API_KEYS/], {
      HOST: '0.0.0.0',
    }))

  it('finds a file that is no database', async () => {
    const path = join(folder.path, 'notes.txt')
    writeFileSync(path, 'no database, whatever its name may be. '.repeat(50))
    await expectFault(['database', 'broken'], [/notes\.txt: file is not a database/, /move the file away/], {
      DATABASE_URL: `sqlite:${path}`,
    })
  })

  it('finds migrations that are yet to run, and those of a newer version', async () => {
    const path = join(folder.path, 'older.db')
    await migrateSqlite(path)
    const database = new Database(path)
    database.exec("delete from schema_migrations where name = '0001-first-floor'")
    const env = { DATABASE_URL: `sqlite:${path}` }
    await expectFault(['migrations', 'warning'], [/yet to run: 0001-first-floor/, /job-server migrate/], env)
    database.exec("update schema_migrations set name = '9999-later' where name = '0008-traces'")
    await expectFault(
      ['migrations', 'broken'],
      [
        /another line of versions has been here: it ran 9999-later, but not 0001-first-floor/,
        /run the newer/,
      ],
      env,
    )
    const ahead = join(folder.path, 'ahead.db')
    await migrateSqlite(ahead)
    const newer = new Database(ahead)
    newer.exec("insert into schema_migrations (name, batch) values ('9998-later', 9)")
    await expectFault(
      ['migrations', 'warning'],
      [/newer version has been here, whose schema serves this one, too: 9998-later/, /run the newer/],
      { DATABASE_URL: `sqlite:${ahead}` },
    )
    for (const open of [database, newer]) open.close()
  })

  it('finds a data directory that cannot be written', () => {
    writeFileSync(join(folder.path, 'a-file'), '')
    return expectFault(['disk', 'broken'], [/DATA_DIR .*a-file\/data cannot be written/, /set DATA_DIR/], {
      DATA_DIR: join(folder.path, 'a-file', 'data'),
    })
  })

  it('finds a folder of the SQLite file that cannot be written, and looks at it once', async () => {
    writeFileSync(join(folder.path, 'no-folder'), '')
    const path = join(folder.path, 'no-folder', 'jobs.db')
    await expectFault(
      ['disk', 'broken'],
      [/DATABASE_URL .*no-folder cannot be written/, /set DATABASE_URL/],
      { DATABASE_URL: `sqlite:${path}` },
    )
    expect((await findings({})).filter(({ check }) => check === 'disk')).to.have.length(1)
  })

  it('finds a disk without room for an upload', () =>
    expectFault(
      ['disk', 'warning'],
      [/GiB free in .*, less than MAX_UPLOAD_BYTES/, /lower MAX_UPLOAD_BYTES/],
      {
        MAX_UPLOAD_BYTES: '1099511627776',
      },
    ))

  it('finds ffmpeg that does not run', () =>
    expectFault(['ffmpeg', 'broken'], [/do not lead to programs that run/, /unset them/], {
      FFMPEG_PATH: join(folder.path, 'nowhere', 'ffmpeg'),
    }))

  it('finds definitions that cannot be loaded', () => {
    mkdirSync(join(folder.path, 'jobs'))
    const path = join(folder.path, 'jobs', 'broken.js')
    writeFileSync(path, 'throw new Error("broken here")')
    return expectFault(['definitions', 'broken'], [/broken\.js: broken here/, /correct JOB_DEFINITIONS/], {
      JOB_DEFINITIONS: path,
    })
  })

  it('finds a port that another program has, and a host that is none of this machine', async () => {
    const other = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(other, 'listening')
    closing.push(() => void other.close())
    const { port } = other.address() as AddressInfo
    await expectFault(['port', 'broken'], [/in use by another program/, /set PORT/], { PORT: String(port) })
    await expectFault(['port', 'broken'], [/not an address of this machine/, /HOST/], {
      HOST: '192.0.2.1',
      API_KEYS: 'a-secret-that-is-long:admin',
    })
  })

  it('finds PostgreSQL away', () =>
    expectFault(['database', 'broken'], [/127\.0\.0\.1:1\/jobs: .*ECONNREFUSED/, /start PostgreSQL/], {
      DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/jobs',
      FILES: folder.path,
    }))

  if (storesWanted().has('postgres')) {
    describe('of PostgreSQL', () => {
      let database: TestDatabase
      let env: Environment
      before(async () => {
        database = await createDatabase()
        env = { DATABASE_URL: database.url, FILES: folder.path }
      })
      after(() => database.drop())

      it('finds nothing where nothing is wrong', async () => {
        const all = await findings(env)
        expect(all.filter(({ state }) => state !== 'ok')).to.deep.equal([])
        expect(all.map(({ check }) => check)).to.include.members(['migrations', 'clock', 'pool'])
      })

      it("finds a clock that is not the database's", () =>
        expectFault(['clock', 'warning'], [/^1(19|20)\d{3} ms ahead of the database/, /NTP/], env, {
          now: () => Date.now() + 120_000,
        }))

      it('finds a user who may not migrate, where that is yet to be done', async () => {
        const [empty, role] = [await createDatabase('empty'), `visitor_${process.pid}`]
        await execute(empty.url, `create role ${role} login`)
        try {
          const url = new URL(empty.url)
          url.username = role
          await expectFault(['migrations', 'broken'], [/may make no tables/, /grant it create/], {
            ...env,
            DATABASE_URL: url.href,
          })
        } finally {
          await execute(empty.url, `drop role ${role}`)
          await empty.drop()
        }
      })

      it('finds a database that takes no writes', () =>
        expectFault(['database', 'broken'], [/takes no writes/, /lead DATABASE_URL to the primary/], {
          ...env,
          DATABASE_URL: `${database.url}?options=${encodeURIComponent('-c default_transaction_read_only=on')}`,
        }))

      it('finds a pooler that lends by transaction', async () => {
        const url = new URL(database.url)
        const pooler = await TransactionPooler.before(Number(url.port))
        url.port = String(pooler.port)
        try {
          await expectFault(['database', 'broken'], [/by transaction/, /pool_mode = session/], {
            ...env,
            DATABASE_URL: url.href,
          })
        } finally {
          await pooler.close()
        }
      })

      it('finds a pool that the server has no room for, beside what is reserved and what a process needs more', async () => {
        const [row] = await execute(
          database.url,
          `select sum(setting::int * case name when 'max_connections' then 1 else -1 end) as free from pg_settings
            where name in ('max_connections', 'superuser_reserved_connections', 'reserved_connections')`,
        )
        const most = Number(row?.['free']) - 3
        expect(await complaints({ ...env, DB_POOL_MAX: String(most) })).to.deep.equal([])
        await expectFault(
          ['pool', 'warning'],
          [/DB_POOL_MAX \d+ and 3 more are more than/, /lower DB_POOL_MAX/],
          { ...env, DB_POOL_MAX: String(most + 1) },
        )
      })

      it('finds a database that is not there', () =>
        expectFault(['database', 'broken'], [/does not exist/, /createdb/], {
          ...env,
          DATABASE_URL: database.url.replace(/\/[^/?]+(\?|$)/, '/no_such_database$1'),
        }))
    })
  }
})
