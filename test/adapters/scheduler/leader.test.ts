import { expect } from 'chai'
import { Leader } from '../../../src/adapters/scheduler/leader.js'
import type { LeaderLock } from '../../../src/application/ports/leader-lock.js'
import { StorageUnavailableError } from '../../../src/domain/errors.js'
import { World } from '../../contract/world.js'
import { memoryHarness } from '../../support/memory-harness.js'
import { recordingLogger } from '../../support/recording.js'

const LEASE_MS = 15_000

describe('Leader', () => {
  let world: World
  const log = recordingLogger()
  const candidate = (lock: LeaderLock = world.stores.leaders): Leader =>
    new Leader(lock, { name: 'scheduler', holder: world.newId() }, LEASE_MS, world.clock, log)

  beforeEach(async () => {
    log.lines.length = 0
    world = new World()
    await world.open(memoryHarness())
  })

  it('leads once it has asked, asks again after a third of its lease, and keeps its term', async () => {
    const leader = candidate()
    expect(leader.leadership()).to.equal(null)
    for (let beat = 0; beat < 5; beat += 1) {
      expect(await leader.campaign()).to.equal(LEASE_MS / 3)
      world.clock.advance(LEASE_MS / 3)
      expect(leader.leadership()?.term).to.equal(1)
    }
    expect(log.lines).to.deep.equal(['info leads'])
  })

  it('finds out by the monotonic clock alone, before its lease ends, that it was paused for too long', async () => {
    const [leader, other] = [candidate(), candidate()]
    await leader.campaign()
    world.clock.advance(LEASE_MS - 1_000 - 1)
    expect(leader.leadership()?.term).to.equal(1)
    world.clock.advance(1)
    expect(leader.leadership()).to.equal(null)
    await other.campaign()
    expect(other.leadership(), 'the lease has not ended yet').to.equal(null)
    world.clock.advance(1_000)
    await other.campaign()
    expect(other.leadership()?.term).to.equal(2)
    await leader.campaign()
    expect(leader.leadership()).to.equal(null)
    expect(log.lines).to.deep.equal(['info leads', 'info leads no longer', 'info leads'])
  })

  it('counts its lease from when it asked, not from when the answer came', async () => {
    const { leaders } = world.stores
    const slow = candidate({
      resign: (leadership) => leaders.resign(leadership),
      acquire: async (who, ttlMs) => {
        const leadership = await leaders.acquire(who, ttlMs)
        world.clock.advance(LEASE_MS - 1_000)
        return leadership
      },
    })
    await slow.campaign()
    expect(slow.leadership()).to.equal(null)
  })

  it('does not lead after any error, and asks again soon; its term goes on if its lease did', async () => {
    const { leaders } = world.stores
    let away = false
    const leader = candidate({
      resign: (leadership) => leaders.resign(leadership),
      acquire: (...args) =>
        away ? Promise.reject(new StorageUnavailableError(null)) : leaders.acquire(...args),
    })
    await leader.campaign()
    away = true
    expect(await leader.campaign()).to.equal(1_000)
    expect(leader.leadership()).to.equal(null)
    away = false
    await leader.campaign()
    expect(leader.leadership()?.term).to.equal(1)
  })

  it('does not lead any more once it hears that another one does, whatever its lease says', async () => {
    const { leaders } = world.stores
    let isOvertaken = false
    const leader = candidate({
      resign: (leadership) => leaders.resign(leadership),
      acquire: async (...args) => (isOvertaken ? null : leaders.acquire(...args)),
    })
    await leader.campaign()
    isOvertaken = true
    expect(await leader.campaign()).to.equal(LEASE_MS / 3)
    expect(leader.leadership()).to.equal(null)
  })

  it('makes way for another at once when it resigns', async () => {
    const [leader, other] = [candidate(), candidate()]
    await leader.campaign()
    await leader.resign()
    expect(leader.leadership()).to.equal(null)
    await other.campaign()
    expect(other.leadership()?.term).to.equal(2)
    await leader.resign()
    await other.campaign()
    expect(other.leadership()?.term).to.equal(2)
  })

  it('resigns although the database is away', async () => {
    const { leaders } = world.stores
    const leader = candidate({
      acquire: (...args) => leaders.acquire(...args),
      resign: () => Promise.reject(new StorageUnavailableError(null)),
    })
    await leader.campaign()
    await leader.resign()
    expect(leader.leadership()).to.equal(null)
  })
})
