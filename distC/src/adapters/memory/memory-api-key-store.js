export class MemoryApiKeyStore {
    state;
    constructor(state) {
        this.state = state;
    }
    create(key) {
        if (this.living(key.name) !== undefined)
            return Promise.resolve(false);
        this.state.apiKeys.set(key.id, { ...key, revokedAt: null });
        return Promise.resolve(true);
    }
    revoke(name, now) {
        const key = this.living(name);
        if (key !== undefined)
            this.state.apiKeys.set(key.id, { ...key, revokedAt: now });
        return Promise.resolve(key !== undefined);
    }
    list() {
        return Promise.resolve([...this.state.apiKeys.values()].sort((a, b) => (a.id < b.id ? -1 : 1)));
    }
    living(name) {
        return [...this.state.apiKeys.values()].find((key) => key.name === name && key.revokedAt === null);
    }
}
//# sourceMappingURL=memory-api-key-store.js.map