import type { Clock } from '../../src/application/ports/clock.js';
import type { Stores } from '../../src/application/ports/stores.js';
/** What the contract suite needs of a store under test. */
export interface StoreHarness {
    /** Of the store, as the report of the tests shall call it. */
    readonly name: string;
    /** Declared, not discovered; a case that they exclude is not generated. */
    readonly features: {
        /** Calls of several callers may be under way at once, so that races between them mean something. */
        readonly concurrentClaims: boolean;
        /** What was acknowledged outlives `stores.close()`; with `reopen`. */
        readonly durable: boolean;
        /** A second job of an id that is taken is refused, and all that belongs to it; ids are random, so a store may do without. */
        readonly refusesTakenIds: boolean;
        /** Several processes may open one database. */
        readonly sharedByProcesses: boolean;
    };
    /**
     * A fresh, empty, migrated database. Called before every test; a harness may keep one database and empty it. Stores
     * of an earlier call are not used any more; closing them is the harness's business, the suite never does.
     */
    open(options: HarnessOptions): Promise<Stores>;
    /** Another `Stores` on the database of the latest `open`, as a second process would have it; with `sharedByProcesses`. */
    peer?(): Promise<Stores>;
    /** Closes what `open` or `reopen` gave last, and opens the same database anew; with `durable`. */
    reopen?(): Promise<Stores>;
    /** Fails when the data break an invariant; called after every test, before the next `open`. */
    check?(stores: Stores): Promise<void>;
    /** Called once, after the last test: closes and removes everything. */
    close(): Promise<void>;
}
export interface HarnessOptions {
    /** What `stores.clock` answers. */
    readonly clock: Clock;
    /** Added to the store's own lease clock wherever a lease is written or judged; it changes while a test runs. */
    readonly leaseOffsetMs: () => number;
}
