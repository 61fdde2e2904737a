/** What calls back when time has passed. Real ones everywhere but where the clock is a test's. */
export interface Timers {
    /** Calls back once, `ms` milliseconds from now; the returned function cancels that. Never before this call has returned. */
    after(ms: number, act: () => void): () => void;
}
export declare const realTimers: Timers;
