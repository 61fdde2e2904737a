/**
 * How long, in milliseconds of the monotonic clock, a worker may trust its lease after it sent its last acknowledged
 * beat. It ends before the lease itself does, so that jobs are killed before anyone may take them (invariant I13).
 */
export function trustMs(leaseMs) {
    return leaseMs - Math.min(1_000, leaseMs / 4);
}
//# sourceMappingURL=lease.js.map