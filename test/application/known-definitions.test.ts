import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { KnownDefinitions } from '../../src/application/known-definitions.js'
import type { DefinitionStore } from '../../src/application/ports/definition-store.js'
import type { DefinitionRef } from '../../src/domain/job-definition.js'
import { aDefinition } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'

const NEWEST = { key: 'work', version: 0 }
const FIRST = { key: 'work', version: 1 }
const NOWHERE = { key: 'nowhere', version: 0 }

describe('KnownDefinitions', () => {
  let clock: FakeClock
  let store: DefinitionStore
  let known: KnownDefinitions
  let lookups: (readonly DefinitionRef[])[]
  let answered: () => Promise<void>

  beforeEach(async () => {
    clock = new FakeClock()
    store = createMemoryStores({ clock }).definitions
    lookups = []
    answered = () => Promise.resolve()
    const find = async (refs: readonly DefinitionRef[]) => {
      lookups.push(refs)
      const found = await store.find(refs)
      await answered()
      return found
    }
    known = new KnownDefinitions({ find, publish: (definitions) => store.publish(definitions) }, clock)
    await store.publish([aDefinition({})])
  })

  const versions = async (...refs: readonly DefinitionRef[]) =>
    (await known.find(refs)).map((definition) => definition?.version ?? null)

  it('looks up once in a second what is there, and each time what is not', async () => {
    expect(await versions(NEWEST, NOWHERE, FIRST, NEWEST)).to.deep.equal([1, null, 1, 1])
    expect(await versions(FIRST, NOWHERE, NEWEST)).to.deep.equal([1, null, 1])
    clock.advance(999)
    expect(await versions(FIRST, NEWEST)).to.deep.equal([1, 1])
    expect(lookups).to.deep.equal([[NEWEST, NOWHERE, FIRST], [NOWHERE]])
  })

  it('knows after a second what others have published', async () => {
    await versions(NEWEST)
    await store.publish([aDefinition({ version: 2 })])
    expect(await versions(NEWEST)).to.deep.equal([1])
    clock.advance(1_000)
    expect(await versions(NEWEST)).to.deep.equal([2])
  })

  it('knows at once what it has published itself, also after a look-up that was under way', async () => {
    await versions(NEWEST)
    answered = () => known.publish([aDefinition({ version: 2 })])
    clock.advance(1_000)
    expect(await versions(NEWEST)).to.deep.equal([1])
    answered = () => Promise.resolve()
    expect(await versions(NEWEST)).to.deep.equal([2])
  })
})
