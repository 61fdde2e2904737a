import { Followers } from '../../application/followers.js';
import { MemoryApiKeyStore } from './memory-api-key-store.js';
import { MemoryHistoryStore } from './memory-history-store.js';
import { MemoryJobStore } from './memory-job-store.js';
import { MemoryLeaderLock } from './memory-leader-lock.js';
import { MemoryLogStore } from './memory-log-store.js';
import { MemoryLiveQueries, MemoryQueueQueries } from './memory-live-queries.js';
import { MemoryMetricsStore } from './memory-metrics-store.js';
import { MemoryDefinitionStore, MemoryJobQueries } from './memory-queries.js';
import { MemoryScheduleStore } from './memory-schedule-store.js';
import { MemoryState } from './memory-state.js';
import { MemoryWorkerRegistry } from './memory-worker-registry.js';
/** A whole store in this process's memory: every promise of the ports but durability. */
export function createMemoryStores({ clock, leaseOffsetMs = () => 0 }) {
    const state = new MemoryState(clock, leaseOffsetMs);
    const openedAt = clock.now();
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
    };
}
class MemoryNotifier {
    listeners = new Set();
    hint(definitionKeys) {
        for (const listener of this.listeners)
            listener(definitionKeys);
    }
    subscribe(onHint) {
        this.listeners.add(onHint);
        return () => this.listeners.delete(onHint);
    }
    isProven() {
        return true;
    }
}
class MemoryChanges {
    followers = new Followers();
    announce(changes) {
        this.followers.tell(changes);
    }
    follow(onChanges) {
        return this.followers.add(onChanges);
    }
    isProven() {
        return true;
    }
}
//# sourceMappingURL=memory-stores.js.map