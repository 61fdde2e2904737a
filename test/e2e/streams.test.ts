import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { followToEnd } from '../support/event-source.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { freePort } from '../support/postgres-server.js'
import { buildOnce } from './support/role-process.js'
import { get, post, Workplace } from './support/workplace.js'

/** Streams between real processes; on SQLite the API learns of a worker's commits by the file alone. */
for (const store of ['sqlite', 'postgres'] as const)
  if (storesWanted().has(store))
    describe(`streams of events between processes on ${store}`, function () {
      this.timeout(120_000)
      let place: Workplace
      let database: Database | null = null
      before(buildOnce)
      before(async () => {
        if (store === 'postgres') database = await createDatabase('empty')
      })
      beforeEach(() => (place = new Workplace()))
      afterEach(() => place.close())
      after(() => database?.drop())

      it('lose and repeat nothing while the API is killed and started again', async () => {
        const env = {
          PORT: String(await freePort()),
          DB_POOL_MAX: '5',
          ...(database === null ? {} : { DATABASE_URL: database.url }),
        }
        let api = place.run('api', env)
        const url = await api.ready()
        await place.run('worker', env).ready()
        const items = Array.from({ length: 60 }, (_, n) => String(n))
        const { body } = await post(`${url}/v1/jobs`, {
          definitionKey: 'process.batch',
          params: { items, batchSize: 1 },
        })
        const address = `${url}/v1/jobs/${String(body['jobId'])}/events`
        const followers = [[], [1, 2, 3], [7]].map((cuts) => followToEnd(() => address, cuts))
        const poll = get(`${url}/v1/jobs/${String(body['jobId'])}?wait=60`).catch(() => 'cut off')
        await new Promise((resolve) => setTimeout(resolve, 700))
        await api.kill()
        api = place.run('api', env)
        await api.ready()
        expect(await poll).to.equal('cut off')
        const final = await get(`${url}/v1/jobs/${String(body['jobId'])}?wait=60`)
        expect(final['status']).to.equal('succeeded')
        const { events } = await get<{ events: unknown[] }>(address)
        expect(events).to.have.length.greaterThan(60)
        for (const { messages } of await Promise.all(followers))
          expect(messages.map(({ data }) => data)).to.deep.equal(events)
        expect(await api.stop()).to.equal(0)
      })

      it('end at once when the API stops, and do not hold it up', async () => {
        const env = database === null ? {} : { DATABASE_URL: database.url }
        const api = place.run('api', env)
        const url = await api.ready()
        const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'echo', delaySeconds: 600 })
        const stream = await fetch(`${url}/v1/jobs/${String(body['jobId'])}/events`, {
          headers: { Accept: 'text/event-stream' },
        })
        const poll = get(`${url}/v1/jobs/${String(body['jobId'])}?wait=60`)
        await new Promise((resolve) => setTimeout(resolve, 200))
        const [code, text, job] = await Promise.all([api.stop(), stream.text(), poll])
        expect([code, job['status']]).to.deep.equal([0, 'queued'])
        expect(text).to.include('id: 1\n')
        expect(text).to.not.include('event: end')
      })
    })
