import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { expect } from 'chai'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'

const sh = promisify(execFile)

describe('npm start', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('migrates, publishes, answers, and prints one curl that works', async () => {
    const server = place.run('server')
    const [command] = (await server.prints(/^ +(curl .*)$/m)).slice(1)
    const [, url] = await server.prints(/is ready at (\S+)/)
    const { stdout } = await sh('sh', ['-c', command ?? ''])
    const { jobId, status } = JSON.parse(stdout) as { jobId: string; status: string }
    expect(status).to.equal('queued')
    const job = await untilStatus(url ?? '', jobId, 'succeeded')
    expect(job['result']).to.deep.equal({ message: 'Hello World' })
    expect(server.stdout).to.match(/database +SQLite .*data\/jobs\.db/)
    expect(server.stdout).to.match(/ffmpeg +\S+/)
  })

  it('stops cleanly on SIGTERM and on SIGINT, twice delivered as npm and a terminal do', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const server = place.run('server')
      await server.ready()
      server.signal(signal)
      server.signal(signal)
      expect(await server.ended()).to.equal(0)
      expect(server.stderr).to.equal('')
    }
  })

  it('lets a running job end within the grace of a stop', async () => {
    const server = place.run('server')
    const url = await server.ready()
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'echo', params: { n: 1 } })
    await untilStatus(url, body['jobId'], 'running')
    expect(await server.stop()).to.equal(0)
    const again = place.run('server')
    const job = await untilStatus(await again.ready(), body['jobId'], 'succeeded')
    expect(job['attempts']).to.equal(1)
  })

  it('gives a longer job back with its attempt, so that the next start runs it at once', async () => {
    writeFileSync(
      join(place.path, 'long.mjs'),
      `export const long = { key: 'long', version: 1, run: (_, ctx) => new Promise((resolve, reject) => {
         if (process.env.SHORT === 'yes') resolve('done')
         else ctx.abortSignal.addEventListener('abort', () => reject(new Error('aborted')))
       }) }`,
    )
    const env = { JOB_DEFINITIONS: 'long.mjs', CANCEL_GRACE_MS: '100' }
    const server = place.run('server', env)
    const url = await server.ready()
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'long', maxAttempts: 1 })
    await untilStatus(url, body['jobId'], 'running')
    expect(await server.stop()).to.equal(0)
    const again = place.run('server', { ...env, SHORT: 'yes' })
    const job = await untilStatus(await again.ready(), body['jobId'], 'succeeded')
    expect(job['attempts']).to.equal(1)
  })

  it('ends every grace at a second signal that comes more than a second later, with exit code 1', async () => {
    writeFileSync(
      join(place.path, 'deaf.mjs'),
      `export const deaf = { key: 'deaf', version: 1, run: () => new Promise((resolve) => setTimeout(resolve, 60_000)) }`,
    )
    const server = place.run('server', { JOB_DEFINITIONS: 'deaf.mjs', CANCEL_GRACE_MS: '60000' })
    const url = await server.ready()
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'deaf' })
    await untilStatus(url, body['jobId'], 'running')
    server.signal('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    server.signal('SIGTERM')
    expect(await server.ended()).to.equal(1)
    const api = place.run('api')
    const job = await get(`${await api.ready()}/v1/jobs/${String(body['jobId'])}`)
    expect(job).to.include({ status: 'queued', attempts: 0 })
  })

  it('survives a rejection that an inline handler left behind', async () => {
    writeFileSync(
      join(place.path, 'late.mjs'),
      `export const late = { key: 'late', version: 1, isolation: 'inline', run: () => {
         setTimeout(() => void Promise.reject(new Error('left behind')), 20)
         return 'done'
       } }`,
    )
    const server = place.run('server', { JOB_DEFINITIONS: 'late.mjs' })
    const url = await server.ready()
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'late' })
    await untilStatus(url, body['jobId'], 'succeeded')
    await server.prints(/nobody handled it.*left behind|left behind.*nobody handled it/)
    const next = await post(`${url}/v1/jobs`, { definitionKey: 'late' })
    await untilStatus(url, next.body['jobId'], 'succeeded')
    expect(await server.stop()).to.equal(0)
  })

  it('reads .env of its working directory, and lets the environment win', async () => {
    writeFileSync(join(place.path, '.env'), 'DATA_DIR=./from-dotenv\nWORKER_ID=from-dotenv\n')
    const server = place.run('server', { WORKER_ID: 'from-environment' })
    const url = await server.ready()
    await server.prints(/database +SQLite .*from-dotenv\/jobs\.db/)
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'echo' })
    const job = await untilStatus(url, body['jobId'], 'running')
    expect(job['workerId']).to.equal('from-environment')
  })

  it('stops the start with exit code 78 and a line for each bad variable', async () => {
    const server = place.run('server', { PORT: 'http', LEASE_DURATION_SECONDS: '-1' })
    expect(await server.ended()).to.equal(78)
    expect(server.stdout).to.equal('')
    const lines = server.stderr.trimEnd().split('\n')
    expect(lines).to.have.length(2)
    expect(server.stderr).to.match(/^PORT: got "http", takes .*$/m)
    expect(server.stderr).to.match(/^LEASE_DURATION_SECONDS: got "-1", takes .*$/m)
  })

  it('stops the start with exit code 78 and one line when the SQLite file cannot be had', async () => {
    writeFileSync(join(place.path, 'not-a-folder'), '')
    writeFileSync(join(place.path, 'not-a-database'), 'x'.repeat(4096))
    const reasons = {
      'not-a-folder/jobs.db': /EEXIST.*/,
      'not-a-database': /file is not a database/,
      '.': /it is a folder/,
      '/proc/job-server/jobs.db': /ENOENT.*/,
    }
    for (const [path, reason] of Object.entries(reasons)) {
      const server = place.run('server', { DATABASE_URL: `sqlite:${path}` })
      expect(await server.ended(), path).to.equal(78)
      const [start, end = ''] = server.stderr.split(/(?<=SQLite file [^:]*): /)
      expect(start, path).to.match(/^DATABASE_URL or DATA_DIR: cannot open the SQLite file \/.*/)
      expect(end, path).to.match(new RegExp(`^${reason.source}\n$`))
    }
  })

  it('says which .env it cannot read, and which programs do not run', async () => {
    const server = place.run('server', { FFMPEG_PATH: '/nowhere/ffmpeg' })
    await server.prints(/FFMPEG_PATH and FFPROBE_PATH do not lead to programs that run/)
    expect(await server.stop()).to.equal(0)
    mkdirSync(join(place.path, '.env'))
    const other = place.run('server')
    expect(await other.ended()).to.equal(78)
    expect(other.stderr).to.equal('.env: cannot be read: it is not a file\n')
  })

  it('says in one line that a newer version has left it nothing, with exit code 1', async () => {
    await place.run('migrate').ended()
    const db = new Database(join(place.path, 'data', 'jobs.db'))
    db.exec("insert into schema_migrations (name, batch) values ('9999-contracts-9998-all', 9)")
    db.close()
    const server = place.run('server')
    expect(await server.ended()).to.equal(1)
    expect(server.stderr).to.equal(
      'a newer version has been here and left nothing for this one: 9999-contracts-9998-all\n',
    )
  })

  it('says in one line that the port is in use, with exit code 1', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = holder.address() as AddressInfo
      const server = place.run('server', { PORT: String(port), LOG_LEVEL: 'warn' })
      expect(await server.ended()).to.equal(1)
      expect(server.stderr).to.equal(`PORT: port ${port} on 127.0.0.1 is in use by another process\n`)
    } finally {
      holder.close()
    }
  })

  it('neither leads nor takes jobs where the port is in use: a supervisor would start it again and again', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = holder.address() as AddressInfo
      for (const [role, variable] of [
        ['server', 'PORT'],
        ['scheduler', 'HEALTH_PORT'],
      ] as const)
        expect(await place.run(role, { [variable]: String(port) }).ended(), role).to.equal(1)
    } finally {
      holder.close()
    }
    const db = new Database(join(place.path, 'data', 'jobs.db'), { readonly: true })
    try {
      for (const table of ['definitions', 'leaders', 'workers'])
        expect(db.prepare(`select count(*) as n from ${table}`).get(), table).to.deep.equal({ n: 0 })
    } finally {
      db.close()
    }
  })
})
