import pg from 'pg'
import { silentLogger } from '../../src/application/ports/logger.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { openPostgresStores } from '../../src/adapters/postgres/postgres-stores.js'
import type { HarnessOptions, StoreHarness } from '../contract/harness.js'
import { checkInvariants } from './invariants.js'
import { createDatabase, type Database } from './postgres-databases.js'

const TABLES = [
  ...['definitions', 'workers', 'jobs', 'finished_jobs', 'job_events', 'idempotency_keys', 'dead_letters'],
  ...['job_attempts', 'job_logs', 'job_log_heads', 'job_log_runs', 'job_retries', 'leaders', 'api_keys'],
  ...['job_deltas', 'job_figures', 'schedules', 'schedule_ticks'],
]
/** Not by `truncate`, which makes files anew for every table and index: a hundred times as long for the few rows of a test. */
const EMPTY = TABLES.map((table) => `delete from ${table}`).join(';')

/** One database for a whole test file; each test finds it empty. */
export function postgresHarness(): StoreHarness {
  let database: Database | null = null
  let client: pg.Client | null = null
  const opened: Stores[] = []
  let latest: HarnessOptions | null = null
  const admin = async (): Promise<pg.Client> => {
    database ??= await createDatabase()
    if (client !== null) return client
    client = new pg.Client({ connectionString: database.url })
    await client.connect()
    return client
  }
  const openStores = async ({ clock, leaseOffsetMs }: HarnessOptions): Promise<Stores> => {
    const pool = { max: 20, idleTimeoutMs: 10_000, connectionTimeoutMs: 5_000 }
    const url = database?.url ?? ''
    const stores = await openPostgresStores({ url, pool, logger: silentLogger, clock, leaseOffsetMs })
    opened.push(stores)
    return stores
  }
  const closeStores = async (): Promise<void> => {
    await Promise.all(opened.splice(0).map((stores) => stores.close()))
  }
  return {
    name: 'postgres',
    features: { concurrentClaims: true, durable: true, refusesTakenIds: true, sharedByProcesses: true },
    async open(options) {
      await closeStores()
      await (await admin()).query(EMPTY)
      latest = options
      return openStores(options)
    },
    async reopen() {
      await closeStores()
      if (latest === null) throw new Error('open a database first')
      return openStores(latest)
    },
    async peer() {
      if (latest === null) throw new Error('open a database first')
      return openStores(latest)
    },
    async check() {
      const connection = await admin()
      await checkInvariants(async (sql) => (await connection.query<Record<string, unknown>>(sql)).rows)
    },
    async close() {
      await closeStores()
      await client?.end()
      client = null
      await database?.drop()
      database = null
    },
  }
}
