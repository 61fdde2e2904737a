import type { ChangeChannel } from './change-channel.js'
import type { Clock } from './clock.js'
import type { DefinitionStore } from './definition-store.js'
import type { JobQueries } from './job-queries.js'
import type { JobStore } from './job-store.js'
import type { LiveQueries } from './live-queries.js'
import type { LogStore } from './log-store.js'
import type { Notifier } from './notifier.js'
import type { QueueQueries } from './queue-queries.js'
import type { WorkerRegistry } from './worker-registry.js'

/** One database, open: everything that a storage adapter provides. */
export interface Stores {
  readonly jobs: JobStore
  readonly workers: WorkerRegistry
  readonly queries: JobQueries
  readonly live: LiveQueries
  readonly queue: QueueQueries
  readonly definitions: DefinitionStore
  readonly logs: LogStore
  readonly notifier: Notifier
  readonly changes: ChangeChannel
  /** Follows the database's clock. */
  readonly clock: Clock
  /** Since when the database has answered without a gap. */
  reachableSince(): Date
  /** Throws StorageUnavailableError unless the database answers and its schema is current. */
  ping(): Promise<void>
  close(): Promise<void>
}
