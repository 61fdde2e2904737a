import { createHash, timingSafeEqual } from 'node:crypto';
/** What was read of the stored keys is used for so long; then it is read anew while requests go on with what is known. */
const FRESH_MS = 2_000;
/** Nothing older is believed: a key that was revoked works no longer than this. */
const STALE_MS = 5_000;
/** Knows every key: the configured ones, and the stored ones as they were a moment ago, so that requests cost no queries. */
export class KeyRing {
    store;
    clock;
    configured;
    snapshot = null;
    reading = null;
    constructor(configured, store, clock) {
        this.store = store;
        this.clock = clock;
        this.configured = indexed(configured.map(({ secret, scope }, place) => ({
            id: `API_KEYS ${place + 1}`,
            scope,
            hash: sha256(secret),
        })));
    }
    /**
     * Whether no key was ever made. Revoked ones count: the last key's end must not open the server to everyone.
     *
     * @throws StorageUnavailableError when the stored keys cannot be read.
     */
    async isEmpty() {
        return this.configured.size === 0 && (await this.stored()).isEmpty;
    }
    /**
     * The holder of a secret; `null` when it is none. Compared by hash, in constant time.
     *
     * @throws StorageUnavailableError when the stored keys cannot be read.
     */
    async holderOf(secret) {
        const hash = sha256(secret);
        return find(this.configured, hash) ?? find((await this.stored()).entries, hash);
    }
    async stored() {
        const { snapshot } = this;
        const age = snapshot === null ? Infinity : this.clock.monotonicMs() - snapshot.takenAt;
        if (snapshot !== null && age < FRESH_MS)
            return snapshot;
        this.reading ??= this.read().finally(() => (this.reading = null));
        if (snapshot === null || age >= STALE_MS)
            return this.reading;
        // Who waits for it is told when it fails; until then what is known will do.
        this.reading.catch(() => undefined);
        return snapshot;
    }
    async read() {
        const takenAt = this.clock.monotonicMs();
        const keys = await this.store.list();
        const valid = keys.filter(({ revokedAt }) => revokedAt === null);
        const entries = valid.map(({ id, scope, secretHash }) => ({
            id,
            scope,
            hash: Buffer.from(secretHash, 'hex'),
        }));
        this.snapshot = { entries: indexed(entries), isEmpty: keys.length === 0, takenAt };
        return this.snapshot;
    }
}
function sha256(secret) {
    return createHash('sha256').update(secret).digest();
}
/** By the beginning of the hash: it tells nothing of the secret, and few keys are left to compare. */
function indexed(entries) {
    const index = new Map();
    for (const entry of entries) {
        const start = startOf(entry.hash);
        index.set(start, [...(index.get(start) ?? []), entry]);
    }
    return index;
}
function find(index, hash) {
    const entry = index.get(startOf(hash))?.find((candidate) => timingSafeEqual(candidate.hash, hash));
    return entry ?? null;
}
function startOf(hash) {
    return hash.toString('hex', 0, 4);
}
//# sourceMappingURL=key-ring.js.map