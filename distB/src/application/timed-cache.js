const MAX_KEYS = 500;
/**
 * Keeps computed values for a while. Of each key one computation runs at a time, however many ask; whoever may not have what it began
 * with shares the next one with all others. A failed one is told to those who waited for it, and is not kept.
 */
export class TimedCache {
    monotonicMs;
    entries = new Map();
    constructor(monotonicMs) {
        this.monotonicMs = monotonicMs;
    }
    /** @param maxAgeMs a value that was begun less than this ago will do; 0: only one that is begun from now on. */
    async get(key, maxAgeMs, compute) {
        const { startedAt, value } = await this.computation(key, maxAgeMs, compute);
        return { value: await value, ageMs: this.monotonicMs() - startedAt };
    }
    async computation(key, maxAgeMs, compute) {
        const entry = this.entry(key);
        const { latest } = entry;
        if (latest !== null && this.monotonicMs() - latest.startedAt < maxAgeMs)
            return latest;
        if (latest === null || !entry.underWay)
            return this.begin(entry, compute);
        entry.next ??= latest.value.then(() => this.begin(entry, compute), () => this.begin(entry, compute));
        return entry.next;
    }
    begin(entry, compute) {
        const computation = { startedAt: this.monotonicMs(), value: compute() };
        entry.latest = computation;
        entry.underWay = true;
        entry.next = null;
        computation.value.then(() => {
            if (entry.latest === computation)
                entry.underWay = false;
        }, () => {
            if (entry.latest === computation)
                entry.latest = null;
        });
        return computation;
    }
    entry(key) {
        const entry = this.entries.get(key) ?? { latest: null, underWay: false, next: null };
        this.entries.delete(key);
        this.entries.set(key, entry);
        // Whoever waits for a computation of the forgotten key still gets it.
        if (this.entries.size > MAX_KEYS)
            this.entries.delete(this.entries.keys().next().value ?? '');
        return entry;
    }
}
//# sourceMappingURL=timed-cache.js.map