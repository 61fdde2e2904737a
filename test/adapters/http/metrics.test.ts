import { expect } from 'chai'
import { GRAIN_MS, periodOf } from '../../../src/domain/metrics.js'
import { openHarness, type Harness } from './harness.js'

const NONE = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelling: 0, cancelled: 0 }

describe('HTTP: metrics', () => {
  let api: Harness
  let reads = 0
  beforeEach(async () => {
    reads = 0
    api = await openHarness(({ metrics }) => ({
      metrics: {
        definitions: () => {
          reads += 1
          return metrics.definitions()
        },
        finished: metrics.finished.bind(metrics),
        times: metrics.times.bind(metrics),
        oldestDue: metrics.oldestDue.bind(metrics),
        fold: metrics.fold.bind(metrics),
      },
    }))
  })
  afterEach(() => api.close())

  const get = async (path: string) => (await api.call('GET', path)).body
  const succeed = async (): Promise<void> => {
    const { body } = await api.post('/v1/jobs', { definitionKey: 'echo' })
    await api.finish(body.jobId, null)
  }

  it('sums up jobs, their performance and what was done lately', async () => {
    const nothing = await get('/v1/metrics?ttl=0')
    expect(nothing).to.deep.equal({
      summary: { total: 0, byStatus: NONE },
      performance: { successRate: null, avgProcessingTime: null, avgQueueTime: null, retryRate: null },
      throughput: { lastHour: 0, lastDay: 0, lastWeek: 0 },
    })
    await succeed()
    await api.post('/v1/jobs', { definitionKey: 'echo' })
    const { summary, performance, throughput } = await get('/v1/metrics?ttl=0')
    expect(summary).to.deep.equal({ total: 2, byStatus: { ...NONE, succeeded: 1, queued: 1 } })
    expect(performance).to.include({ successRate: 1, retryRate: 0 })
    expect(performance.avgProcessingTime).to.be.greaterThan(0)
    expect(throughput).to.deep.equal({ lastHour: 1, lastDay: 1, lastWeek: 1 })
    expect(await get('/v1/metrics/performance')).to.deep.equal(performance)
  })

  it('tells them by definition', async () => {
    await succeed()
    await api.post('/v1/jobs', { definitionKey: 'typed', params: { n: 1 } })
    const { definitions } = await get('/v1/metrics/definitions')
    expect(definitions).to.have.length(2)
    expect(definitions[0]).to.deep.include({
      definitionKey: 'echo',
      definitionVersion: 2,
      total: 1,
      byStatus: { ...NONE, succeeded: 1 },
      successRate: 1,
    })
    expect(definitions[1]).to.include({
      definitionKey: 'typed',
      total: 1,
      successRate: null,
      avgQueueTime: null,
    })
  })

  it('tells the throughput of exactly as many hours as asked for, the present one last', async () => {
    await succeed()
    for (const [query, hours] of [
      ['', 24],
      ['?hours=1', 1],
      ['?hours=168', 168],
    ] as const) {
      const { data } = await get(`/v1/metrics/throughput${query}`)
      expect(data).to.have.length(hours)
      expect(data.at(-1)).to.deep.equal({ period: '2024-01-01T10:00:00.000Z', completed: 1, failed: 0 })
      const times = data.map(({ period }: { period: string }) => Date.parse(period))
      expect(
        times.slice(1).every((time: number, index: number) => time - times[index] === 3_600_000),
      ).to.equal(true)
    }
  })

  it('tells percentiles of waits and runs', async () => {
    await succeed()
    const latency = await get('/v1/metrics/latency?window=7d&definitionKey=echo')
    expect(latency).to.deep.include({ window: '7d', definitionKey: 'echo' })
    expect(latency.run.jobs).to.equal(1)
    expect(latency.run.p50).to.equal(latency.run.p99)
    const none = { jobs: 0, p50: null, p95: null, p99: null }
    expect(await get('/v1/metrics/latency?definitionKey=other')).to.deep.equal({
      window: '1h',
      definitionKey: 'other',
      wait: none,
      run: none,
    })
  })

  it('computes once for all who ask within the time that they allow', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => api.call('GET', '/v1/metrics/performance')),
    )
    expect(reads).to.equal(1)
    for (const { headers } of answers) expect(headers.get('age')).to.equal('0')
    await succeed()
    expect((await get('/v1/metrics/performance')).successRate).to.equal(null)
    expect((await get('/v1/metrics/performance?ttl=0')).successRate).to.equal(1)
    expect((await get('/v1/metrics/performance?ttl=60')).successRate).to.equal(1)
    expect(reads).to.equal(2)
  })

  it('refuses what it cannot tell', async () => {
    for (const path of [
      '/v1/metrics?ttl=-1',
      '/v1/metrics?ttl=soon',
      '/v1/metrics/throughput?hours=0',
      '/v1/metrics/throughput?hours=169',
      '/v1/metrics/latency?window=2h',
      '/v1/metrics/performance?hours=1',
    ]) {
      const { status, body } = await api.call('GET', path)
      expect([status, body.code], path).to.deep.equal([400, 'invalid-query'])
    }
  })

  it('gives Prometheus its text', async () => {
    const { status, headers, text } = await api.call('GET', '/metrics')
    expect([status, text]).to.deep.equal([200, 'up 1\n'])
    expect(headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8')
  })
})

