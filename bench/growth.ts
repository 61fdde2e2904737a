/**
 * What inserts, claims, settles, lists and figures cost as a database grows, on one PostgreSQL that waits for its disk: a database for each
 * size of history, empty ones first, each filled by `bench/fill.ts`; then the same calls beside jobs that wait for a full definition,
 * beside jobs of the future, with as many jobs of 300 definitions, and beside a transaction that stays open. Usage: `npm run bench:growth [-- <finished>[,<finished>…] [<queued>]]`;
 * 10,000, 1,000,000 and 100,000. Prints one line of JSON for each measurement; times are milliseconds of one call for 100 jobs.
 */
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { v7 as uuidv7 } from 'uuid'
import { migratePostgres, openPostgresStores } from '../src/adapters/postgres/postgres-stores.js'
import { silentLogger } from '../src/application/ports/logger.js'
import type { Stores } from '../src/application/ports/stores.js'
import { newJob } from '../src/domain/job.js'
import { aDefinition, aRequest, aWorker, outcomeOf } from '../test/support/factories.js'
import { PostgresServer } from '../test/support/postgres-server.js'
import { withDatabase } from './support/bench.js'
import { quantile } from './support/figures.js'

const [sizes = '10000,1000000', waiting = '100000'] = process.argv.slice(2)
const QUEUED = Number(waiting)
const BATCH = 100
/** As many as it takes for the slowest hundredth to be more than a few calls. */
const ROUNDS = 1_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const pool = { max: 4, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
const tsx = createRequire(import.meta.url).resolve('tsx/cli')

const postgres = await PostgresServer.start(['fsync=on', 'shared_buffers=512MB', 'max_wal_size=4GB'])
try {
  await withStores('empty', async (stores) => calls('empty', stores, 'work'))
  for (const finished of sizes.split(',')) {
    const what = `${finished} finished, ${QUEUED} queued`
    await withStores(what, async (stores, url) => {
      run('fill.ts', [url, finished, waiting])
      await calls(what, stores, 'work')
      await calls(`${what}, claims of those that wait`, stores, 'fill.1')
      run('reads.ts', [url, '50'])
    })
  }
  await withStores('saturated', async (stores) => {
    await stores.definitions.publish([aDefinition({ key: 'full', concurrencyLimit: 1 })])
    await insert(stores, 'full', QUEUED, { priority: 10 })
    await claim(stores, await worker(stores), ['full'])
    await calls(`${QUEUED} of a full definition at the head`, stores, 'work', ['full'])
  })
  await withStores('future', async (stores) => {
    await insert(stores, 'work', QUEUED, { runAt: new Date(stores.clock.now().getTime() + HOUR_MS) })
    await calls(`${QUEUED} of the future`, stores, 'work')
  })
  await withStores('definitions', async (stores) => {
    const keys = Array.from({ length: 300 }, (_, n) => `kind.${n}`)
    await stores.definitions.publish(keys.map((key) => aDefinition({ key })))
    for (const key of keys) await insert(stores, key, Math.ceil(QUEUED / keys.length))
    await calls(`${QUEUED} of 300 definitions`, stores, 'work', keys)
  })
  await withStores('held', async (stores, url) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query('begin isolation level repeatable read')
    await client.query('select count(*) from jobs')
    for (const quarter of [1, 2, 3, 4])
      await calls(`a transaction held open, part ${quarter} of 4`, stores, 'work')
    await client.end()
  })
} finally {
  await postgres.stop()
}

async function withStores(what: string, work: (stores: Stores, url: string) => Promise<void>): Promise<void> {
  await withDatabase({ postgres }, async (url) => {
    await migratePostgres(url)
    const stores = await openPostgresStores({ url, pool, logger: silentLogger })
    try {
      await stores.definitions.publish([aDefinition()])
      await work(stores, url)
    } catch (error) {
      throw new Error(`${what} could not be measured`, { cause: error })
    } finally {
      await stores.close()
    }
  })
}

/** Inserts, claims and settles, one after the other; claims ask for further definitions, too, whose jobs cannot start. */
async function calls(
  what: string,
  stores: Stores,
  key: string,
  beside: readonly string[] = [],
): Promise<void> {
  const incarnation = await worker(stores)
  const times = { insert: [] as number[], claim: [] as number[], settle: [] as number[] }
  for (let round = 0; round < ROUNDS; round += 1) {
    const begun = performance.now()
    await insert(stores, key, BATCH)
    const inserted = performance.now()
    const { jobs } = await claim(stores, incarnation, [...beside, key])
    const claimed = performance.now()
    const settlements = jobs.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) }))
    await stores.jobs.settle(settlements, stores.clock.now())
    if (jobs.length !== BATCH) throw new Error(`${jobs.length} jobs were claimed`)
    times.insert.push(inserted - begun)
    times.claim.push(claimed - inserted)
    times.settle.push(performance.now() - claimed)
  }
  for (const [call, measured] of Object.entries(times)) {
    const at = (share: number): number => Number(quantile(measured, share).toFixed(1))
    console.log(JSON.stringify({ what, call, p50: at(0.5), p99: at(0.99) }))
  }
}

async function worker(stores: Stores): Promise<string> {
  const incarnation = uuidv7()
  await stores.workers.register(aWorker({ incarnation }), DAY_MS)
  return incarnation
}

function claim({ jobs, clock }: Stores, incarnation: string, keys: readonly string[]) {
  const definitions = keys.map((key) => ({ key, version: 1 }))
  return jobs.claim({ incarnation, limit: BATCH, now: clock.now(), definitions })
}

async function insert(
  { jobs, clock }: Stores,
  definitionKey: string,
  count: number,
  facts: Parameters<typeof aRequest>[0] = {},
): Promise<void> {
  for (let left = count; left > 0; left -= 1_000) {
    const now = clock.now()
    const request = aRequest({ definitionKey, ...facts })
    await jobs.insert(Array.from({ length: Math.min(1_000, left) }, () => newJob(request, uuidv7(), now)))
  }
}

function run(script: string, args: readonly string[]): void {
  const path = fileURLToPath(new URL(script, import.meta.url))
  const { status } = spawnSync(process.execPath, [tsx, path, ...args], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`${script} failed`)
}
