/** `job-server/testing`: for tests of jobs, and for tests of stores. */
export { createTestServer, type TestServerOptions } from './create-test-server.js';
export type { Duration } from './duration.js';
export { SettableClock } from './settable-clock.js';
export type { TestServer } from './test-server.js';
export { storeContract, type HarnessOptions, type StoreHarness } from '../../test/contract/index.js';
