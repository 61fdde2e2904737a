export { sequentialIds, uuid } from '../../src/testing/sequential-ids.js';
//# sourceMappingURL=ids.js.map