/** Descriptor of the tickets in an isolate. */
export const TICKETS_FILE = 4;
/** What an isolate writes, as a line of its own, where its n-th run ends in stdout and stderr. */
export function endMark(n) {
    return `\0end of run ${n}\0`;
}
//# sourceMappingURL=messages.js.map