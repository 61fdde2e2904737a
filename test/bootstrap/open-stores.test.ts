import { expect } from 'chai'
import { silentLogger, type Logger } from '../../src/application/ports/logger.js'
import { ConfigError } from '../../src/bootstrap/config-error.js'
import {
  databaseName,
  migrateDatabase,
  openStores,
  untilDatabaseAnswers,
} from '../../src/bootstrap/open-stores.js'
import { StartError } from '../../src/bootstrap/listener.js'
import { JobServerError, SchemaTooNewError, StorageUnavailableError } from '../../src/domain/errors.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { aDefinition } from '../support/factories.js'
import { createDatabase, execute, type Database } from '../support/postgres-databases.js'
import { TransactionPooler } from '../support/transaction-pooler.js'

describe('waiting for the database', () => {
  const failures = (...errors: readonly Error[]) => {
    const left = [...errors]
    return () => {
      const error = left.shift()
      return error === undefined ? Promise.resolve('open') : Promise.reject(error)
    }
  }
  const refused = () => new StorageUnavailableError(new Error('connect ECONNREFUSED'))

  it('tries again until it answers, and tells each reason once', async function () {
    this.timeout(10_000)
    const told: unknown[] = []
    const logger: Logger = { ...silentLogger, warn: (_message, fields) => told.push(fields) }
    const step = failures(refused(), refused(), new Error('the database system is starting up'))
    expect(await untilDatabaseAnswers(step, { logger })).to.equal('open')
    expect(told).to.deep.equal([
      { reason: 'connect ECONNREFUSED' },
      { reason: 'the database system is starting up' },
    ])
  })

  it('does not wait for what waiting cannot mend', async () => {
    for (const error of [
      new ConfigError(['DATABASE_URL: …']),
      new TypeError('x is undefined'),
      new SchemaTooNewError('a newer version has been here'),
      new RangeError('Invalid time value'),
      new JobServerError('schedule-invalid', 'cron has six fields'),
    ]) {
      const thrown = await untilDatabaseAnswers(failures(error), { logger: silentLogger }).catch(
        (reason: unknown) => reason,
      )
      expect(thrown).to.equal(error)
    }
  })

  it('does not take what the database refuses for one that is away', async () => {
    const told: unknown[] = []
    const logger: Logger = { ...silentLogger, warn: (message) => told.push(message) }
    for (const code of ['22003', '23514', '3F000', '42501', '54000', '0A000', 'SQLITE_CONSTRAINT_CHECK']) {
      const error = Object.assign(new Error('not this'), { code })
      const thrown = await untilDatabaseAnswers(failures(error), { logger }).catch(
        (reason: unknown) => reason,
      )
      expect(thrown, code).to.be.instanceOf(StartError).and.have.property('cause', error)
      expect(thrown)
        .to.have.property('message')
        .which.equals('the database refuses what it is told as this process starts: not this')
    }
    expect(told).to.deep.equal([])
    const stale = new StorageUnavailableError(Object.assign(new Error('cached plan'), { code: '0A000' }))
    expect(await untilDatabaseAnswers(failures(stale), { logger })).to.equal('open')
  })

  it('ends when it is told to', async () => {
    const stop = new AbortController()
    const waiting = untilDatabaseAnswers(() => Promise.reject(refused()), {
      logger: silentLogger,
      signal: stop.signal,
    }).catch((reason: unknown) => reason)
    stop.abort()
    expect(await waiting).to.have.property('name', 'AbortError')
  })

  it('names a database without its password', () => {
    const url = 'postgres://user:secret@db.example.org:5433/jobs?sslmode=require'
    expect(databaseName({ kind: 'postgres', url })).to.equal('PostgreSQL db.example.org:5433/jobs')
    expect(databaseName({ kind: 'sqlite', path: '/data/jobs.db' })).to.equal('SQLite /data/jobs.db')
  })
})

