import { expect } from 'chai'
import { TimedCache } from '../../src/application/timed-cache.js'
import { FakeClock } from '../support/fake-clock.js'

describe('TimedCache', () => {
  let clock: FakeClock
  let cache: TimedCache<number>
  let begun: { readonly end: (value: number) => void; readonly fail: (error: Error) => void }[]
  const compute = (): Promise<number> =>
    new Promise((end, fail) => {
      begun.push({ end, fail })
    })
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

  beforeEach(() => {
    clock = new FakeClock()
    cache = new TimedCache(() => clock.monotonicMs())
    begun = []
  })

  it('computes a key once for all who ask within its time, and says how old it is', async () => {
    const asked = Promise.all([cache.get('a', 100, compute), cache.get('a', 100, compute)])
    clock.advance(40)
    begun[0]?.end(1)
    expect(await asked).to.deep.equal([
      { value: 1, ageMs: 40 },
      { value: 1, ageMs: 40 },
    ])
    clock.advance(59)
    expect(await cache.get('a', 100, compute)).to.deep.equal({ value: 1, ageMs: 99 })
    clock.advance(1)
    void cache.get('a', 100, compute)
    void cache.get('b', 100, compute)
    await settled()
    expect(begun).to.have.length(3)
  })

  it('runs one computation at a time, and shares the next among those who may not have the present one', async () => {
    const first = cache.get('a', 0, compute)
    const others = [cache.get('a', 0, compute), cache.get('a', 0, compute)]
    await settled()
    expect(begun).to.have.length(1)
    begun[0]?.end(1)
    expect((await first).value).to.equal(1)
    await settled()
    expect(begun).to.have.length(2)
    begun[1]?.end(2)
    expect((await Promise.all(others)).map(({ value }) => value)).to.deep.equal([2, 2])
    const last = cache.get('a', 0, compute)
    begun[2]?.end(3)
    expect((await last).value).to.equal(3)
  })

  it('tells a failure to those who waited for it, and computes anew for the others', async () => {
    const first = cache.get('a', 100, compute).catch((error: unknown) => String(error))
    const second = cache.get('a', 0, compute)
    begun[0]?.fail(new Error('away'))
    expect(await first).to.equal('Error: away')
    await settled()
    begun[1]?.end(2)
    expect((await second).value).to.equal(2)
    expect((await cache.get('a', 100, compute)).value).to.equal(2)
  })

  it('keeps a bounded number of keys, the latest asked for', async () => {
    const value = (key: string): Promise<unknown> =>
      cache.get(key, 100, () => Promise.resolve(begun.push({} as never)))
    for (let key = 0; key <= 500; key += 1) await value(String(key))
    const computed = begun.length
    await value('500')
    expect(begun).to.have.length(computed)
    await value('0')
    expect(begun).to.have.length(computed + 1)
  })
})
