import { expect } from 'chai'
import { silentLogger, type Logger } from '../../src/application/ports/logger.js'
import { ConfigError } from '../../src/bootstrap/config-error.js'
import { databaseName, openStores, untilDatabaseAnswers } from '../../src/bootstrap/open-stores.js'
import { SchemaTooNewError, StorageUnavailableError } from '../../src/domain/errors.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase, execute } from '../support/postgres-databases.js'

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
    ]) {
      const thrown = await untilDatabaseAnswers(failures(error), { logger: silentLogger }).catch(
        (reason: unknown) => reason,
      )
      expect(thrown).to.equal(error)
    }
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

  const NOBODYS = 'owner_of_nothing'
  for (const [what, change, reason] of [
    [
      'in which it may make no tables',
      (url: URL) => (url.username = NOBODYS),
      /^DATABASE_URL: cannot use PostgreSQL .*: permission denied for schema public$/,
    ],
    [
      'whose migrations are somebody else’s',
      (url: URL) => url,
      /^DATABASE_URL: cannot use PostgreSQL .*: column "name" does not exist$/,
    ],
    [
      'that has no encryption, where it is asked for',
      (url: URL) => (url.search = '?sslmode=require'),
      /^DATABASE_URL: cannot use PostgreSQL .*: The server does not support SSL connections$/,
    ],
    [
      'whose password cannot be decoded',
      (url: URL) => (url.password = '%e9'),
      /^DATABASE_URL: cannot use PostgreSQL .*: URI malformed$/,
    ],
  ] as const)
    it(`a database ${what} is told at once, and not waited for`, async () => {
      const database = await createDatabase('empty')
      try {
        if (what.includes('somebody'))
          await execute(database.url, 'create table schema_migrations (version text primary key)')
        await execute(database.url, `create role ${NOBODYS} login`)
        const url = new URL(database.url)
        change(url)
        const pool = { max: 1, idleTimeoutMs: 1_000, connectionTimeoutMs: 1_000 }
        const open = untilDatabaseAnswers(
          () => openStores({ database: { kind: 'postgres', url: url.href }, pool }, silentLogger),
          { logger: silentLogger },
        )
        const thrown = await open.catch((error: unknown) => error)
        expect(thrown).to.be.instanceOf(ConfigError)
        expect((thrown as Error).message).to.match(reason)
      } finally {
        await execute(database.url, `drop role ${NOBODYS}`)
        await database.drop()
      }
    })
}
