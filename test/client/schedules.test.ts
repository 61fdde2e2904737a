import { expect } from 'chai'
import { ApiError, createClient, type ClientOptions } from '../../src/client/index.js'
import { openHarness, type Harness } from '../adapters/http/harness.js'

describe('schedules by the client', () => {
  let api: Harness
  before(async () => (api = await openHarness()))
  after(() => api.close())

  const connect = (options: Partial<ClientOptions> = {}) =>
    createClient({ url: api.url, retry: { baseMs: 1 }, ...options }).schedules
  const daily = { definitionKey: 'echo', cron: '@daily' }
  const MIDNIGHT = '2024-01-02T00:00:00.000Z'

  it('are made, found, changed and removed', async () => {
    const schedules = connect()
    const made = await schedules.create({ ...daily, name: 'one' })
    await schedules.create({ ...daily, name: 'two' })
    expect(await schedules.get(made.scheduleId)).to.deep.equal(made)
    const { schedules: page, total } = await schedules.list({ limit: 1, offset: 1 })
    expect([page.map(({ name }) => name), total]).to.deep.equal([['two'], 2])
    const changed = await schedules.change(made.scheduleId, { priority: 7 })
    expect(changed).to.deep.equal({ ...made, priority: 7 })
    expect(await schedules.delete(made.scheduleId)).to.equal(undefined)
    const error = await schedules.get(made.scheduleId).catch((refusal: unknown) => refusal)
    expect(error).to.be.instanceOf(ApiError).with.property('code', 'schedule-not-found')
  })

  it('are paused, resumed and looked ahead at', async () => {
    const schedules = connect()
    const { scheduleId } = await schedules.create({ ...daily, name: 'three' })
    expect(await schedules.pause(scheduleId)).to.include({ enabled: false, nextRunAt: null })
    expect(await schedules.resume(scheduleId)).to.include({ enabled: true, nextRunAt: MIDNIGHT })
    const ahead = [MIDNIGHT, '2024-01-03T00:00:00.000Z']
    const previews = [
      await schedules.preview(scheduleId, { n: 2 }),
      await schedules.previewOf({ cron: '@daily' }, { n: 2 }),
    ]
    for (const { runs } of previews) expect(runs.map(({ at }) => at)).to.deep.equal(ahead)
    expect((await schedules.ticks(scheduleId, { limit: 5 })).ticks).to.deep.equal([])
  })

  it('run at once, and once: a request whose answer is lost is not made again', async () => {
    const { scheduleId } = await connect().create({ ...daily, name: 'four' })
    const { jobId } = await connect().run(scheduleId)
    expect((await api.stores.queries.get(jobId))?.job).to.include({ scheduleId })
    const jobs = await api.jobCount()
    let requests = 0
    const losing: typeof fetch = async (input, init) => {
      requests += 1
      await fetch(input, init)
      throw new TypeError('fetch failed', { cause: new Error('socket hang up') })
    }
    await connect({ fetch: losing })
      .run(scheduleId)
      .catch(() => null)
    expect([requests, await api.jobCount()]).to.deep.equal([1, jobs + 1])
  })
})
