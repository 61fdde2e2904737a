import type { StoreHarness } from './harness.js';
export type { HarnessOptions, StoreHarness } from './harness.js';
/**
 * What every store promises; the definition of the ports. Call it at the top of a mocha suite: it describes a suite of its own, and opens
 * and closes the harness by itself.
 */
export declare function storeContract(harness: StoreHarness): void;
