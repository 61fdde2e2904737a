import { expect } from 'chai'
import { migratePostgres } from '../../src/adapters/postgres/postgres-stores.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { post, Workplace } from '../e2e/support/workplace.js'
import { untilPasses } from '../support/until.js'
import { checkInvariants } from '../support/invariants.js'
import { execute } from '../support/postgres-databases.js'
import { PostgresServer } from '../support/postgres-server.js'
import { Ledger } from './support/ledger.js'

if (storesWanted().has('postgres')) {
  describe('a PostgreSQL that crashes under load', function () {
    this.timeout(180_000)
    let place: Workplace
    let server: PostgresServer
    beforeEach(async () => {
      place = new Workplace()
      server = await PostgresServer.start()
      await migratePostgres(server.url())
    })
    afterEach(async () => {
      await place.close()
      await server.stop()
    })

    it('ends no process, is answered with 503 meanwhile, and costs no acknowledged job', async () => {
      const ledger = new Ledger(place.path)
      const lease = { LEASE_DURATION_SECONDS: '3', HEARTBEAT_INTERVAL_SECONDS: '0.5' }
      const env = { ...lease, ...ledger.env, DATABASE_URL: server.url() }
      const roles = [place.run('api', env), place.run('worker', env), place.run('worker', env)]
      const [api] = await Promise.all(roles.map((role) => role.ready()))

      const acknowledged: string[] = []
      const statuses = new Set<number>()
      let posting = true
      const poster = async (): Promise<void> => {
        for (let n = 0; posting; n += 1) {
          const answer = await post(`${api}/v1/jobs`, {
            definitionKey: 'ledger.free',
            params: { ms: n % 20 },
          })
          statuses.add(answer.status)
          if (answer.status === 201) acknowledged.push(String(answer.body['jobId']))
          else await new Promise((resolve) => setTimeout(resolve, 50))
        }
      }
      const posters = Array.from({ length: 8 }, poster)
      for (let crash = 0; crash < 3; crash += 1) {
        await new Promise((resolve) => setTimeout(resolve, 1_000))
        await server.stopImmediately()
        const health = await fetch(`${api}/readyz`)
        expect(health.status).to.equal(503)
        const refused = await post(`${api}/v1/jobs`, { definitionKey: 'ledger.free' })
        expect(refused.status).to.equal(503)
        await server.boot()
      }
      await new Promise((resolve) => setTimeout(resolve, 1_000))
      posting = false
      await Promise.all(posters)
      expect([...statuses].sort()).to.deep.equal([201, 503])

      await untilPasses(async () => {
        const [row] = await execute(server.url(), 'select count(*) as n from jobs')
        expect(Number(row?.['n'])).to.equal(0)
      }, 60_000)
      const finished = await execute(server.url(), "select id from finished_jobs where status = 'succeeded'")
      const ids = new Set(finished.map(({ id }) => id))
      expect(acknowledged.filter((id) => !ids.has(id))).to.deep.equal([])
      await checkInvariants((sql) => execute(server.url(), sql))
      expect(await Promise.all(roles.map((role) => role.stop()))).to.deep.equal([0, 0, 0])
    })
  })
}
