import { setTimeout } from 'node:timers/promises'
import { expect } from 'chai'
import { Outages } from '../../../src/adapters/postgres/outages.js'
import { PostgresClock } from '../../../src/adapters/postgres/postgres-clock.js'
import { eventually } from '../../support/eventually.js'
import { FakeClock } from '../../support/fake-clock.js'

describe('Outages', () => {
  let clock: FakeClock
  let failures: number
  let returns: number
  let outages: Outages
  beforeEach(() => {
    clock = new FakeClock()
    failures = 0
    returns = 0
    outages = new Outages(
      () => (failures += 1),
      () => (returns += 1),
      () => clock.monotonicMs(),
    )
  })
  const reachableForMs = () => clock.now().getTime() - outages.since(clock.now()).getTime()

  it('are counted from the first answer after a gap', () => {
    clock.advance(60_000)
    outages.failed(new Error('connection reset'))
    clock.advance(500)
    expect(reachableForMs()).to.equal(0)
    clock.advance(10_000)
    outages.failed(new Error('connection reset'))
    outages.answered()
    clock.advance(5)
    expect(reachableForMs()).to.equal(5)
    expect([failures, returns]).to.deep.equal([1, 1])
  })

  it('begin anew with what says nothing of before', () => {
    clock.advance(60_000)
    outages.startOver()
    clock.advance(7)
    expect(reachableForMs()).to.equal(7)
  })

  it('are not what a cut connection is: however often they are cut, recovery goes on', () => {
    for (let cut = 0; cut < 1_000; cut += 1) {
      outages.failed(new Error('connection reset'))
      clock.advance(100)
      outages.answered()
    }
    expect(reachableForMs()).to.equal(100_000)
    expect([failures, returns]).to.deep.equal([1_000, 0])
  })
})

describe('PostgresClock', () => {
  it('measures again, until the database answers, when the wall clock leaps', async () => {
    let wallMs = Date.now()
    let databaseMs = Date.UTC(2026, 0, 1)
    let away = 0
    let leaps = 0
    const clock = new PostgresClock(
      () => (away-- > 0 ? Promise.reject(new Error('no route')) : Promise.resolve(databaseMs)),
      () => (leaps += 1),
      () => wallMs,
    )
    await clock.measure()
    expect(clock.now().getTime()).to.be.closeTo(databaseMs, 50)
    databaseMs += 3_600_000
    expect(clock.now().getTime()).to.be.below(databaseMs - 3_500_000)
    wallMs += 3_600_000
    away = 2
    expect(leaps).to.equal(0)
    clock.now()
    expect(leaps).to.equal(1)
    await eventually(() => Math.abs(clock.now().getTime() - databaseMs) < 500)
    clock.stop()
  })
  it('is off by no more than a round trip, however slow the answer and however wrong this machine', async () => {
    const wrong = Date.now() - 3_600_000
    let beganAt = performance.now()
    const databaseMs = (): number => wrong + performance.now() - beganAt
    const clock = new PostgresClock(async () => {
      const time = databaseMs()
      await setTimeout(150)
      return time
    })
    expect(await clock.measure()).to.equal(false)
    expect(clock.now().getTime()).to.be.closeTo(databaseMs(), 5_000)
    const before = clock.now().getTime() - databaseMs()
    await clock.measure()
    expect(clock.now().getTime() - databaseMs()).to.be.closeTo(before, 500)
    // The clock of the database is put forward.
    beganAt -= 60_000
    await clock.measure()
    expect(clock.now().getTime()).to.be.closeTo(databaseMs(), 5_000)
  })
})
