import { expect } from 'chai'
import type { ClaimAnswer } from '../../../src/application/ports/job-store.js'
import type { Notifier } from '../../../src/application/ports/notifier.js'
import type { Worker } from '../../../src/adapters/worker/worker.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { WorkerWorld } from '../../support/worker-world.js'

describe('A worker whose slots come free', () => {
  let world: WorkerWorld
  let worker: Worker
  let gates: ReturnType<typeof deferred<void>>[]
  let began: number
  let claims: number
  /** What the next answers of the store say instead of what is so. */
  let claimed: Partial<ClaimAnswer>
  let isAnswerLost: boolean

  beforeEach(async () => {
    world = await WorkerWorld.open()
    gates = Array.from({ length: 4 }, () => deferred())
    began = 0
    claims = 0
    claimed = {}
    isAnswerLost = false
  })
  afterEach(async () => {
    for (const gate of gates) gate.resolve()
    await worker.drain()
  })

  /** @param isProven whether hints have proved to arrive. */
  async function begin(slots: number, concurrencyLimit = 0, isProven = true): Promise<void> {
    await world.define({ concurrencyLimit, run: () => gates[began++]?.promise })
    const store = world.storeWith({
      claim: async (request) => {
        claims += 1
        const answer = await world.stores.jobs.claim(request)
        if (!isAnswerLost) return { ...answer, ...claimed }
        isAnswerLost = false
        throw new StorageUnavailableError(new Error('no answer'))
      },
    })
    const { notifier } = world.stores
    const watched: Notifier = {
      hint: (...hint) => {
        notifier.hint(...hint)
      },
      subscribe: (onHint) => notifier.subscribe(onHint),
      isProven: () => isProven,
    }
    worker = world.newWorker({ slots }, { store, notifier: watched })
    worker.start()
    await eventually(() => claims > 0)
    await turns(20)
  }

  async function add(count: number): Promise<void> {
    await world.insert(...Array.from({ length: count }, () => ({})))
    world.stores.notifier.hint(['work'])
  }

  it('looks for nothing when it had taken all there was', async () => {
    await begin(3)
    await add(2)
    await eventually(() => began === 2)
    // Once more, some milliseconds later, for what comes next.
    const before = claims
    await eventually(() => claims === before + 1, 1_000)
    gates[0]?.resolve()
    gates[1]?.resolve()
    await eventually(() => worker.runningJobs === 0)
    await turns(50)
    expect(claims).to.equal(before + 1)
  })

  it('looks at once when hints have not proved to arrive', async () => {
    await begin(3, 0, false)
    await add(1)
    await eventually(() => began === 1)
    await eventually(() => claims === 3, 1_000)
    await world.insert({})
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })

  it('looks at once when nothing was hinted for a second', async () => {
    await begin(3)
    await add(1)
    await eventually(() => began === 1)
    await eventually(() => claims === 3, 1_000)
    await world.insert({})
    world.clock.advance(1_001)
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })

  it('looks at once when others waited', async () => {
    await begin(1)
    await add(2)
    await eventually(() => began === 1)
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })

  it('looks at once for what was hinted while it had no slot', async () => {
    await begin(1)
    await add(1)
    await eventually(() => began === 1)
    await add(1)
    await turns(20)
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })

  it('looks at once when others had what it could have taken', async () => {
    await begin(3)
    claimed = { contended: true }
    await add(1)
    await eventually(() => began === 1)
    claimed = {}
    const before = claims
    gates[0]?.resolve()
    await turns(3)
    expect(claims).to.be.greaterThan(before)
  })

  it('looks at once after jobs whose claim had no answer', async () => {
    await begin(1)
    isAnswerLost = true
    await add(2)
    await eventually(() => began === 1, 1_000)
    await turns(20)
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })

  it('takes the place of a limited definition as soon as it is written that it is free', async () => {
    await begin(3, 1)
    await add(2)
    await eventually(() => began === 1)
    gates[0]?.resolve()
    await eventually(() => began === 2)
  })
})