if (storesWanted().has('postgres')) {
  describe('a PostgreSQL that no waiting makes usable', () => {
    const role = `stranger_${process.pid}`
    let database: Database
    beforeEach(async () => {
      database = await createDatabase('empty')
    })
    afterEach(async () => {
      await execute(database.url, `drop role if exists ${role}`)
      await database.drop()
    })

    async function refusalOf(change: (url: URL) => void): Promise<string> {
      const url = new URL(database.url)
      change(url)
      const given = { kind: 'postgres', url: url.href } as const
      const migrate = () => migrateDatabase(given, silentLogger)
      const thrown = await untilDatabaseAnswers(migrate, { logger: silentLogger }).catch(
        (error: unknown) => error,
      )
      expect(thrown).to.be.instanceOf(ConfigError)
      return (thrown as ConfigError).message.replace(/PostgreSQL \S+:/, '…:')
    }

    it('is told of a user who may make no tables', async () => {
      await execute(database.url, `create role ${role} login`)
      expect(await refusalOf((url) => (url.username = role))).to.equal(
        'DATABASE_URL: this user may not make tables in …: permission denied for schema public',
      )
    })

    it('is told of a pooler that leads one connection into the session of another', async () => {
      const pooler = await TransactionPooler.before(Number(new URL(database.url).port))
      try {
        expect(await refusalOf((url) => (url.port = String(pooler.port)))).to.equal(
          'DATABASE_URL: a pooler lends by transaction what sessions there are of …: let it lend by session (pool_mode = session), or connect to PostgreSQL itself',
        )
        expect(await execute(database.url, `select to_regclass('jobs') as jobs`)).to.deep.equal([
          { jobs: null },
        ])
      } finally {
        await pooler.close()
      }
    })

    it("is told of somebody else's tables, with the reason alone", async () => {
      await execute(database.url, 'create table jobs (id integer)')
      expect(await refusalOf(() => undefined)).to.equal(
        'DATABASE_URL: there are tables of something else in …: relation "jobs" already exists',
      )
      await execute(database.url, 'drop table schema_migrations; create table schema_migrations (id integer)')
      expect(await refusalOf(() => undefined)).to.match(/something else in …: column "name" does not exist/)
    })

    it('is told of a password that cannot be decoded, without it', async () => {
      const said = await refusalOf((url) => (url.password = 'gar%e9on'))
      expect(said).to.match(/^DATABASE_URL: user or password is not percent-encoded, for …/)
      expect(said).not.to.include('gar')
    })

    it('is told of a server without the TLS that was asked for', async () => {
      expect(await refusalOf((url) => (url.search = 'sslmode=verify-full'))).to.equal(
        'DATABASE_URL: no TLS as sslmode asks for, with …: The server does not support SSL connections',
      )
    })
  })

  it('what PostgreSQL refuses to keep is told at once', async () => {
    const database = await createDatabase()
    const pool = { max: 2, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
    const stores = await openStores({ database: { kind: 'postgres', url: database.url }, pool }, silentLogger)
    try {
      const publish = () => stores.definitions.publish([aDefinition({ concurrencyLimit: 2 ** 31 })])
      const thrown = await untilDatabaseAnswers(publish, { logger: silentLogger }).catch(String)
      expect(thrown).to.match(/^StartError: the database refuses .*: value "2147483648" is out of range/)
    } finally {
      await stores.close()
      await database.drop()
    }
  })

  it('a login that PostgreSQL refuses is told at once, without the password', async () => {
    const database = await createDatabase('empty')
    try {
      const url = new URL(database.url)
      url.username = 'nobody_of_this_name'
      url.password = 'secret'
      const pool = { max: 1, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
      const open = openStores({ database: { kind: 'postgres', url: url.href }, pool }, silentLogger)
      const thrown = await open.catch((error: unknown) => error)
      expect(thrown).to.be.instanceOf(ConfigError)
      expect((thrown as ConfigError).lines).to.have.length(1)
      expect((thrown as Error).message)
        .to.match(/^DATABASE_URL: cannot log in to PostgreSQL .*nobody_of_this_name/)
        .and.not.to.include('secret')
    } finally {
      await database.drop()
    }
  })
}
