import { expect } from 'chai'
import { RunTimes } from '../../../src/adapters/isolation/run-times.js'

describe('RunTimes', () => {
  const known = (...ms: readonly number[]): boolean => {
    const times = new RunTimes()
    for (const one of ms) times.add('work@1', one)
    return times.areBrief('work@1')
  }
  const many = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms)

  it('calls no definition brief before its first runs, nor after one', () => {
    expect(known()).to.equal(false)
    expect(known(0.1)).to.equal(false)
  })

  it('calls one brief whose runs take less than a millisecond, and no other', () => {
    expect(known(...many(20, 0.9))).to.equal(true)
    expect(known(...many(20, 1.1))).to.equal(false)
  })

  it('counts runs: a few that were held up for long change nothing', () => {
    expect(known(...many(20, 0.1), 5_000, 0.1, 0.1)).to.equal(true)
  })

  it('forgets what runs took once', () => {
    expect(known(...many(100, 0.1), ...many(20, 30))).to.equal(false)
    expect(known(...many(100, 30), ...many(20, 0.1))).to.equal(true)
  })

  it('knows each definition by itself', () => {
    const times = new RunTimes()
    for (const ms of many(20, 0.1)) times.add('work@1', ms)
    expect(times.areBrief('work@2')).to.equal(false)
  })
})
