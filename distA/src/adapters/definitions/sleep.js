/** Waits; an abort ends the wait at once, with the signal's reason. */
export function sleep(ms, signal) {
    return new Promise((done, fail) => {
        const stop = () => {
            clearTimeout(timer);
            fail(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        const timer = setTimeout(() => {
            signal.removeEventListener('abort', stop);
            done();
        }, ms);
        signal.addEventListener('abort', stop, { once: true });
        if (signal.aborted)
            stop();
    });
}
//# sourceMappingURL=sleep.js.map