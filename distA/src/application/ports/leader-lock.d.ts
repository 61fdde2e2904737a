/** Who wants to lead, and what: `holder` is the UUID of one start of a process, never reused. */
export interface Candidate {
    readonly name: string;
    readonly holder: string;
}
/** The right to lead under one term, which no other leader of that name has or will have: the fencing token of what a leader writes. */
export interface Leadership extends Candidate {
    readonly term: number;
}
/**
 * One leader at a time for each name: a row with a lease and a term that grows with every change. Expiry is judged by the
 * database's own clock, never by the caller's.
 *
 * The lock saves work; what a leader writes is safe by itself or is guarded by its term, in the transaction that writes it.
 *
 * @throws StorageUnavailableError from every method when the database is away: the caller does not lead then.
 */
export interface LeaderLock {
    /**
     * Takes the lead for `ttlMs` from now when nobody holds it, or prolongs it when this candidate does. Who holds it still keeps
     * its term; whoever takes it, even the same candidate after its lease had run out, gets the next one.
     *
     * @returns `null` while somebody else leads.
     */
    acquire(candidate: Candidate, ttlMs: number): Promise<Leadership | null>;
    /** Gives the lead up at once; nothing happens when it is no longer held under that term. */
    resign(leadership: Leadership): Promise<void>;
}
