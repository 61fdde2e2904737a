/** A number of milliseconds, or a text such as `2h`, `90s`, `1.5d` or `1h 30m`; units are ms, s, m, h and d. */
export type Duration = number | string;
/** @returns milliseconds. @throws TypeError when it is no duration. */
export declare function durationMs(duration: Duration): number;
