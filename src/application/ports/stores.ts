import type { ApiKeyStore } from './api-key-store.js'
import type { CallersTransaction } from './callers-transaction.js'
import type { ChangeChannel } from './change-channel.js'
import type { Clock } from './clock.js'
import type { DefinitionStore } from './definition-store.js'
import type { HistoryStore } from './history-store.js'
import type { JobQueries } from './job-queries.js'
import type { JobStore } from './job-store.js'
import type { LeaderLock } from './leader-lock.js'
import type { LiveQueries } from './live-queries.js'
import type { LogStore } from './log-store.js'
import type { MetricsStore } from './metrics-store.js'
import type { Notifier } from './notifier.js'
import type { QueueQueries } from './queue-queries.js'
import type { ScheduleStore } from './schedule-store.js'
import type { WorkerRegistry } from './worker-registry.js'

/** One database, open: everything that a storage adapter provides. */
export interface Stores {
  readonly jobs: JobStore
  readonly workers: WorkerRegistry
  readonly queries: JobQueries
  readonly metrics: MetricsStore
  readonly live: LiveQueries
  readonly queue: QueueQueries
  readonly definitions: DefinitionStore
  readonly logs: LogStore
  readonly history: HistoryStore
  readonly leaders: LeaderLock
  readonly schedules: ScheduleStore
  readonly apiKeys: ApiKeyStore
  readonly notifier: Notifier
  readonly changes: ChangeChannel
  /** Follows the database's clock. */
  readonly clock: Clock
  /**
   * Where callers can bring a transaction of their own, such as one of Knex: the same database inside of it.
   *
   * @throws TypeError when it is not an open transaction of this kind of database.
   */
  within?(transaction: unknown): CallersTransaction
  /** How its connections are used; empty where there are none to share. */
  connections(): readonly ConnectionUse[]
  /** Since when the database has answered without a gap. */
  reachableSince(): Date
  /** Throws StorageUnavailableError unless the database answers, StorageReadOnlyError when it takes no writes, SchemaOutdatedError when its schema is not current. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface ConnectionUse {
  readonly pool: string
  readonly used: number
  readonly idle: number
  /** Callers that wait for a connection. */
  readonly waiting: number
  readonly max: number
}
