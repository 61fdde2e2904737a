export { sequentialIds, uuid } from '../../src/testing/sequential-ids.js'
