import { storeContract } from '../contract/index.js'
import { modelTest } from '../contract/model.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { postgresHarness } from '../support/postgres-harness.js'

if (storesWanted().has('postgres')) {
  storeContract(postgresHarness())
  modelTest(postgresHarness())
}
