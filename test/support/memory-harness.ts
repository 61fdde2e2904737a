import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import type { StoreHarness } from '../contract/harness.js'

export function memoryHarness(): StoreHarness {
  return {
    name: 'memory',
    features: { concurrentClaims: true, durable: false, refusesTakenIds: false, sharedByProcesses: false },
    open: (options) => Promise.resolve(createMemoryStores(options)),
    close: () => Promise.resolve(),
  }
}
