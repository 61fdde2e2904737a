import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { silentLogger } from '../../src/application/ports/logger.js'
import { Lifecycle, type Part } from '../../src/bootstrap/lifecycle.js'

const never = () => new Promise<void>(() => undefined)

describe('lifecycle', () => {
  let clock: SinonFakeTimers
  let log: string[]
  let lifecycle: Lifecycle

  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    log = []
    lifecycle = new Lifecycle(silentLogger)
  })
  afterEach(() => clock.restore())

  const part = (name: string, facts: Partial<Part> = {}): Part => ({
    name,
    start: () => void log.push(`+${name}`),
    stop: () => void log.push(`-${name}`),
    ...facts,
  })

  it('starts in order and stops in reverse', async () => {
    lifecycle.add(part('stores'))
    lifecycle.add(part('recovery'), part('limits'))
    lifecycle.add(part('worker'))
    await lifecycle.start()
    expect(await lifecycle.stop()).to.equal(true)
    expect(log).to.deep.equal([
      '+stores',
      '+recovery',
      '+limits',
      '+worker',
      '-worker',
      '-recovery',
      '-limits',
      '-stores',
    ])
  })

  it('stops what had begun when a part cannot start, and throws its error', async () => {
    lifecycle.add(part('stores'))
    lifecycle.add(part('api', { start: () => Promise.reject(new Error('port in use')) }))
    lifecycle.add(part('late'))
    const error = await lifecycle.start().catch((reason: unknown) => reason)
    expect(error).to.have.property('message', 'port in use')
    expect(log).to.deep.equal(['+stores', '-api', '-stores'])
  })

  it('waits a bounded time for each part, and says that the stop was not clean', async () => {
    lifecycle.add(part('stores'))
    lifecycle.add(part('hanging', { stop: never, stopWithinMs: 2_000 }))
    await lifecycle.start()
    const stopped = lifecycle.stop()
    await clock.tickAsync(1_999)
    expect(log).to.not.include('-stores')
    await clock.tickAsync(1)
    expect(await stopped).to.equal(false)
    expect(log).to.include('-stores')
  })

  it('waits a bounded time for all of them together, and still lets each end that does not hang', async () => {
    const hanging = Array.from({ length: 5 }, (_, n) => part(`hanging ${n}`, { stop: never }))
    const soon = () => new Promise<void>((resolve) => setTimeout(resolve, 50))
    lifecycle.add(part('stores', { stop: () => soon().then(() => void log.push('-stores')) }))
    for (const one of hanging) lifecycle.add(one)
    lifecycle.add(part('worker', { stop: never, stopWithinMs: 13_000 }))
    await lifecycle.start()
    const stopped = lifecycle.stop()
    await clock.tickAsync(15_000)
    expect(log).to.include('-stores')
    expect(await stopped).to.equal(false)
  })

  it('takes no longer than a little more than three seconds in a hurry, however many hang', async () => {
    for (let n = 0; n < 5; n += 1) lifecycle.add(part(`hanging ${n}`, { stop: never }))
    await lifecycle.start()
    const stopped = lifecycle.stop()
    await clock.tickAsync(1_000)
    lifecycle.hurry()
    await clock.tickAsync(3_500)
    expect(await stopped).to.equal(false)
  })

  it('goes on stopping when a part throws', async () => {
    lifecycle.add(part('stores'))
    lifecycle.add(part('broken', { stop: () => Promise.reject(new Error('no')) }))
    await lifecycle.start()
    expect(await lifecycle.stop()).to.equal(false)
    expect(log).to.include('-stores')
  })

  it('tells parts to hurry, and then waits three seconds at most', async () => {
    lifecycle.add(
      part('jobs', { stop: (hurry) => hurry, stopWithinMs: 60_000 }),
      part('deaf', { stop: never }),
    )
    await lifecycle.start()
    const stopped = lifecycle.stop()
    lifecycle.hurry()
    await clock.tickAsync(3_000)
    expect(await stopped).to.equal(false)
  })

  it('starts nothing more once a stop was asked for', async () => {
    lifecycle.add(part('slow', { start: () => void lifecycle.stop() }), part('beside'))
    lifecycle.add(part('next'))
    await lifecycle.start()
    await lifecycle.stop()
    expect(log).to.deep.equal(['-slow', '-beside'])
  })

  it('stops once, however often it is asked', async () => {
    lifecycle.add(part('only'))
    await lifecycle.start()
    expect(lifecycle.isStopping).to.equal(false)
    await Promise.all([lifecycle.stop(), lifecycle.stop()])
    expect(lifecycle.isStopping).to.equal(true)
    expect(log).to.deep.equal(['+only', '-only'])
  })
})
