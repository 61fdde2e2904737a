import { Followers } from '../../application/followers.js'
import type { ChangeChannel, Changes } from '../../application/ports/change-channel.js'
import type { Clock } from '../../application/ports/clock.js'
import type { Notifier, OnHint } from '../../application/ports/notifier.js'
import type { Stores } from '../../application/ports/stores.js'
import { MemoryApiKeyStore } from './memory-api-key-store.js'
import { MemoryHistoryStore } from './memory-history-store.js'
import { MemoryJobStore } from './memory-job-store.js'
import { MemoryLeaderLock } from './memory-leader-lock.js'
import { MemoryLogStore } from './memory-log-store.js'
import { MemoryLiveQueries, MemoryQueueQueries } from './memory-live-queries.js'
import { MemoryMetricsStore } from './memory-metrics-store.js'
import { MemoryDefinitionStore, MemoryJobQueries } from './memory-queries.js'
import { MemoryScheduleStore } from './memory-schedule-store.js'
import { MemoryState } from './memory-state.js'
import { MemoryWorkerRegistry } from './memory-worker-registry.js'

export interface MemoryStoresOptions {
  readonly clock: Clock
  /** Added to the clock wherever a lease is judged; zero outside tests. */
  readonly leaseOffsetMs?: (() => number) | undefined
}

/** A whole store in this process's memory: every promise of the ports but durability. */
export function createMemoryStores({ clock, leaseOffsetMs = () => 0 }: MemoryStoresOptions): Stores {
  const state = new MemoryState(clock, leaseOffsetMs)
  const openedAt = clock.now()
  return {
    jobs: new MemoryJobStore(state),
    workers: new MemoryWorkerRegistry(state),
    queries: new MemoryJobQueries(state),
    metrics: new MemoryMetricsStore(state),
    logs: new MemoryLogStore(state),
    history: new MemoryHistoryStore(state),
    leaders: new MemoryLeaderLock(state),
    schedules: new MemoryScheduleStore(state),
    apiKeys: new MemoryApiKeyStore(state),
    live: new MemoryLiveQueries(state),
    queue: new MemoryQueueQueries(state),
    definitions: new MemoryDefinitionStore(state),
    notifier: new MemoryNotifier(),
    changes: new MemoryChanges(),
    clock,
    connections: () => [],
    reachableSince: () => openedAt,
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

class MemoryNotifier implements Notifier {
  private readonly listeners = new Set<OnHint>()

  hint(definitionKeys: readonly string[], dueAt?: Date): void {
    for (const listener of this.listeners) listener(definitionKeys, dueAt)
  }

  subscribe(onHint: OnHint): () => void {
    this.listeners.add(onHint)
    return () => this.listeners.delete(onHint)
  }

  isProven(): boolean {
    return true
  }
}

class MemoryChanges implements ChangeChannel {
  private readonly followers = new Followers()

  announce(changes: Changes): void {
    this.followers.tell(changes)
  }

  follow(onChanges: (changes: Changes) => void): () => void {
    return this.followers.add(onChanges)
  }

  isProven(): boolean {
    return true
  }
}
