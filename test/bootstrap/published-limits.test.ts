import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { PublishedLimits } from '../../src/bootstrap/published-limits.js'
import { aDefinition } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'

describe('published limits', () => {
  it('follow what any process has published, and outlive a database that is away', async () => {
    const { definitions } = createMemoryStores({ clock: new FakeClock() })
    let away = false
    const hints: string[] = []
    const list = () => (away ? Promise.reject(new Error('away')) : definitions.list())
    const limits = new PublishedLimits({ list }, { hint: (keys) => hints.push(...keys) }, silentLogger)
    await definitions.publish([
      aDefinition({ key: 'free' }),
      aDefinition({ key: 'tight', concurrencyLimit: 3 }),
    ])
    expect(limits.isLimited({ key: 'free', version: 1 }), 'before the first look').to.equal(true)
    await limits.refresh()
    expect(hints).to.deep.equal([])
    expect(limits.isLimited({ key: 'tight', version: 1 })).to.equal(true)
    expect(limits.isLimited({ key: 'free', version: 1 })).to.equal(false)
    await definitions.publish([aDefinition({ key: 'free', concurrencyLimit: 1 })])
    await limits.refresh()
    expect(limits.isLimited({ key: 'free', version: 1 })).to.equal(true)
    expect(hints, 'for places that were freed unseen').to.deep.equal(['free'])
    away = true
    await limits.refresh()
    expect(limits.isLimited({ key: 'free', version: 1 })).to.equal(true)
  })
})
