/** More callers than this are not remembered at once; of the others the one that was quiet longest is forgotten. */
const MAX_CALLERS = 10_000;
/** What a caller did not use may be used later, within this time. */
const BURST_MS = 1_000;
/** Sums of fractions come out a little too high. */
const TOLERANCE_MS = 1e-6;
/** Lets each caller through so many times a second, evenly or in one burst; of each it keeps one number. */
export class RateLimiter {
    perSecond;
    monotonicMs;
    /** Until when each caller has used up what it may, the one that was quiet longest first. */
    usedUntil = new Map();
    constructor(perSecond, monotonicMs) {
        this.perSecond = perSecond;
        this.monotonicMs = monotonicMs;
    }
    /** Counts one request; answers 0 when it may pass, else after how many milliseconds the next one may. */
    take(caller) {
        const now = this.monotonicMs();
        const until = Math.max(now, this.usedUntil.get(caller) ?? now) + 1_000 / this.perSecond;
        const tooEarly = until - now - BURST_MS;
        if (tooEarly > TOLERANCE_MS)
            return tooEarly;
        this.usedUntil.delete(caller);
        this.usedUntil.set(caller, until);
        if (this.usedUntil.size > MAX_CALLERS)
            this.forgetOldest();
        return 0;
    }
    forgetOldest() {
        for (const caller of this.usedUntil.keys()) {
            this.usedUntil.delete(caller);
            return;
        }
    }
}
//# sourceMappingURL=rate-limiter.js.map