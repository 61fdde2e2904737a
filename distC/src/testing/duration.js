const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const WHOLE = /^(\s*\d+(\.\d+)?\s*(ms|[smhd])\s*)+$/;
const PART = /(\d+(?:\.\d+)?)\s*(ms|[smhd])/g;
/** @returns milliseconds. @throws TypeError when it is no duration. */
export function durationMs(duration) {
    if (typeof duration === 'number' && Number.isFinite(duration) && duration >= 0)
        return duration;
    if (typeof duration !== 'string' || !WHOLE.test(duration))
        throw new TypeError(`a duration is a number of milliseconds or a text such as "2h" or "1h 30m", got ${JSON.stringify(duration)}`);
    let ms = 0;
    for (const [, count, unit] of duration.matchAll(PART))
        ms += Number(count) * (UNIT_MS[unit ?? ''] ?? 0);
    return ms;
}
//# sourceMappingURL=duration.js.map