const LONGEST_MS = 2_147_483_647;
export const realTimers = {
    after: (ms, act) => {
        const timer = setTimeout(act, Math.max(0, Math.min(ms, LONGEST_MS)));
        return () => {
            clearTimeout(timer);
        };
    },
};
//# sourceMappingURL=timers.js.map