import { expect } from 'chai'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: why things are as they are', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const create = async (body: object = {}): Promise<string> =>
    (await api.post('/v1/jobs', { definitionKey: 'echo', ...body })).body.jobId as string
  const explain = async (jobId: string) => (await api.call('GET', `/v1/jobs/${jobId}/explain`)).body
  const codes = async (jobId: string): Promise<string[]> =>
    (await explain(jobId)).reasons.map(({ code }: { code: string }) => code)

  it('explains a job through its life', async () => {
    const jobId = await create()
    expect(await explain(jobId)).to.deep.equal({
      jobId,
      status: 'queued',
      reasons: [
        { code: 'no_worker', message: 'none of 0 live workers runs echo@2', workers: 0, draining: 0 },
      ],
      position: 1,
      positionIsCapped: false,
      expectedStartAt: null,
    })
    const [job] = await api.claim()
    const running = await explain(jobId)
    expect(running).to.include({ status: 'running', position: null, expectedStartAt: null })
    expect(running.reasons).to.deep.equal([
      {
        code: 'running',
        message: 'the job is running',
        workerId: 'worker-1',
        run: 1,
        startedAt: job?.startedAt.toISOString(),
      },
    ])
    const second = await create()
    expect(await codes(second)).to.deep.equal(['workers_busy'])
    await api.stores.definitions.setPaused('echo', true)
    expect(await codes(second)).to.deep.equal(['paused', 'workers_busy'])
    await api.post(`/v1/jobs/${second}/cancel`, '')
    expect(await explain(second)).to.deep.include({ status: 'cancelled', position: null })
    expect(await codes(second)).to.deep.equal(['finished'])
  })

  it('names those that have the places of a limited definition, and when the next is due', async () => {
    const first: string[] = []
    for (let n = 0; n < 3; n += 1) first.push(await create({ definitionKey: 'encode.video' }))
    await api.claim()
    const runAt = '2030-01-01T00:00:00.000Z'
    const jobId = await create({ definitionKey: 'encode.video', runAt })
    const { reasons, position } = await explain(jobId)
    expect(reasons[0]).to.deep.include({ code: 'scheduled', runAt })
    expect(reasons[1]).to.deep.include({ code: 'concurrency_limit', limit: 3, running: 3 })
    expect(reasons[1].holders).to.have.members(first)
    expect(position).to.equal(1)
  })

  it('answers 404 for what is no job', async () => {
    const answer = await api.call('GET', '/v1/jobs/00000000-0000-7000-8000-000000000000/explain')
    expect(answer.body.code).to.equal('job-not-found')
  })

  it('lists live workers, those that are stopping among them, and not those that have gone', async () => {
    expect((await api.call('GET', '/v1/workers')).body).to.deep.equal({ workers: [] })
    await create()
    const [job] = await api.claim()
    const incarnation = job?.lease.incarnation ?? ''
    const { workers } = api.stores
    await workers.renew({ incarnation, running: 1, draining: true }, 60_000)
    const { workers: listed } = (await api.call('GET', '/v1/workers')).body
    expect(listed).to.have.length(1)
    expect(listed[0]).to.deep.include({
      workerId: 'worker-1',
      incarnation,
      host: 'h',
      pid: 1,
      version: '1',
      definitions: ['echo@1', 'echo@2', 'typed@1', 'encode.video@1'],
      slots: 1,
      running: 1,
      draining: true,
    })
    expect(Date.parse(listed[0].leaseExpiresAt) - Date.parse(listed[0].heartbeatAt)).to.equal(60_000)
    await workers.resign(incarnation)
    expect((await api.call('GET', '/v1/workers')).body).to.deep.equal({ workers: [] })
  })
})
