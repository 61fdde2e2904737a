import { storeContract } from '../contract/index.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { sqliteHarness } from '../support/sqlite-harness.js'

if (storesWanted().has('sqlite')) storeContract(sqliteHarness())
