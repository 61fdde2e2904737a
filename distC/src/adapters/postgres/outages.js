/** What passes sooner was one connection that was cut: it costs nobody a lease. */
const GRACE_MS = 500;
/** Since when the database has answered without a gap, as this process sees it; counted on the monotonic clock. */
export class Outages {
    onFailure;
    steadyMs;
    failingSinceMs = null;
    reachableAtMs;
    /** @param onFailure called once for each failure that follows an answer, to find out whether the database is there. */
    constructor(onFailure = () => undefined, steadyMs = () => performance.now()) {
        this.onFailure = onFailure;
        this.steadyMs = steadyMs;
        this.reachableAtMs = steadyMs();
    }
    answered() {
        if (this.isAway())
            this.reachableAtMs = this.steadyMs();
        this.failingSinceMs = null;
    }
    failed() {
        if (this.failingSinceMs !== null)
            return;
        this.failingSinceMs = this.steadyMs();
        this.onFailure();
    }
    /** While the database is away: now, so that nobody judges by what cannot be seen. */
    since(now) {
        const forMs = this.isAway() ? 0 : this.steadyMs() - this.reachableAtMs;
        return new Date(now.getTime() - forMs);
    }
    isAway() {
        return this.failingSinceMs !== null && this.steadyMs() - this.failingSinceMs >= GRACE_MS;
    }
}
//# sourceMappingURL=outages.js.map