export class MemoryWorkerRegistry {
    state;
    constructor(state) {
        this.state = state;
    }
    async register(worker, ttlMs) {
        if (this.state.workers.get(worker.incarnation)?.dead === true)
            return Promise.resolve(false);
        const now = this.state.leaseNow();
        const leaseExpiresAt = new Date(now.getTime() + ttlMs);
        const fresh = {
            running: 0,
            draining: false,
            dead: false,
            startedAt: now,
            heartbeatAt: now,
            leaseExpiresAt,
        };
        this.state.workers.set(worker.incarnation, { ...worker, ...fresh });
        return Promise.resolve(true);
    }
    async renew({ incarnation, running, draining }, ttlMs) {
        const worker = this.state.workers.get(incarnation);
        if (worker === undefined || worker.dead)
            return Promise.resolve({ alive: false, cancelling: [] });
        const now = this.state.leaseNow();
        const leaseExpiresAt = new Date(now.getTime() + ttlMs);
        this.state.workers.set(incarnation, { ...worker, running, draining, heartbeatAt: now, leaseExpiresAt });
        return Promise.resolve({ alive: true, cancelling: await this.cancelling(incarnation) });
    }
    async cancelling(incarnation) {
        const ids = this.state.activeIds().filter((id) => {
            const job = this.state.jobs.get(id);
            return job?.status === 'cancelling' && job.lease.incarnation === incarnation;
        });
        return Promise.resolve(ids);
    }
    async bury(limit) {
        const now = this.state.leaseNow();
        const expired = [...this.state.workers.values()].filter((worker) => !worker.dead && worker.leaseExpiresAt <= now);
        for (const worker of expired.slice(0, limit))
            this.kill(worker);
        this.forgetUnnamed();
        return Promise.resolve(Math.min(limit, expired.length));
    }
    async resign(incarnation) {
        const worker = this.state.workers.get(incarnation);
        if (worker !== undefined && !worker.dead)
            this.kill({ ...worker, leaseExpiresAt: new Date(0) });
        return Promise.resolve();
    }
    async list() {
        const living = [...this.state.workers.values()].filter(({ dead }) => !dead);
        return Promise.resolve(living.map(({ dead: _dead, ...record }) => record));
    }
    kill(worker) {
        this.state.workers.set(worker.incarnation, { ...worker, dead: true });
    }
    /** A row that is gone counts as dead: an unknown incarnation can neither renew nor claim. */
    forgetUnnamed() {
        const named = new Set(this.state.activeIds().map((id) => {
            const job = this.state.jobs.get(id);
            return job !== undefined && 'lease' in job ? job.lease.incarnation : '';
        }));
        for (const { incarnation, dead } of this.state.workers.values()) {
            if (dead && !named.has(incarnation))
                this.state.workers.delete(incarnation);
        }
    }
}
//# sourceMappingURL=memory-worker-registry.js.map