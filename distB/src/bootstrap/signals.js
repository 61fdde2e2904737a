/** How a role's process ends. */
export const EXIT = {
    ok: 0,
    /** Something broke, or a stop was not clean: a part hung, or a second signal cut the grace short. */
    failed: 1,
    /** The configuration cannot be used (EX_CONFIG). */
    misconfigured: 78,
};
/** npm and a terminal both deliver one stop twice: signals within this time are the same. */
const SAME_STOP_MS = 1_000;
/**
 * Reacts to SIGTERM and SIGINT: the first stops with grace, one that comes more than a second later ends all grace, another
 * such one ends the process.
 */
export function onStopSignals(react) {
    let last = null;
    let times = 0;
    const receive = (signal) => {
        const now = performance.now();
        if (last !== null && now - last < SAME_STOP_MS)
            return;
        last = now;
        times += 1;
        if (times === 1)
            react.stop(signal);
        else if (times === 2)
            react.hurry(signal);
        else
            process.exit(EXIT.failed);
    };
    process.on('SIGTERM', receive);
    process.on('SIGINT', receive);
}
//# sourceMappingURL=signals.js.map