/**
 * How long reads take on a database that `bench/fill.ts` has filled: metrics, uncached, lists, one job, its events, why it waits; over HTTP, one after
 * the other. Usage: `tsx bench/reads.ts <database URL> [<samples>]`. Prints one line of JSON for each, times in milliseconds, and on
 * PostgreSQL the buffers that the plans of the metrics touch.
 */
import type { Knex } from 'knex'
import { postgresReader } from '../src/adapters/postgres/postgres-reader.js'
import { Outages } from '../src/adapters/postgres/outages.js'
import { PostgresDb } from '../src/adapters/postgres/postgres-db.js'
import type { SqlReader } from '../src/adapters/sql/dialect.js'
import { SqlMetricsStore } from '../src/adapters/sql/sql-metrics-store.js'
import { silentLogger } from '../src/application/ports/logger.js'
import { createJobServer } from '../src/index.js'

const [database = '', samples = '100'] = process.argv.slice(2)
// What is older than the default would go while it is read.
const retentionDays = { succeeded: 0, failed: 0, cancelled: 0 }
const server = await createJobServer({ database, worker: false, http: { port: 0 }, retentionDays })
await server.start()
const url = server.url ?? ''
try {
  const page = (await read('/v1/jobs?status=succeeded&limit=1')) as { jobs: { jobId: string }[] }
  const id = page.jobs[0]?.jobId ?? ''
  const waiting = (await read('/v1/jobs?status=queued&limit=1')) as typeof page
  const paths = [
    '/v1/metrics?ttl=0',
    '/v1/metrics/definitions?ttl=0',
    '/v1/metrics/throughput?hours=24&ttl=0',
    '/v1/metrics/throughput?hours=168&ttl=0',
    '/v1/metrics/performance?ttl=0',
    '/v1/metrics/latency?window=1h&ttl=0',
    '/v1/metrics/latency?window=7d&ttl=0',
    '/v1/metrics/latency?window=7d&definitionKey=fill.1&ttl=0',
    '/v1/jobs?limit=100',
    '/v1/jobs?status=failed&limit=100',
    '/v1/jobs?status=succeeded&definitionKey=fill.1&limit=100',
    '/v1/jobs?status=queued&limit=100',
    `/v1/jobs/${id}`,
    `/v1/jobs/${id}/events`,
    `/v1/jobs/${id}/attempts`,
    `/v1/jobs/${waiting.jobs[0]?.jobId ?? ''}/explain`,
    `/v1/jobs?q=${id}`,
    '/v1/dlq?limit=100',
  ]
  for (const path of paths) {
    const times: number[] = []
    for (let sample = 0; sample < Number(samples); sample += 1) {
      const begun = performance.now()
      await read(path)
      times.push(performance.now() - begun)
    }
    times.sort((a, b) => a - b)
    const at = (share: number): number =>
      Number((times[Math.ceil(times.length * share) - 1] ?? NaN).toFixed(1))
    console.log(JSON.stringify({ path, n: times.length, p50: at(0.5), p95: at(0.95), max: at(1) }))
  }
  if (database.startsWith('postgres')) await buffers(database)
} finally {
  await server.stop()
}

async function read(path: string): Promise<unknown> {
  const response = await fetch(url + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response.json()
}

interface Plan {
  readonly Plan: Readonly<Record<string, unknown>>
  readonly 'Execution Time': number
}

async function buffers(databaseUrl: string): Promise<void> {
  const pool = { max: 1, idleTimeoutMs: 1_000, connectionTimeoutMs: 5_000 }
  const db = new PostgresDb(databaseUrl, pool, new Outages(() => undefined), silentLogger)
  const reader = postgresReader(db)
  let told = ''
  const explaining: SqlReader = {
    ...reader,
    rows: async (query) => {
      const { sql, bindings } = (query as Knex.Raw).toSQL().toNative()
      const [row] = await db.query({ text: `explain (analyze, buffers, format json) ${sql}` }, bindings)
      const [{ Plan: plan, 'Execution Time': ms }] = row?.['QUERY PLAN'] as [Plan]
      console.log(
        JSON.stringify({ plan: told, hit: plan['Shared Hit Blocks'], read: plan['Shared Read Blocks'], ms }),
      )
      return reader.rows(query)
    },
  }
  const metrics = new SqlMetricsStore(explaining, () => Promise.resolve())
  const now = new Date()
  const plans: Record<string, () => Promise<unknown>> = {
    definitions: () => metrics.definitions(),
    'throughput of a week': () => metrics.finished('hour', 168, now),
    'the last hour': () => metrics.finished('minute', 60, now),
    'latency of a week': () => metrics.times('hour', 168, null, now),
    'oldest due': () => metrics.oldestDue(now),
  }
  for (const [name, explain] of Object.entries(plans)) {
    told = name
    await explain()
  }
  await db.close()
}
