import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import type { RoleProcess } from '../e2e/support/role-process.js'
import { get, post, Workplace } from '../e2e/support/workplace.js'
import { checkInvariants } from '../support/invariants.js'
import { createDatabase, execute, type Database } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'
import { Ledger } from './support/ledger.js'

/** `RESTARTS=50` for the long version. */
const RESTARTS = Number(process.env['RESTARTS'] ?? 6)
const GRACE_MS = 300

if (storesWanted().has('postgres')) {
  describe('rolling restarts under load', function () {
    this.timeout(60_000 + RESTARTS * 10_000)
    let place: Workplace
    let database: Database
    beforeEach(async () => {
      place = new Workplace()
      database = await createDatabase()
    })
    afterEach(async () => {
      await place.close()
      await database.drop()
    })

    it('lose no job, burn no attempt, and let each success happen once', async () => {
      const ledger = new Ledger(place.path)
      const env = { ...ledger.env, DATABASE_URL: database.url, CANCEL_GRACE_MS: String(GRACE_MS) }
      const api = await place.run('api', env).ready()
      const start = async (): Promise<RoleProcess> => {
        const worker = place.run('worker', env)
        await worker.ready()
        return worker
      }
      const workers = [await start(), await start()]

      const ids: string[] = []
      let posting = true
      const poster = (async () => {
        for (let n = 0; posting; n += 1) {
          // Some end within the grace, some do not.
          const params = { ms: n % 10 === 0 ? 1_500 : n % 100 }
          const { status, body } = await post(`${api}/v1/jobs`, { definitionKey: 'ledger.free', params })
          expect(status).to.equal(201)
          ids.push(String(body['jobId']))
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      })()
      for (let restart = 0; restart < RESTARTS; restart += 1) {
        const next = await start()
        const old = workers.shift()
        workers.push(next)
        expect(await old?.stop()).to.equal(0)
      }
      posting = false
      await poster

      await untilPasses(async () => {
        const { total } = await get<{ total: number }>(`${api}/v1/jobs?status=queued,running&limit=1`)
        expect(total).to.equal(0)
      }, 60_000)
      const rows = await execute(database.url, 'select id, status, attempts, crashes from finished_jobs')
      expect(rows).to.have.length(ids.length)
      for (const { id, ...row } of rows)
        expect(row, String(id)).to.deep.equal({ status: 'succeeded', attempts: 1, crashes: 0 })
      const interrupted = await execute(
        database.url,
        "select count(*) as n from job_events where type = 'interrupted'",
      )
      expect(Number(interrupted[0]?.['n'])).to.be.above(0)
      await checkInvariants((sql) => execute(database.url, sql))
    })
  })
}
