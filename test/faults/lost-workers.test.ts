import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { get, post, untilStatus, Workplace } from '../e2e/support/workplace.js'
import { untilPasses } from '../support/until.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { Ledger } from './support/ledger.js'

const LEASE_MS = 3_000
const LEASE = { LEASE_DURATION_SECONDS: '3', HEARTBEAT_INTERVAL_SECONDS: '0.5' }

if (storesWanted().has('postgres')) {
  describe('lost workers', function () {
    this.timeout(60_000)
    let place: Workplace
    let database: Database
    let ledger: Ledger
    let env: Record<string, string>
    let api: string
    beforeEach(async () => {
      place = new Workplace()
      database = await createDatabase()
      ledger = new Ledger(place.path)
      env = { ...LEASE, ...ledger.env, DATABASE_URL: database.url }
      api = await place.run('api', env).ready()
    })
    afterEach(async () => {
      await place.close()
      await database.drop()
    })

    const start = async (ms: number, worker: string): Promise<string> => {
      const { body } = await post(`${api}/v1/jobs`, { definitionKey: 'ledger.free', params: { ms } })
      const id = String(body['jobId'])
      await untilStatus(api, id, 'running')
      expect(await get(`${api}/v1/jobs/${id}`)).to.include({ workerId: worker })
      return id
    }

    it('that are killed give their jobs to others once their lease is over', async () => {
      const first = place.run('worker', { ...env, WORKER_ID: 'first' })
      await first.ready()
      const id = await start(60_000, 'first')
      await place.run('worker', { ...env, WORKER_ID: 'second' }).ready()
      // Recovery begins once a process has seen the database for a whole lease.
      await new Promise((resolve) => setTimeout(resolve, LEASE_MS))
      await first.kill()
      await untilPasses(() => {
        expect(ledger.starts(id)).to.have.length(2)
      })
      expect(await get(`${api}/v1/jobs/${id}`)).to.include({ attempts: 2, workerId: 'second' })
      const { events } = await get<{ events: { eventType: string }[] }>(`${api}/v1/jobs/${id}/events`)
      expect(events.map(({ eventType }) => eventType)).to.deep.equal([
        'queued',
        'started',
        'lease_lost',
        'started',
      ])
    })

    it('that sleep through two leases find their jobs taken, and change nothing', async () => {
      const first = place.run('worker', { ...env, WORKER_ID: 'first' })
      await first.ready()
      const id = await start(1_500, 'first')
      first.signal('SIGSTOP')
      const second = place.run('worker', { ...env, WORKER_ID: 'second' })
      await second.ready()
      const job = await untilStatus(api, id, 'succeeded')
      expect(job).to.include({ attempts: 2, workerId: 'second' })
      const events = await get(`${api}/v1/jobs/${id}/events`)
      await new Promise((resolve) => setTimeout(resolve, LEASE_MS))
      first.signal('SIGCONT')
      await first.prints(/a run ended after its lease: its result was dropped/)
      expect(await get(`${api}/v1/jobs/${id}`)).to.deep.equal(job)
      expect(await get(`${api}/v1/jobs/${id}/events`)).to.deep.equal(events)
      // It is a new incarnation by now, and works on.
      await second.stop()
      const next = await start(100, 'first')
      await untilStatus(api, next, 'succeeded')
    })

    it('that are stopped give unfinished jobs back at once, with their attempt', async () => {
      const first = place.run('worker', { ...env, WORKER_ID: 'first', CANCEL_GRACE_MS: '200' })
      await first.ready()
      const id = await start(6_000, 'first')
      const second = place.run('worker', { ...env, WORKER_ID: 'second' })
      await second.ready()
      expect(await first.stop()).to.equal(0)
      const job = await untilStatus(api, id, 'succeeded')
      expect(job).to.include({ attempts: 1, workerId: 'second' })
      const { events } = await get<{ events: { eventType: string }[] }>(`${api}/v1/jobs/${id}/events`)
      expect(events.map(({ eventType }) => eventType)).to.include('interrupted')
    })
  })
}