describe('HTTP: metrics of times gone by', () => {
  let api: Harness
  let nowMs = Date.parse('2024-01-01T10:20:30.000Z')
  const asked: unknown[] = []
  before(async () => {
    api = await openHarness(({ metrics }) => ({
      clock: { now: () => new Date(nowMs), monotonicMs: () => nowMs },
      metrics: {
        definitions: metrics.definitions.bind(metrics),
        oldestDue: metrics.oldestDue.bind(metrics),
        fold: metrics.fold.bind(metrics),
        // In each minute one job has succeeded and one has failed, in each hour one and two.
        finished: (grain, periods, now) =>
          Promise.resolve(
            Array.from({ length: periods }, (_, past) => ({
              startsAt: new Date((periodOf(grain, now) - past) * GRAIN_MS[grain]),
              succeeded: 1,
              failed: grain === 'minute' ? 1 : 2,
            })),
          ),
        times: (grain, periods, definitionKey) => {
          asked.push([grain, periods, definitionKey])
          return Promise.resolve({ run: new Map(), wait: new Map() })
        },
      },
    }))
  })
  after(() => api.close())

  const get = async (path: string) => (await api.call('GET', path)).body

  it('count 60 minutes, 24 hours and 168 hours, of jobs that succeeded and of jobs that failed', async () => {
    const { throughput } = await get('/v1/metrics?ttl=0')
    expect(throughput).to.deep.equal({ lastHour: 60 * 2, lastDay: 24 * 3, lastWeek: 168 * 3 })
  })

  it('are told minute by minute, too, the present one last', async () => {
    const { data } = await get('/v1/metrics/throughput?minutes=3')
    expect(data).to.deep.equal(
      ['18', '19', '20'].map((minute) => ({
        period: `2024-01-01T10:${minute}:00.000Z`,
        completed: 1,
        failed: 1,
      })),
    )
    const both = await api.call('GET', '/v1/metrics/throughput?minutes=3&hours=1')
    expect([both.status, both.body.errors[0].pointer]).to.deep.equal([400, '/minutes'])
  })

  it('are looked at for percentiles as far back as the window says', async () => {
    for (const window of ['1h', '24h', '7d']) await get(`/v1/metrics/latency?window=${window}`)
    await get('/v1/metrics/latency?window=24h&definitionKey=echo')
    expect(asked).to.deep.equal([
      ['minute', 60, null],
      ['hour', 24, null],
      ['hour', 168, null],
      ['hour', 24, 'echo'],
    ])
  })

  it('say how old they are, and are computed anew after the time of the configuration, or of the caller', async () => {
    const ageOf = async (query: string): Promise<string | null> =>
      (await api.call('GET', `/v1/metrics/performance${query}`)).headers.get('age')
    expect(await ageOf('')).to.equal('0')
    nowMs += 29_999
    expect([await ageOf(''), await ageOf('?ttl=60')]).to.deep.equal(['29', '29'])
    nowMs += 1
    expect([await ageOf('?ttl=31'), await ageOf('')]).to.deep.equal(['30', '0'])
    nowMs += 5_000
    expect([await ageOf(''), await ageOf('?ttl=5')]).to.deep.equal(['5', '0'])
  })
})
