/** A clock that only the test moves; both its hands go together, and what was to happen on the way happens as it passes. */
export class SettableClock {
    nowMs;
    startMs;
    timers = new Set();
    constructor(nowMs = Date.UTC(2026, 0, 1, 12)) {
        this.nowMs = nowMs;
        this.startMs = nowMs;
    }
    now() {
        return new Date(this.nowMs);
    }
    monotonicMs() {
        return this.nowMs - this.startMs;
    }
    /** The instant `ms` milliseconds from now. */
    in(ms) {
        return new Date(this.nowMs + ms);
    }
    after(ms, act) {
        const timer = { atMs: this.nowMs + Math.max(0, ms), act };
        this.timers.add(timer);
        return () => {
            this.timers.delete(timer);
        };
    }
    /** Moves on by `ms` milliseconds; each timer on the way fires at its own time, those of one instant in the order they were set. */
    advance(ms) {
        const untilMs = this.nowMs + ms;
        for (let next = this.next(); next !== null && next.atMs <= untilMs; next = this.next()) {
            this.timers.delete(next);
            this.nowMs = next.atMs;
            next.act();
        }
        this.nowMs = untilMs;
        return this.now();
    }
    /** Milliseconds until the next timer fires; `Infinity` when none is set. */
    untilNextTimerMs() {
        return (this.next()?.atMs ?? Infinity) - this.nowMs;
    }
    next() {
        let first = null;
        for (const timer of this.timers)
            if (first === null || timer.atMs < first.atMs)
                first = timer;
        return first;
    }
}
//# sourceMappingURL=settable-clock.js.map