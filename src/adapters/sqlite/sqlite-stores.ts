import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Clock } from '../../application/ports/clock.js'
import type { Logger } from '../../application/ports/logger.js'
import type { Stores } from '../../application/ports/stores.js'
import { StorageUnavailableError } from '../../domain/errors.js'
import { checkSchema } from '../sql/migrate.js'
import { afterEnd, knexTransaction } from '../sql/knex-transaction.js'
import { SqlApiKeyStore } from '../sql/sql-api-key-store.js'
import { SqlDefinitionStore, type WriteStatement } from '../sql/sql-definition-store.js'
import { SqlJobQueries } from '../sql/sql-job-queries.js'
import { SqlLiveQueries } from '../sql/sql-live-queries.js'
import { SqlQueueQueries } from '../sql/sql-queue-queries.js'
import { SqlMetricsStore } from '../sql/sql-metrics-store.js'
import { callersJobs } from './callers-jobs.js'
import { foldMetrics } from './fold-metrics.js'
import { Reachability } from './reachability.js'
import { StatementThread } from './statement-thread.js'
import { SqliteChanges } from './sqlite-changes.js'
import { SqliteClock } from './sqlite-clock.js'
import { SqliteConnection, type ConnectionOptions } from './sqlite-connection.js'
import { portError } from './sqlite-errors.js'
import { SqliteHistoryStore } from './sqlite-history-store.js'
import { SqliteJobStore } from './sqlite-job-store.js'
import { SqliteLeaderLock } from './sqlite-leader-lock.js'
import { SqliteLogStore } from './sqlite-log-store.js'
import { SqliteNotifier } from './sqlite-notifier.js'
import { SqliteReader, toBinding } from './sqlite-reader.js'
import { SqliteScheduleStore } from './sqlite-schedule-store.js'
import { SqliteWorkerRegistry } from './sqlite-worker-registry.js'
import { FOLD, isFolded } from './wal-file.js'

export { migrateSqlite } from './migrate-sqlite.js'

export interface SqliteOptions {
  /** The file; its folder is created. On a local disk: locks over a network lie. */
  readonly path: string
  readonly logger: Logger
  /** Tests set the time; default: this machine's clock. */
  readonly clock?: Clock
  /** Added to the clock wherever a lease is written or judged; zero outside tests. */
  readonly leaseOffsetMs?: () => number
  /** How long a call waits for a lock that another process holds. @default 5000 */
  readonly lockWaitMs?: number
}

const LOCK_WAIT_MS = 5_000

/**
 * Opens a store on one SQLite file, which other processes of this machine may have open too. Does not migrate: until
 * `migrateSqlite` has run, `ping` and every other call throw StorageUnavailableError.
 *
 * @throws StorageUnavailableError when the file cannot be opened.
 */
export async function openSqliteStores(options: SqliteOptions): Promise<Stores> {
  const { path, logger, leaseOffsetMs = () => 0, lockWaitMs = LOCK_WAIT_MS } = options
  const clock =
    options.clock ??
    new SqliteClock(() => {
      logger.warn('the clock of this machine jumped: recovery waits until every worker has renewed its lease')
      reachability.startOver()
    })
  const reachability = new Reachability(
    () => clock.now(),
    (error) => {
      logger.warn('the database did not answer', { error: String(portError(error)) })
    },
    () => {
      logger.info('the database answers again')
    },
  )
  const leaseNow = () => new Date(clock.now().getTime() + leaseOffsetMs())
  const reading = new StatementThread(path, 'reads')
  const folding = new StatementThread(path, 'writes')
  const connection = await open({
    path,
    lockWaitMs,
    reachability,
    checkpoint: async () => isFolded((await folding.all(FOLD, []))[0]),
  })
  const reader = new SqliteReader(connection, reading)
  const notifier = new SqliteNotifier(() => connection.dataVersion())
  const write: WriteStatement = (sql, bindings) =>
    connection.write(() => connection.run(sql, ...bindings.map(toBinding)))
  return {
    jobs: new SqliteJobStore(connection, leaseNow, logger),
    workers: new SqliteWorkerRegistry(connection, leaseNow),
    queries: new SqlJobQueries(reader),
    metrics: new SqlMetricsStore(reader, (now) => foldMetrics(connection, now)),
    logs: new SqliteLogStore(connection),
    live: new SqlLiveQueries(reader),
    queue: new SqlQueueQueries(reader),
    history: new SqliteHistoryStore(connection, reader),
    leaders: new SqliteLeaderLock(connection, leaseNow),
    schedules: new SqliteScheduleStore(connection, reader, logger),
    definitions: new SqlDefinitionStore(reader, write),
    apiKeys: new SqlApiKeyStore(reader, write),
    notifier,
    changes: new SqliteChanges(notifier),
    clock,
    within: (given) => {
      const transaction = knexTransaction(given, 'better-sqlite3')
      return { jobs: callersJobs(transaction), afterEnd: (act) => afterEnd(transaction, act) }
    },
    connections: () => [],
    reachableSince: () => reachability.since(),
    ping: () => checkSchema(reader),
    close: async () => {
      notifier.stop()
      // The writing handle last: it alone can fold the log back into the file.
      await Promise.all([reading.close(), folding.close(), reader.knex.destroy()])
      await connection.close()
    },
  }
}

async function open(options: ConnectionOptions): Promise<SqliteConnection> {
  try {
    mkdirSync(dirname(options.path), { recursive: true })
  } catch (error) {
    throw new StorageUnavailableError(error)
  }
  return SqliteConnection.open(options)
}
