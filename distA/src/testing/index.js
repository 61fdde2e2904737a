/** `job-server/testing`: for tests of jobs, and for tests of stores. */
export { createTestServer } from './create-test-server.js';
export { SettableClock } from './settable-clock.js';
export { storeContract } from '../../test/contract/index.js';
//# sourceMappingURL=index.js.map