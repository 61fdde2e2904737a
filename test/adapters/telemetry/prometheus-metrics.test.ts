import { expect } from 'chai'
import { createMemoryStores } from '../../../src/adapters/memory/memory-stores.js'
import { PrometheusMetrics } from '../../../src/adapters/telemetry/prometheus-metrics.js'
import type { Stores } from '../../../src/application/ports/stores.js'
import { StorageReadOnlyError, StorageUnavailableError } from '../../../src/domain/errors.js'
import { newJob } from '../../../src/domain/job.js'
import { decideOrphan, decideOutcome, type Circumstances } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import { aDefinition, aRequest, aRunningJob } from '../../support/factories.js'
import { FakeClock } from '../../support/fake-clock.js'
import { sequentialIds } from '../../support/ids.js'

describe('Prometheus metrics', () => {
  let clock: FakeClock
  let stores: Stores
  let prometheus: PrometheusMetrics
  let newId: () => string
  beforeEach(() => {
    clock = new FakeClock()
    newId = sequentialIds()
    stores = createMemoryStores({ clock })
    prometheus = open()
  })

  function open(metrics: Stores['metrics'] = stores.metrics, ping = stores.ping): PrometheusMetrics {
    const connections = () => [{ pool: 'reads', used: 1, idle: 2, waiting: 3, max: 5 }]
    return new PrometheusMetrics({ metrics, connections, clock, ping })
  }

  /** Samples by name and labels, as they are written. */
  async function scrape(from = prometheus): Promise<Map<string, number>> {
    const lines = (await from.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    )
  }

  const circumstances = (): Circumstances => ({
    now: clock.now(),
    random: 0.5,
    policy: DEFAULT_RETRY_POLICY,
    newId,
  })

  it('count each job once, however many ask at once', async () => {
    await stores.definitions.publish([aDefinition()])
    await stores.jobs.insert([1, 2, 3].map(() => newJob(aRequest(), newId(), clock.now())))
    const texts = await Promise.all([scrape(), scrape(), scrape()])
    for (const found of texts)
      expect(found.get('job_server_jobs{definition="work",status="queued"}')).to.equal(3)
  })

  it('count how runs ended, retries, lost leases and dead letters', async () => {
    const job = aRunningJob({ runAt: clock.in(-2_000), startedAt: clock.now() })
    clock.advance(700)
    const end = (result: Parameters<typeof decideOutcome>[1], of = job): void =>
      prometheus.ended(of, decideOutcome(of, result, circumstances()), clock.now())
    end({ kind: 'succeeded', result: null })
    end({ kind: 'error', message: 'no' })
    end({ kind: 'interrupted' })
    end({ kind: 'error', message: 'no', permanent: true })
    prometheus.ended(job, decideOrphan(job, false, circumstances()), clock.now())
    const found = await scrape()
    const of = (name: string, labels = ''): number | undefined =>
      found.get(`job_server_${name}{definition="work"${labels}}`)
    expect(of('runs_total', ',outcome="succeeded"')).to.equal(1)
    expect(of('runs_total', ',outcome="error"')).to.equal(2)
    expect(of('runs_total', ',outcome="interrupted"')).to.equal(1)
    expect(of('retries_total')).to.equal(2)
    expect(of('lease_losses_total')).to.equal(1)
    expect(of('dead_letters_total', ',reason="permanent"')).to.equal(1)
    expect(of('run_duration_seconds_count')).to.equal(5)
    expect(found.get('job_server_run_duration_seconds_bucket{le="0.5",definition="work"}')).to.equal(0)
    expect(found.get('job_server_run_duration_seconds_bucket{le="1",definition="work"}')).to.equal(5)
    expect(found.get('job_server_wait_seconds_bucket{le="2.5",definition="work"}')).to.equal(5)
    expect(of('wait_seconds_sum')).to.equal(10)
  })

  it('tell the depth of the queue, its oldest wait and the connections', async () => {
    await stores.jobs.insert(
      [1, 2].map((version) => newJob(aRequest({ definitionVersion: version }), newId(), clock.now())),
    )
    clock.advance(3_000)
    const found = await scrape()
    expect(found.get('job_server_jobs{definition="work",status="queued"}')).to.equal(2)
    expect(found.get('job_server_oldest_due_seconds{definition="work"}')).to.equal(3)
    expect(found.get('job_server_database_up')).to.equal(1)
    expect(found.get('job_server_db_connections{pool="reads",state="used"}')).to.equal(1)
    expect(found.get('job_server_db_connections_waiting{pool="reads"}')).to.equal(3)
    expect(found.get('job_server_db_connections_max{pool="reads"}')).to.equal(5)
  })

  it('tell how late the event loop was', async () => {
    prometheus.start()
    try {
      await new Promise((resolve) => setTimeout(resolve, 30))
      const until = performance.now() + 80
      while (performance.now() < until);
      await new Promise((resolve) => setTimeout(resolve, 30))
      const found = await scrape()
      expect(found.get('job_server_event_loop_lag_seconds{quantile="1"}')).to.be.within(0.04, 20)
    } finally {
      prometheus.stop()
    }
  })

  it('forget a gauge whose definition has no jobs any more', async () => {
    const [answer] = await stores.jobs.insert([newJob(aRequest(), newId(), clock.now())])
    const name = 'job_server_oldest_due_seconds{definition="work"}'
    expect((await scrape()).has(name)).to.equal(true)
    await stores.jobs.requestCancel([(answer as { job: { id: string } }).job.id], clock.now(), newId)
    clock.advance(60_000)
    expect((await scrape()).has(name)).to.equal(false)
  })

  it('go on without the queue while the database is away', async () => {
    const away = (): Promise<never> => Promise.reject(new StorageUnavailableError(null))
    const found = await scrape(open({ ...stores.metrics, definitions: away, oldestDue: away }))
    expect(found.get('job_server_database_up')).to.equal(0)
    expect(found.get('job_server_db_connections_max{pool="reads"}')).to.equal(5)
  })

  it('count a database that takes no writes as down', async () => {
    const found = await scrape(open(stores.metrics, () => Promise.reject(new StorageReadOnlyError(null))))
    expect(found.get('job_server_database_up')).to.equal(0)
  })

  it('name no more than a hundred definitions', async () => {
    const outcome = decideOutcome(aRunningJob(), { kind: 'succeeded', result: null }, circumstances())
    for (let key = 0; key < 300; key += 1)
      prometheus.ended(aRunningJob({ definitionKey: `key-${key}` }), outcome, clock.now())
    const runs = [...(await scrape())].filter(([name]) => name.startsWith('job_server_runs_total'))
    expect(runs).to.have.length(101)
    expect(new Map(runs).get('job_server_runs_total{definition="other",outcome="succeeded"}')).to.equal(200)
  })

  it('are told apart by two servers in one process', async () => {
    const other = open()
    const job = aRunningJob()
    prometheus.ended(
      job,
      decideOutcome(job, { kind: 'succeeded', result: null }, circumstances()),
      clock.now(),
    )
    expect(
      [...(await scrape(other)).keys()].some((name) => name.startsWith('job_server_runs_total')),
    ).to.equal(false)
  })
})
