import { expect } from 'chai'
import { getTasks } from 'node-cron'
import { Scheduler, type Duty } from '../../../src/adapters/scheduler/scheduler.js'
import type { Leadership } from '../../../src/application/ports/leader-lock.js'
import { FakeClock } from '../../support/fake-clock.js'
import { recordingLogger } from '../../support/recording.js'

const LEADERSHIP = { name: 'scheduler', holder: 'me', term: 1 }

describe('Scheduler', () => {
  const log = recordingLogger()
  let clock: FakeClock
  let leads: Leadership | null
  let done: string[]
  beforeEach(() => {
    log.lines.length = 0
    clock = new FakeClock()
    leads = LEADERSHIP
    done = []
  })
  const duty = (name: string, delayMs = 0, act: () => void = () => undefined): Duty => ({
    name,
    round: ({ term }) => {
      done.push(`${name} ${term}`)
      act()
      return Promise.resolve(delayMs)
    },
  })
  const scheduler = (...duties: Duty[]): Scheduler => new Scheduler(() => leads, duties, clock, log)

  it('does one round of each duty with a tick, under the present term', async () => {
    const ticking = scheduler(duty('a'), duty('b'))
    await ticking.tick()
    leads = { ...LEADERSHIP, term: 2 }
    await ticking.tick()
    expect(done).to.deep.equal(['a 1', 'b 1', 'a 2', 'b 2'])
  })

  it('leaves a duty in peace for as long as it asked', async () => {
    const ticking = scheduler(duty('a', 1_500))
    for (const ms of [0, 1_000, 499, 1]) {
      clock.advance(ms)
      await ticking.tick()
    }
    expect(done).to.have.length(2)
  })

  it('does nothing while it does not lead', async () => {
    leads = null
    await scheduler(duty('a')).tick()
    expect(done).to.deep.equal([])
  })

  it('stops between two duties when it no longer leads', async () => {
    await scheduler(
      duty('a', 0, () => (leads = null)),
      duty('b'),
    ).tick()
    expect(done).to.deep.equal(['a 1'])
  })

  it('goes on with the other duties when one fails, and tries that again later', async () => {
    const failing: Duty = { name: 'a', round: () => Promise.reject(new Error('no')) }
    const ticking = scheduler(failing, duty('b'))
    await ticking.tick()
    clock.advance(4_999)
    await ticking.tick()
    expect(log.lines).to.deep.equal(['warn a duty of the leader failed'])
    clock.advance(1)
    await ticking.tick()
    expect(log.lines).to.have.length(2)
    expect(done).to.have.length(3)
  })

  it('ticks with every beat, and asks for the next at the full second, wherever the clock is set', async () => {
    let now = Date.UTC(2026, 9, 25, 1) + 250
    let monotonicMs = 0
    const wall = { now: () => new Date(now), monotonicMs: () => (monotonicMs += 1_000) }
    const beating = new Scheduler(() => leads, [duty('a')], wall, log)
    expect(await beating.beat()).to.equal(750)
    now -= 3_600_150
    expect(await beating.beat()).to.equal(900)
    now += 365 * 86_400_000 + 900
    expect(await beating.beat()).to.equal(1_000)
    expect(done).to.have.length(3)
    await beating.close()
  })

  it('leaves nothing behind', async () => {
    const before = getTasks().size
    const beating = scheduler(duty('a'))
    await beating.beat()
    expect(done).to.have.length(1)
    await beating.close()
    expect(getTasks().size).to.equal(before)
  })
})
