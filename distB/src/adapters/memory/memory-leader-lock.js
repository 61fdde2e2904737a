export class MemoryLeaderLock {
    state;
    constructor(state) {
        this.state = state;
    }
    acquire({ name, holder }, ttlMs) {
        const now = this.state.leaseNow();
        const row = this.state.leaders.get(name);
        const held = row !== undefined && row.expiresAt > now;
        if (held && row.holder !== holder)
            return Promise.resolve(null);
        const term = held ? row.term : (row?.term ?? 0) + 1;
        this.state.leaders.set(name, { holder, term, expiresAt: new Date(now.getTime() + ttlMs) });
        return Promise.resolve({ name, holder, term });
    }
    resign(leadership) {
        if (this.state.leads(leadership))
            this.state.leaders.set(leadership.name, {
                holder: null,
                term: leadership.term,
                expiresAt: new Date(0),
            });
        return Promise.resolve();
    }
}
//# sourceMappingURL=memory-leader-lock.js.map