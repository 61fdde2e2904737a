import type { Clock } from '../../application/ports/clock.js';
import type { Stores } from '../../application/ports/stores.js';
export interface MemoryStoresOptions {
    readonly clock: Clock;
    /** Added to the clock wherever a lease is judged; zero outside tests. */
    readonly leaseOffsetMs?: () => number;
}
/** A whole store in this process's memory: every promise of the ports but durability. */
export declare function createMemoryStores({ clock, leaseOffsetMs }: MemoryStoresOptions): Stores;
