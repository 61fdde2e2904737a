import { storeContract } from '../contract/index.js'
import { modelTest } from '../contract/model.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { memoryHarness } from '../support/memory-harness.js'

if (storesWanted().has('memory')) {
  storeContract(memoryHarness())
  modelTest(memoryHarness())
}
