import { expect } from 'chai'
import type { ActiveJob } from '../../../src/domain/job.js'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: events of a job that has many', () => {
  let api: Harness
  let job: ActiveJob
  let asked: number[]
  beforeEach(async () => {
    api = await openHarness()
    await api.post('/v1/jobs', { definitionKey: 'echo' })
    job = (await api.claim())[0]!
    asked = []
    const events = api.deps.queries.events.bind(api.deps.queries)
    api.deps.queries.events = (jobId, after, limit) => {
      asked.push(limit)
      return events(jobId, after, limit)
    }
  })
  afterEach(() => api.close())

  async function append(count: number, payload: { readonly text: string }): Promise<void> {
    const event = { lease: job.lease, type: 'note', payload }
    await api.stores.jobs.appendEvents(
      Array.from({ length: count }, () => event),
      new Date(),
    )
  }
  const list = async (query = ''): Promise<number[]> => {
    const { status, headers, body } = await api.call('GET', `/v1/jobs/${job.id}/events${query}`)
    expect([status, headers.get('content-type')]).to.deep.equal([200, 'application/json; charset=utf-8'])
    expect(body.jobId).to.equal(job.id)
    return body.events.map(({ id }: { id: number }) => id)
  }
  const from = (first: number, count: number): number[] => Array.from({ length: count }, (_, n) => first + n)

  it('come all, and as many as are asked for', async () => {
    await append(348, { text: 'small' })
    expect(await list()).to.deep.equal(from(1, 350))
    expect(asked).to.deep.equal([100, 900])
    expect(await list('?limit=350')).to.deep.equal(from(1, 350))
    for (const limit of [1, 99, 100, 101, 250, 349])
      expect(await list(`?limit=${limit}`), `${limit}`).to.deep.equal(from(1, limit))
    expect(await list('?after=200&limit=120')).to.deep.equal(from(201, 120))
    expect(await list('?after=250')).to.deep.equal(from(251, 100))
    expect(await list('?after=350')).to.deep.equal([])
  })

  it('are read few at a time when they are large', async () => {
    await append(198, { text: 'x'.repeat(60_000) })
    expect(await list('?limit=10000')).to.deep.equal(from(1, 200))
    expect(asked[0]).to.equal(100)
    expect(Math.max(...asked.slice(1))).to.be.at.most(20)
  })

  it('break off when they cannot be read to the end, so that nobody takes them for all', async () => {
    await append(300, { text: 'x'.repeat(10_000) })
    const events = api.deps.queries.events.bind(api.deps.queries)
    api.deps.queries.events = (jobId, after, limit) =>
      after > 0 ? Promise.reject(new Error('no route')) : events(jobId, after, limit)
    const failure = await list().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(TypeError)
  })
})
