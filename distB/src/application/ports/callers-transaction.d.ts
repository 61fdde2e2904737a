import type { JobStore } from './job-store.js';
/** A transaction that the caller has open on the database of these stores, and commits or rolls back itself. */
export interface CallersTransaction {
    /** Writes inside of it: what is answered is kept if and when it commits. What the database refuses does not spoil it. */
    readonly jobs: Pick<JobStore, 'insert'>;
    /** Calls back once it has ended, at the earliest after its commit; perhaps after a rollback, too. */
    afterEnd(act: () => void): void;
}
