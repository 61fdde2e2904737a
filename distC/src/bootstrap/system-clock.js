/** This machine's clock: for a store that lives in this process. */
export const systemClock = {
    now: () => new Date(),
    monotonicMs: () => performance.now(),
};
//# sourceMappingURL=system-clock.js.map