import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Loop } from '../../../src/adapters/worker/loop.js'
import { deferred, eventually, turns } from '../../support/eventually.js'

describe('Loop', () => {
  it('sleeps between steps as long as the step says, or until it is woken', async () => {
    let steps = 0
    const loop = new Loop(() => Promise.resolve(++steps === 1 ? 1 : 60_000))
    loop.start()
    loop.start()
    await eventually(() => steps === 2)
    await turns()
    expect(steps).to.equal(2)
    loop.wake()
    await eventually(() => steps === 3)
    await loop.stop()
    loop.wake()
    await turns()
    expect(steps).to.equal(3)
  })

  it('takes another step at once when it was woken during one', async () => {
    const gates = [deferred(), deferred()]
    let steps = 0
    const loop = new Loop(async () => {
      await gates[steps++]?.promise
      return 60_000
    })
    loop.start()
    await turns()
    loop.wake()
    gates[0]?.resolve()
    await eventually(() => steps === 2)
    gates[1]?.resolve()
    await loop.stop()
    expect(steps).to.equal(2)
  })

  it('is woken at the earliest time that was asked for, during a step too, and never after its stop', async () => {
    const gate = deferred()
    let steps = 0
    const loop = new Loop(async () => {
      steps += 1
      await gate.promise
      return 60_000
    })
    loop.start()
    loop.wakeIn(50_000)
    loop.wakeIn(1)
    loop.wakeIn(40_000)
    await eventually(() => steps === 1)
    await sleep(5)
    gate.resolve()
    await eventually(() => steps === 2)
    loop.wakeIn(1)
    await eventually(() => steps === 3)
    loop.wakeIn(1)
    await loop.stop()
    await sleep(5)
    expect(steps).to.equal(3)
  })

  it('is stopped only when its step has ended', async () => {
    const gate = deferred()
    const loop = new Loop(() => gate.promise.then(() => 60_000))
    loop.start()
    let stopped = false
    const stop = loop.stop().then(() => (stopped = true))
    await turns()
    expect(stopped).to.equal(false)
    gate.resolve()
    await stop
  })
})
