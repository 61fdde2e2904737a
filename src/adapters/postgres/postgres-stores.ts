import { randomUUID } from 'node:crypto'
import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { Stores } from '../../application/ports/stores.js'
import { checkSchema } from '../sql/migrate.js'
import { afterEnd, knexTransaction } from '../sql/knex-transaction.js'
import { SqlApiKeyStore } from '../sql/sql-api-key-store.js'
import { SqlDefinitionStore, type WriteStatement } from '../sql/sql-definition-store.js'
import { SqlJobQueries } from '../sql/sql-job-queries.js'
import { SqlLiveQueries } from '../sql/sql-live-queries.js'
import { SqlQueueQueries } from '../sql/sql-queue-queries.js'
import { SqlMetricsStore } from '../sql/sql-metrics-store.js'
import { callersDb } from './callers-db.js'
import { foldMetrics } from './fold-metrics.js'
import { PostgresClock } from './postgres-clock.js'
import { Outages } from './outages.js'
import { PostgresDb, type PoolOptions, type Run, type Statement } from './postgres-db.js'
import { portError } from './postgres-errors.js'
import { PostgresHistoryStore } from './postgres-history-store.js'
import { PostgresJobStore } from './postgres-job-store.js'
import { PostgresLeaderLock } from './postgres-leader-lock.js'
import { PostgresLogStore } from './postgres-log-store.js'
import { PostgresNotifier } from './postgres-notifier.js'
import { postgresReader } from './postgres-reader.js'
import { PostgresScheduleStore } from './postgres-schedule-store.js'
import { PostgresWorkerRegistry } from './postgres-worker-registry.js'

export interface PostgresOptions {
  readonly url: string
  readonly pool: PoolOptions
  readonly logger: Logger
  /** Tests only: what answers `now` instead of the database's clock. */
  readonly clock?: Clock
  /** Tests only: added to the database's clock wherever a lease is judged. */
  readonly leaseOffsetMs?: () => number
}

/**
 * Opens a migrated database. Connections are made when they are needed: this resolves while the database is away, too, and
 * every port answers as soon as it is back.
 */
export async function openPostgresStores(options: PostgresOptions): Promise<Stores> {
  const { url, pool, logger, leaseOffsetMs = () => 0 } = options
  const outages = new Outages(
    (error) => {
      logger.warn('the database did not answer', { error: String(portError(error)) })
      own.catchUp()
    },
    () => {
      logger.info('the database answers again')
    },
  )
  const reads = Math.max(1, Math.floor(pool.max / 4))
  const hot = new PostgresDb(url, { ...pool, max: Math.max(1, pool.max - reads) }, outages, logger, {
    hot: true,
  })
  const reader = new PostgresDb(url, { ...pool, max: reads }, outages, logger)
  const beats = new PostgresDb(url, { ...pool, max: 1 }, outages, logger, {
    hot: true,
    timeoutMs: BEAT_TIMEOUT_MS,
  })
  const lead = new PostgresDb(url, { ...pool, max: 1 }, outages, logger, {
    hot: true,
    timeoutMs: LEAD_TIMEOUT_MS,
  })
  const own = new PostgresClock(
    async () => {
      const [row] = await beats.query(CLOCK, [])
      return Number(row?.['ms'])
    },
    () => {
      outages.startOver()
    },
  )
  const clock = options.clock ?? own
  const notifier = new PostgresNotifier(hot, randomUUID(), {
    url,
    connectionTimeoutMs: pool.connectionTimeoutMs,
    logger,
  })
  try {
    if (!(await own.measure())) own.catchUp()
  } catch (error) {
    logger.warn('the database does not answer yet', { error: String(error) })
  }
  own.start()
  await notifier.start()
  const sql = postgresReader(reader)
  const write: WriteStatement = (text, bindings) =>
    written((statement, values) => hot.query(statement, values), text, bindings)
  const writeDefinitions: WriteStatement = (text, bindings) =>
    hot.transaction(async (run) => {
      await run(ALONE, [])
      return written(run, text, bindings)
    })
  // For reads that must follow an index, whatever the statistics say.
  const driven = postgresReader(hot)
  return {
    jobs: new PostgresJobStore(hot, leaseOffsetMs),
    workers: new PostgresWorkerRegistry(beats, hot, leaseOffsetMs),
    queries: new SqlJobQueries(sql),
    metrics: new SqlMetricsStore(sql, (now) => foldMetrics(reader, now)),
    logs: new PostgresLogStore(hot),
    live: new SqlLiveQueries(driven),
    queue: new SqlQueueQueries(driven),
    history: new PostgresHistoryStore(hot, sql),
    leaders: new PostgresLeaderLock(lead, leaseOffsetMs),
    schedules: new PostgresScheduleStore(hot, driven),
    definitions: new SqlDefinitionStore(sql, writeDefinitions),
    apiKeys: new SqlApiKeyStore(sql, write),
    notifier,
    changes: notifier.changes,
    clock,
    within: (given) => {
      const transaction = knexTransaction(given, 'pg')
      const jobs = new PostgresJobStore(callersDb(transaction), leaseOffsetMs)
      return { jobs, afterEnd: (act) => afterEnd(transaction, act) }
    },
    connections: () => [hot.use('writes'), reader.use('reads'), beats.use('beats'), lead.use('lead')],
    reachableSince: () => outages.since(clock.now()),
    ping: async () => {
      await checkSchema(sql)
      await reader.checkWritable()
    },
    close: async () => {
      own.stop()
      await notifier.stop()
      await Promise.all([hot.close(), reader.close(), beats.close(), lead.close()])
    },
  }
}

export { migratePostgres } from './postgres-migrate.js'
export { sharesSessions } from './shares-sessions.js'

/** A beat on a connection that went dead without a word is given up early enough to try another before the lease ends. */
const BEAT_TIMEOUT_MS = 3_000

/** The lead is not known to be held while the database takes longer than this. */
const LEAD_TIMEOUT_MS = 1_000

/**
 * A version that is published while its key is paused, or resumed, has to follow: whoever writes sees what others have written. Claims, which
 * only read, go on meanwhile.
 */
const ALONE: Statement = { text: 'lock table definitions in share row exclusive mode' }

const CLOCK: Statement = {
  name: 'clock_1',
  text: 'select extract(epoch from clock_timestamp()) * 1000 as ms',
}

/** Answers the number of rows changed. */
async function written(run: Run, text: string, bindings: readonly unknown[]): Promise<number> {
  return (await run({ text: `${numberBindings(text)} returning 1 as one` }, bindings)).length
}

function numberBindings(sql: string): string {
  let count = 0
  return sql.replace(/\?/g, () => `$${(count += 1)}`)
}
