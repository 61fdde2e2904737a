import { storeContract } from '../contract/index.js'
import { modelTest } from '../contract/model.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { sqliteHarness } from '../support/sqlite-harness.js'

if (storesWanted().has('sqlite')) {
  storeContract(sqliteHarness())
  modelTest(sqliteHarness())
}
