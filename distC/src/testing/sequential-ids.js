/** UUIDs in the order in which they are asked for, the same in every run. */
export function sequentialIds() {
    let last = 0;
    return () => uuid(++last);
}
/** The nth of them. */
export function uuid(n) {
    return `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
}
//# sourceMappingURL=sequential-ids.js.map