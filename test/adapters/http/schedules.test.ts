import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { scheduleSpec, specJson } from '../../../src/domain/schedule-spec.js'
import { aSchedule } from '../../support/factories.js'
import { openHarness, type Harness } from './harness.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }
/** The next day's first minute, by the clock of the harness. */
const MIDNIGHT = '2024-01-02T00:00:00.000Z'

describe('HTTP: schedules', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const daily = { name: 'daily', definitionKey: 'echo', cron: '@daily' }
  const make = async (body: object = daily) => (await api.post('/v1/schedules', body)).body
  const patch = (id: string, body: unknown) =>
    api.call('PATCH', `/v1/schedules/${id}`, { headers: JSON_TYPE, body: JSON.stringify(body) })
  const post = (id: string, verb: string) => api.call('POST', `/v1/schedules/${id}/${verb}`)
  const get = async (path: string) => (await api.call('GET', path)).body

  it('are made with the defaults of the contract, and shown', async () => {
    const answer = await api.post('/v1/schedules', daily)
    const { scheduleId, createdAt, ...rest } = answer.body
    expect(answer.status).to.equal(201)
    expect(answer.headers.get('location')).to.equal(`/v1/schedules/${scheduleId}`)
    expect(createdAt).to.match(/^2024-01-01T10:00:00/)
    expect(rest).to.deep.equal({
      ...daily,
      definitionVersion: null,
      params: {},
      priority: 0,
      maxAttempts: null,
      everySeconds: null,
      timezone: 'UTC',
      startsAt: null,
      endsAt: null,
      enabled: true,
      catchUp: 'last',
      maxCatchUp: 100,
      overlap: 'allow',
      nextRunAt: MIDNIGHT,
      lastRunAt: null,
      declared: false,
    })
    expect(await get(`/v1/schedules/${scheduleId}`)).to.deep.equal(answer.body)
  })

  it('keep everything that is said of them', async () => {
    const said = {
      name: 'full',
      definitionKey: 'typed',
      definitionVersion: 1,
      params: { n: 3 },
      priority: -4,
      maxAttempts: 8,
      cron: null,
      everySeconds: 90,
      timezone: 'Asia/Kathmandu',
      startsAt: '2024-02-01T01:00:00.000Z',
      endsAt: '2024-03-01T00:00:00.000Z',
      enabled: false,
      catchUp: 'all',
      maxCatchUp: 5,
      overlap: 'queue_one',
    }
    const made = await make({ ...said, startsAt: '2024-02-01T02:00:00+01:00' })
    expect(made).to.deep.include({ ...said, nextRunAt: null })
    const resumed = (await patch(made.scheduleId, { enabled: true, maxAttempts: null })).body
    expect(resumed).to.deep.include({ enabled: true, maxAttempts: null, nextRunAt: said.startsAt })
  })

  it('are listed by name, page by page', async () => {
    for (const name of ['c', 'a', 'b']) await make({ ...daily, name })
    const { schedules, total } = await get('/v1/schedules?limit=2&offset=1')
    expect([schedules.map(({ name }: { name: string }) => name), total]).to.deep.equal([['b', 'c'], 3])
    expect((await get('/v1/schedules')).schedules).to.have.length(3)
  })

  it('are changed in part; a cadence takes the place of the other', async () => {
    const { scheduleId } = await make()
    const { status, body } = await patch(scheduleId, { everySeconds: 60, params: { message: 'x' } })
    expect(status).to.equal(200)
    expect(body).to.deep.include({ cron: null, everySeconds: 60, params: { message: 'x' }, name: 'daily' })
    expect(body.nextRunAt).to.equal('2024-01-01T10:01:00.000Z')
    expect((await patch(scheduleId, {})).body).to.deep.equal(body)
    expect(await get(`/v1/schedules/${scheduleId}`)).to.deep.equal(body)
  })

  it('have names of their own', async () => {
    await make()
    const other = await make({ ...daily, name: 'other' })
    expect((await api.post('/v1/schedules', daily)).body).to.include({
      status: 409,
      code: 'schedule-name-taken',
    })
    expect((await patch(other.scheduleId, { name: 'daily' })).body.code).to.equal('schedule-name-taken')
  })

  it('are paused and resumed, as often as one likes', async () => {
    const { scheduleId } = await make()
    for (let n = 0; n < 2; n += 1) {
      const { status, body } = await post(scheduleId, 'pause')
      expect([status, body.enabled, body.nextRunAt]).to.deep.equal([200, false, null])
    }
    for (let n = 0; n < 2; n += 1)
      expect((await post(scheduleId, 'resume')).body).to.deep.include({ enabled: true, nextRunAt: MIDNIGHT })
  })

  it('make a job at once when they are told to, and are named by it', async () => {
    const { scheduleId } = await make({ ...daily, params: { message: 'now' }, priority: 3 })
    await post(scheduleId, 'pause')
    const answer = await post(scheduleId, 'run')
    expect([answer.status, answer.body.status]).to.deep.equal([201, 'queued'])
    expect(answer.headers.get('location')).to.equal(`/v1/jobs/${answer.body.jobId}`)
    const job = await get(`/v1/jobs/${answer.body.jobId}`)
    expect(job).to.deep.include({ params: { message: 'now' }, priority: 3, scheduleId, definitionVersion: 2 })
    expect(await get(`/v1/schedules/${scheduleId}/ticks`)).to.deep.equal({ ticks: [] })
  })

  it('are removed, their jobs are not', async () => {
    const { scheduleId } = await make()
    const { jobId } = (await post(scheduleId, 'run')).body
    const path = `/v1/schedules/${scheduleId}`
    expect((await api.call('DELETE', path)).status).to.equal(204)
    expect((await api.call('DELETE', path)).body.code).to.equal('schedule-not-found')
    expect((await api.call('GET', path)).body.code).to.equal('schedule-not-found')
    expect((await get(`/v1/jobs/${jobId}`)).scheduleId).to.equal(scheduleId)
  })

  it('are not removed while code declares them', async () => {
    const declared = specJson(scheduleSpec(daily))
    await api.stores.schedules.create([aSchedule({ id: uuidv7(), declared })])
    const [found] = (await get('/v1/schedules')).schedules
    expect(found.declared).to.equal(true)
    const { status, body } = await api.call('DELETE', `/v1/schedules/${found.scheduleId}`)
    expect([status, body.code]).to.deep.equal([409, 'schedule-declared'])
  })

  it('show their ticks, the newest first', async () => {
    const { scheduleId } = await make({ ...daily, cron: null, everySeconds: 1 })
    const { schedules } = api.stores
    const schedule = (await schedules.get(scheduleId))!
    const tick = (second: number, reason: string | null) => ({
      slot: new Date(Date.UTC(2024, 0, 1, 11, 0, second)),
      outcome: reason === null ? ('fired' as const) : ('missed' as const),
      jobId: reason === null ? uuidv7() : null,
      reason,
      delayMs: 12,
    })
    const ticks = [tick(1, null), tick(2, 'nobody was there'), tick(3, null)]
    await schedules.change([{ schedule, ticks }])
    const shown = (await get(`/v1/schedules/${scheduleId}/ticks`)).ticks
    expect(shown).to.deep.equal(JSON.parse(JSON.stringify(ticks)).reverse())
    const [, second] = shown
    const older = await get(`/v1/schedules/${scheduleId}/ticks?limit=1&before=${second.slot}`)
    expect(older).to.deep.equal({ ticks: [shown[2]] })
  })

  it('tell their next slots, on a clock of their zone', async () => {
    const { scheduleId } = await make({ ...daily, cron: '30 2 * * *', timezone: 'Europe/Berlin' })
    const { description, runs } = await get(`/v1/schedules/${scheduleId}/preview?n=2`)
    expect(description).to.include('Europe/Berlin')
    expect(runs).to.deep.equal([
      { at: '2024-01-02T01:30:00.000Z', local: '2024-01-02T02:30:00', offset: '+01:00', note: null },
      { at: '2024-01-03T01:30:00.000Z', local: '2024-01-03T02:30:00', offset: '+01:00', note: null },
    ])
    expect((await get(`/v1/schedules/${scheduleId}/preview`)).runs).to.have.length(10)
  })

  it('tell it also before they are kept, for their times alone or a whole body', async () => {
    const times = { cron: '30 2 * * *', timezone: 'Europe/Berlin', startsAt: '2024-03-30T12:00:00Z' }
    const { status, body } = await api.post('/v1/schedules/preview?n=2', times)
    expect(status).to.equal(200)
    expect(body.runs.map(({ local }: { local: string }) => local)).to.deep.equal([
      '2024-03-31T03:00:00',
      '2024-04-01T02:30:00',
    ])
    expect(body.runs[0].note).to.be.a('string')
    expect((await api.post('/v1/schedules/preview', { ...daily, ...times })).body.runs).to.have.length(10)
    expect((await api.post('/v1/schedules/preview', { everySeconds: 5 })).body.runs).to.have.length(10)
    expect(await get('/v1/schedules')).to.deep.equal({ schedules: [], total: 0 })
  })

  it('say of each operation on one that is not there that it is not', async () => {
    const id = uuidv7()
    const answers = [
      await api.call('GET', `/v1/schedules/${id}`),
      await patch(id, { priority: 1 }),
      await api.call('DELETE', `/v1/schedules/${id}`),
      ...(await Promise.all(['pause', 'resume', 'run'].map((verb) => post(id, verb)))),
      await api.call('GET', `/v1/schedules/${id}/preview`),
      await api.call('GET', `/v1/schedules/${id}/ticks`),
    ]
    for (const { status, body } of answers)
      expect([status, body.code]).to.deep.equal([404, 'schedule-not-found'])
  })
})
