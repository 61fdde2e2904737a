import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'
import { freePort } from '../support/postgres-server.js'

describe('roles as processes of their own', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('start all at once on one SQLite file, each exactly as migrated as the others', async () => {
    const roles = (['api', 'worker', 'worker', 'scheduler'] as const).map((role) => place.run(role))
    const [url] = await Promise.all(roles.map((role) => role.ready()))
    const { definitions } = await get<{ definitions: unknown[] }>(`${url}/v1/definitions`)
    expect(definitions).to.have.length(8)
    const migrated = roles.filter(({ stdout }) => stdout.includes('migrated the database'))
    expect(migrated).to.have.length(1)
    expect(await Promise.all(roles.map((role) => role.stop()))).to.deep.equal([0, 0, 0, 0])
  })

  it('carry jobs from an API to a worker on one SQLite file', async () => {
    const api = place.run('api')
    const url = await api.ready()
    const waiting = await post(`${url}/v1/jobs`, {
      definitionKey: 'compute.math',
      params: { operation: 'sum', numbers: [1, 2] },
    })
    expect(waiting.status).to.equal(201)
    const worker = place.run('worker', { WORKER_ID: 'the-worker' })
    await worker.ready()
    const first = await untilStatus(url, waiting.body['jobId'], 'succeeded')
    expect(first).to.include({ result: 3, workerId: 'the-worker' })
    const posts = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        post(`${url}/v1/jobs`, {
          definitionKey: 'compute.math',
          params: { operation: 'sum', numbers: [n, 1] },
        }),
      ),
    )
    const jobs = await Promise.all(posts.map(({ body }) => untilStatus(url, body['jobId'], 'succeeded')))
    expect(jobs.map((job) => job['result'])).to.deep.equal(posts.map((_, n) => n + 1))
    expect(await Promise.all([api.stop(), worker.stop()])).to.deep.equal([0, 0])
  })

  it('recover the job of a killed worker elsewhere', async () => {
    const lease = { LEASE_DURATION_SECONDS: '1.2', HEARTBEAT_INTERVAL_SECONDS: '0.2' }
    const api = place.run('api', lease)
    const url = await api.ready()
    const first = place.run('worker', { ...lease, WORKER_ID: 'first' })
    await first.ready()
    const { body } = await post(`${url}/v1/jobs`, {
      definitionKey: 'process.data',
      params: { dataset: 'd', operation: 'export' },
    })
    await untilStatus(url, body['jobId'], 'running')
    await first.kill()
    const second = place.run('worker', { ...lease, WORKER_ID: 'second' })
    await second.ready()
    const job = await untilStatus(url, body['jobId'], 'succeeded')
    expect(job).to.include({ attempts: 2, workerId: 'second' })
    const { events } = await get<{ events: { eventType: string }[] }>(
      `${url}/v1/jobs/${String(body['jobId'])}/events`,
    )
    expect(events.map(({ eventType }) => eventType)).to.include('lease_lost')
  })

  it('open no port but the API, unless HEALTH_PORT asks for one', async () => {
    const port = await freePort()
    for (const role of ['worker', 'scheduler'] as const) {
      const process = place.run(role, { HEALTH_PORT: String(port) })
      await process.ready()
      expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200)
      const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
      expect(ready.status).to.equal(200)
      expect(await ready.json()).to.deep.include({ status: 'ready' })
      const metrics = await fetch(`http://127.0.0.1:${port}/metrics`)
      expect(metrics.headers.get('content-type')).to.match(/^text\/plain/)
      expect(await metrics.text()).to.match(/^job_server_database_up 1$/m)
      expect((await fetch(`http://127.0.0.1:${port}/v1/jobs`)).status).to.equal(404)
      expect(await process.stop()).to.equal(0)
    }
  })

  it('wait for a database that is away, say so once, and stop when told to', async () => {
    const port = await freePort()
    const worker = place.run('worker', { DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${port}/jobs` })
    await worker.prints(/the database is away, waiting for it/)
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect(worker.stdout.match(/the database is away/g)).to.have.length(1)
    expect(worker.stdout + worker.stderr).to.not.include('secret')
    expect(await worker.stop()).to.equal(0)
  })
})

if (storesWanted().has('postgres')) {
  describe('roles as processes of their own, on PostgreSQL', function () {
    this.timeout(90_000)
    let place: Workplace
    let database: Database
    before(buildOnce)
    before(async () => {
      database = await createDatabase('empty')
    })
    beforeEach(() => (place = new Workplace()))
    afterEach(() => place.close())
    after(() => database.drop())

    it('start all at once on an empty database, and carry jobs from the API to the workers', async () => {
      const env = { DATABASE_URL: database.url, DB_POOL_MAX: '5' }
      const names = ['api', 'worker', 'worker', 'scheduler'] as const
      const roles = names.map((role) => place.run(role, env))
      const [url] = await Promise.all(roles.map((role) => role.ready()))
      expect(roles.filter(({ stdout }) => stdout.includes('migrated the database'))).to.have.length(1)
      const params = { operation: 'sum', numbers: [1, 2] }
      const posts = await Promise.all(
        Array.from({ length: 20 }, () => post(`${url}/v1/jobs`, { definitionKey: 'compute.math', params })),
      )
      for (const { body } of posts) {
        expect(await untilStatus(url ?? '', body['jobId'], 'succeeded')).to.include({
          result: 3,
          attempts: 1,
        })
      }
      expect(await Promise.all(roles.map((role) => role.stop()))).to.deep.equal([0, 0, 0, 0])
    })
  })
}

describe('one-shot commands', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('migrate once, and say so when there is nothing to do', async () => {
    const first = place.run('migrate')
    expect(await first.ended()).to.equal(0)
    expect(first.stdout).to.match(/jobs\.db migrated: 0001-/)
    const second = place.run('migrate')
    expect(await second.ended()).to.equal(0)
    expect(second.stdout).to.match(/jobs\.db is up to date\n$/)
  })

  it("register the definitions of the user's guide", async () => {
    const command = place.run('register-definitions')
    expect(await command.ended()).to.equal(0)
    for (const ref of [
      'echo@1',
      'failing@1',
      'encode.video@1',
      'compute.math@1',
      'process.data@1',
      'call.api@1',
      'process.batch@1',
    ]) {
      expect(command.stdout).to.include(ref)
    }
  })
})
