import { expect } from 'chai'
import { untilPasses } from '../support/until.js'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'

describe('leaders and retention, in processes', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('the scheduler removes what is over, and leaves what is not', async () => {
    const server = place.run('server')
    const url = await server.ready()
    const definitionKey = 'compute.math'
    const params = { operation: 'sum', numbers: [1, 2] }
    const { body: done } = await post(`${url}/v1/jobs`, { definitionKey, params })
    const runAt = new Date(Date.now() + 3_600_000).toISOString()
    const { body: waiting } = await post(`${url}/v1/jobs`, { definitionKey, params, runAt })
    const { body: cancelled } = await post(`${url}/v1/jobs`, { definitionKey, params, runAt })
    await post(`${url}/v1/jobs/${String(cancelled['jobId'])}/cancel`, {})
    await untilStatus(url, done['jobId'], 'succeeded')
    expect(await server.stop()).to.equal(0)

    const scheduler = place.run('scheduler', { RETENTION_SUCCEEDED_DAYS: '0.000001' })
    const api = await place.run('api').ready()
    await untilPasses(async () => {
      expect((await fetch(`${api}/v1/jobs/${String(done['jobId'])}`)).status).to.equal(404)
    })
    const { jobs } = await get<{ jobs: { jobId: string }[] }>(`${api}/v1/jobs`)
    expect(jobs.map(({ jobId }) => jobId)).to.have.members([waiting['jobId'], cancelled['jobId']])
    expect(await scheduler.stop()).to.equal(0)
  })

  it('of any number of schedulers one leads; another follows when it stops, or is killed', async () => {
    const env = { LEADER_LEASE_SECONDS: '1.5' }
    const [first, second, third] = [1, 2, 3].map(() => place.run('scheduler', env))
    const leads = ({ stdout }: { readonly stdout: string }): boolean => stdout.includes('"leads"')
    const leaders = (): number => [first, second, third].filter((role) => leads(role!)).length
    await Promise.all([first, second, third].map((role) => role!.ready()))
    await untilPasses(() => expect(leaders()).to.equal(1))
    const [one] = [first, second, third].filter((role) => leads(role!))
    expect(await one!.stop()).to.equal(0)
    expect(one!.stdout).to.include('leads no longer')
    await untilPasses(() => expect(leaders()).to.equal(2), 1_500)
    const [two] = [first, second, third].filter((role) => role !== one && leads(role!))
    await two!.kill()
    await untilPasses(() => expect(leaders()).to.equal(3), 4_000)
  })
})
