import { expect } from 'chai'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: jobs in bulk', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const create = async (body: object = {}): Promise<string> =>
    (await api.post('/v1/jobs', { definitionKey: 'echo', ...body })).body.jobId as string
  const cancel = async (body: object) => (await api.post('/v1/jobs/cancel', body)).body
  const retry = async (body: object) => (await api.post('/v1/jobs/retry', body)).body
  const statusOf = async (id: string) => (await api.call('GET', `/v1/jobs/${id}`)).body.status

  it('cancels what is queued or running, and counts it first', async () => {
    const running = await create()
    await api.claim()
    const queued = await create()
    const other = await create({ definitionKey: 'typed', params: { n: 1 } })
    const filter = { definitionKey: 'echo' }
    expect(await cancel({ filter, dryRun: true })).to.deep.equal({ matched: 2, done: 0 })
    expect(await statusOf(queued)).to.equal('queued')
    expect(await cancel({ filter, dryRun: false })).to.deep.equal({ matched: 2, done: 2 })
    expect([await statusOf(running), await statusOf(queued), await statusOf(other)]).to.deep.equal([
      'cancelling',
      'cancelled',
      'queued',
    ])
    expect(await cancel({ filter })).to.deep.equal({ matched: 0, done: 0 })
    expect(await cancel({ filter: { status: 'succeeded,cancelling' } })).to.deep.equal({
      matched: 0,
      done: 0,
    })
    expect(await cancel({ filter: { all: true } })).to.deep.equal({ matched: 1, done: 1 })
  })

  it('takes every filter that lists take', async () => {
    const first = await create({ idempotencyKey: 'order 1' })
    const second = await create()
    const third = await create({ definitionKey: 'typed', params: { n: 1 } })
    const { queuedAt } = (await api.call('GET', `/v1/jobs/${second}`)).body
    const filters: readonly (readonly [object, number, string])[] = [
      [{ status: 'queued' }, 3, 'status=queued'],
      [{ status: ['queued', 'failed'] }, 3, 'status=queued,failed'],
      [{ status: 'running' }, 0, 'status=running'],
      [{ definitionKey: 'typed' }, 1, 'definitionKey=typed'],
      [{ createdAfter: queuedAt }, 2, `createdAfter=${queuedAt}`],
      [{ createdBefore: queuedAt }, 1, `createdBefore=${queuedAt}`],
      [
        { createdAfter: queuedAt, createdBefore: queuedAt },
        0,
        `createdAfter=${queuedAt}&createdBefore=${queuedAt}`,
      ],
      [{ q: 'order 1' }, 1, 'q=order%201'],
      [{ q: third }, 1, `q=${third}`],
      [{ q: first.slice(0, 4), definitionKey: 'echo' }, 2, `q=${first.slice(0, 4)}&definitionKey=echo`],
    ]
    for (const [filter, matched, query] of filters) {
      expect(await cancel({ filter, dryRun: true }), query).to.deep.equal({ matched, done: 0 })
      expect((await api.call('GET', `/v1/jobs?${query}`)).body.total, query).to.equal(matched)
    }
    expect(await cancel({ filter: { ids: [first, third] } })).to.deep.equal({ matched: 2, done: 2 })
    expect(await statusOf(second)).to.equal('queued')
  })

  it('makes new jobs of cancelled ones, each once', async () => {
    const ids = [await create({ params: { a: 1 } }), await create()]
    const other = await create({ definitionKey: 'typed', params: { n: 1 } })
    await cancel({ filter: { ids: [...ids, other] } })
    const filter = { status: 'cancelled', definitionKey: 'echo' }
    expect(await retry({ filter, dryRun: true })).to.deep.equal({ matched: 2, done: 0 })
    expect(await retry({ filter })).to.deep.equal({ matched: 2, done: 2 })
    expect(await retry({ filter: { ids: [other] } })).to.deep.equal({ matched: 1, done: 1 })
    expect(await retry({ filter: { all: true } })).to.deep.equal({ matched: 0, done: 0 })
    const { jobs } = (await api.call('GET', '/v1/jobs?status=queued')).body
    const retried = jobs.map(({ retriedFrom }: { retriedFrom: string }) => retriedFrom)
    expect(retried).to.have.members([...ids, other])
  })

  it('goes through more than a batch of them', async () => {
    const bodies = Array.from({ length: 1_203 }, () => create())
    await Promise.all(bodies)
    const filter = { createdAfter: '2000-01-01T00:00:00+02:00' }
    expect(await cancel({ filter, dryRun: true })).to.deep.equal({ matched: 1_203, done: 0 })
    expect(await cancel({ filter })).to.deep.equal({ matched: 1_203, done: 1_203 })
    expect(await retry({ filter })).to.deep.equal({ matched: 1_203, done: 1_203 })
    expect(await retry({ filter })).to.deep.equal({ matched: 0, done: 0 })
  })
})

describe('HTTP: pausing a definition', () => {
  let api: Harness
  before(async () => {
    api = await openHarness()
  })
  after(() => api.close())

  const paused = async () =>
    (await api.call('GET', '/v1/definitions')).body.definitions
      .filter((definition: { paused: boolean }) => definition.paused)
      .map(({ key, version }: { key: string; version: number }) => `${key}@${version}`)

  it('keeps its jobs from starting until it is resumed, which wakes the workers', async () => {
    const hints: string[] = []
    api.stores.notifier.subscribe((keys) => hints.push(...keys))
    const first = await api.call('POST', '/v1/definitions/echo/pause')
    expect([first.status, first.body]).to.deep.equal([200, { key: 'echo', paused: true }])
    expect((await api.call('POST', '/v1/definitions/echo/pause')).status).to.equal(200)
    expect(await paused()).to.deep.equal(['echo@1', 'echo@2'])
    await api.post('/v1/jobs', { definitionKey: 'echo' })
    expect(await api.claim()).to.have.length(0)
    hints.length = 0
    const resumed = await api.post('/v1/definitions/echo/resume', {})
    expect(resumed.body).to.deep.equal({ key: 'echo', paused: false })
    expect(hints).to.deep.equal(['echo'])
    expect(await paused()).to.deep.equal([])
    expect(await api.claim()).to.have.length(1)
  })

  for (const verb of ['pause', 'resume'])
    for (const [key, status, code] of [
      ['nothing', 404, 'definition-not-found'],
      ['ECHO', 404, 'definition-not-found'],
      ["'%20OR%201=1", 404, 'definition-not-found'],
      ['%00', 400, 'malformed-id'],
      ['x'.repeat(256), 400, 'malformed-id'],
    ] as const)
      it(`answers ${status} to ${verb} ${key.slice(0, 20)}`, async () => {
        const answer = await api.call('POST', `/v1/definitions/${key}/${verb}`)
        expect([answer.status, answer.body.code]).to.deep.equal([status, code])
      })
})
