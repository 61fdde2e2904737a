/**
 * The right to settle one run of a job: whoever presents it is the claimer, as long as the store still holds it.
 *
 * A lease lives as long as the row of its worker's incarnation; `run` never goes back for a job, so it is the fencing
 * token on every write.
 */
export interface Lease {
    readonly jobId: string;
    readonly run: number;
    /** The UUID of one start of a worker process; never reused, never a host name or a process id. */
    readonly incarnation: string;
}
/**
 * How long, in milliseconds of the monotonic clock, a worker may trust its lease after it sent its last acknowledged
 * beat. It ends before the lease itself does, so that jobs are killed before anyone may take them (invariant I13).
 */
export declare function trustMs(leaseMs: number): number;
