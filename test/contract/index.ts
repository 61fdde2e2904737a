import { apiKeysContract } from './api-keys.js'
import { attemptsContract } from './attempts.js'
import { cancelContract } from './cancel.js'
import { claimContract } from './claim.js'
import { concurrencyLimitContract } from './concurrency-limit.js'
import { deadLettersContract } from './dead-letters.js'
import { definitionsContract } from './definitions.js'
import { deliveriesContract } from './deliveries.js'
import { durabilityContract } from './durability.js'
import { eventsContract } from './events.js'
import { loadChai } from './expect.js'
import type { StoreHarness } from './harness.js'
import { insertContract } from './insert.js'
import { leadershipContract } from './leadership.js'
import { liveContract } from './live.js'
import { logsContract } from './logs.js'
import { metricsContract } from './metrics.js'
import { orphansContract } from './orphans.js'
import { peersContract } from './peers.js'
import { queriesContract } from './queries.js'
import { queueContract } from './queue.js'
import { retentionContract } from './retention.js'
import { retryContract } from './retry.js'
import { schedulesContract } from './schedules.js'
import { searchContract } from './search.js'
import { settleContract } from './settle.js'
import { workersContract } from './workers.js'
import { World, type Case } from './world.js'

export type { HarnessOptions, StoreHarness } from './harness.js'

/**
 * What every store promises; the definition of the ports. Call it at the top of a mocha suite: it describes a suite of its own, and opens
 * and closes the harness by itself.
 */
export function storeContract(harness: StoreHarness): void {
  describe(`${harness.name} store`, () => {
    let world: World
    before(loadChai)
    beforeEach(async () => {
      world = new World()
      await world.open(harness)
    })
    afterEach(async () => {
      await harness.check?.(world.stores)
    })
    after(async () => {
      await harness.close()
    })

    const promise: Case = (behaviour, test) => {
      it(behaviour, () => test(world))
    }
    describe('insert', () => {
      insertContract(promise, harness.features)
    })
    describe('claim', () => {
      claimContract(promise, harness.features)
    })
    describe('concurrency limit', () => {
      concurrencyLimitContract(promise, harness.features)
    })
    describe('settle', () => {
      settleContract(promise)
    })
    describe('attempts', () => {
      attemptsContract(promise)
    })
    describe('cancel', () => {
      cancelContract(promise, harness.features)
    })
    describe('deliveries', () => {
      deliveriesContract(promise, harness.features)
    })
    describe('events', () => {
      eventsContract(promise, harness.features)
    })
    describe('logs', () => {
      logsContract(promise)
    })
    describe('workers', () => {
      workersContract(promise)
    })
    describe('orphans', () => {
      orphansContract(promise)
    })
    describe('definitions', () => {
      definitionsContract(promise)
    })
    describe('leadership', () => {
      leadershipContract(promise, harness.features)
    })
    describe('retention', () => {
      retentionContract(promise, harness.features)
    })
    describe('schedules', () => {
      schedulesContract(promise, harness.features)
    })
    describe('API keys', () => {
      apiKeysContract(promise)
    })
    describe('queries', () => {
      queriesContract(promise)
    })
    describe('search', () => {
      searchContract(promise)
    })
    describe('dead letters', () => {
      deadLettersContract(promise)
    })
    describe('retry', () => {
      retryContract(promise, harness.features)
    })
    describe('metrics', () => {
      metricsContract(promise, harness.features)
    })
    describe('live queries and changes', () => {
      liveContract(promise)
    })
    describe('queue', () => {
      queueContract(promise)
    })
    const { peer, reopen } = harness
    if (harness.features.durable && reopen !== undefined)
      describe('durability', () => {
        durabilityContract(promise, () => reopen.call(harness))
      })
    if (harness.features.sharedByProcesses && peer !== undefined)
      describe('peers', () => {
        peersContract(promise, () => peer.call(harness))
      })
  })
}
