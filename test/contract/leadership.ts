import { expect } from './expect.js'
import type { Candidate, Leadership } from '../../src/application/ports/leader-lock.js'
import type { StoreHarness } from './harness.js'
import { TTL_MS, type Case, type World } from './world.js'

export function leadershipContract(promise: Case, features: StoreHarness['features']): void {
  promise('goes to the first who asks, and to nobody else while its lease lasts', async (world) => {
    const [a, b] = candidates(world, 2)
    expect(await acquire(world, a)).to.deep.equal({ ...a, term: 1 })
    world.passLeaseTime(TTL_MS / 2)
    expect(await acquire(world, b)).to.equal(null)
  })

  promise('is prolonged by its holder under the same term', async (world) => {
    const [a, b] = candidates(world, 2)
    await acquire(world, a)
    for (let beat = 0; beat < 4; beat += 1) {
      world.passLeaseTime(TTL_MS / 2)
      expect(await acquire(world, a)).to.deep.equal({ ...a, term: 1 })
      expect(await acquire(world, b)).to.equal(null)
    }
  })

  promise('may be taken once its lease has run out, under the next term', async (world) => {
    const [a, b] = candidates(world, 2)
    await acquire(world, a)
    world.expireLeases()
    expect(await acquire(world, b)).to.deep.equal({ ...b, term: 2 })
    expect(await acquire(world, a)).to.equal(null)
  })

  promise('begins a new term for the same candidate, too, after its lease has run out', async (world) => {
    const [a] = candidates(world, 1)
    await acquire(world, a)
    world.expireLeases()
    expect((await acquire(world, a))?.term).to.equal(2)
  })

  promise('is free at once when its holder resigns; the next term is still a new one', async (world) => {
    const [a, b] = candidates(world, 2)
    const first = await acquire(world, a)
    await world.stores.leaders.resign(first!)
    const second = await acquire(world, b)
    expect(second).to.deep.equal({ ...b, term: 2 })
    await world.stores.leaders.resign(second!)
    expect(await acquire(world, b)).to.deep.equal({ ...b, term: 3 })
  })

  promise('is not lost by somebody who resigns late, twice or from nowhere', async (world) => {
    const [a, b] = candidates(world, 2)
    const old = await acquire(world, a)
    world.expireLeases()
    const present = await acquire(world, a)
    await world.stores.leaders.resign(old!)
    await world.stores.leaders.resign({ ...b, term: present!.term })
    await world.stores.leaders.resign({ name: 'other', holder: a.holder, term: present!.term })
    expect(await acquire(world, b)).to.equal(null)
    expect(await acquire(world, a)).to.deep.equal(present)
  })

  promise('is one for each name', async (world) => {
    const [a, b] = candidates(world, 2)
    await acquire(world, a)
    const other = { ...b, name: 'other' }
    expect(await acquire(world, other)).to.deep.equal({ ...other, term: 1 })
  })

  promise('is never with two at any instant of the clock that judges it', async (world) => {
    const all = candidates(world, 4)
    let passedMs = 0
    let seed = 7
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
    let last: { readonly leadership: Leadership; untilMs: number } | null = null
    for (let step = 0; step < 300; step += 1) {
      const ms = random(3) === 0 ? random(TTL_MS * 1.5) : random(TTL_MS / 4)
      world.passLeaseTime(ms)
      passedMs += ms
      const candidate = all[random(all.length)]!
      const leadership = await acquire(world, candidate)
      if (leadership === null) {
        expect(last?.untilMs, 'a free lead was refused').to.be.greaterThan(passedMs - SLACK_MS)
        continue
      }
      if (last !== null) {
        const same = leadership.term === last.leadership.term
        expect(leadership.term).to.equal(last.leadership.term + (same ? 0 : 1))
        if (same) expect(leadership.holder).to.equal(last.leadership.holder)
        else expect(passedMs + SLACK_MS, 'two led at once').to.be.at.least(last.untilMs)
      }
      last = { leadership, untilMs: passedMs + TTL_MS }
    }
    expect(last?.leadership.term).to.be.greaterThan(20)
  })

  if (features.concurrentClaims)
    promise('has one winner, however many ask at once', async (world) => {
      const answers = await Promise.all(candidates(world, 20).map((candidate) => acquire(world, candidate)))
      expect(answers.filter((leadership) => leadership !== null)).to.have.length(1)
    })
}

/** What the test itself takes: stores may read a clock that goes on by itself. */
const SLACK_MS = 60_000

function candidates(world: World, count: number): [Candidate, Candidate] & Candidate[] {
  return Array.from({ length: count }, () => ({ name: 'lead', holder: world.newId() })) as never
}

function acquire(world: World, candidate: Candidate): Promise<Leadership | null> {
  return world.stores.leaders.acquire(candidate, TTL_MS)
}
