const MAX_SECONDS = 31_536_000;
/** What is wrong with a span; `null` when nothing is. */
export function flawOfSpan(seconds) {
    if (Number.isInteger(seconds) && seconds >= 1 && seconds <= MAX_SECONDS)
        return null;
    return `must be a whole number of seconds from 1 to ${MAX_SECONDS} (365 days)`;
}
/** The multiples of a span, from its anchor on, after an instant, itself excluded; in milliseconds, ascending, endless. */
export function* everySlots(seconds, anchor, after) {
    const spanMs = seconds * 1_000;
    const origin = anchor?.getTime() ?? 0;
    const passed = Math.floor((after - origin) / spanMs) + 1;
    const first = anchor === null ? passed : Math.max(0, passed);
    for (let count = first;; count += 1)
        yield origin + count * spanMs;
}
//# sourceMappingURL=every.js.map