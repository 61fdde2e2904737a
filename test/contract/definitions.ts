import { expect } from './expect.js'
import { aDefinition } from '../support/factories.js'
import type { Case } from './world.js'

export function definitionsContract(promise: Case): void {
  promise('are kept as published', async (world) => {
    const definition = aDefinition({
      key: 'encode.video',
      version: 3,
      defaultMaxAttempts: 1_000,
      timeoutSeconds: 0.25,
      concurrencyLimit: 2_147_483_647,
      paramsSchema: { type: 'object', properties: { ключ: { type: ['string', 'null'] } } },
      isolation: 'process',
    })
    await world.stores.definitions.publish([definition])
    expect(await world.stores.definitions.list()).to.deep.equal([definition])
    await world.stores.definitions.publish([])
  })

  promise('are listed by key, then version', async (world) => {
    await world.publish(
      { key: 'b', version: 10 },
      { key: 'b', version: 9 },
      { key: 'a.b' },
      { key: 'a' },
      { key: 'B' },
      { key: 'a-b' },
    )
    const listed = (await world.stores.definitions.list()).map(({ key, version }) => `${key}@${version}`)
    expect(listed).to.deep.equal(['B@1', 'a@1', 'a-b@1', 'a.b@1', 'b@9', 'b@10'])
  })

  promise('are replaced by a later publication, which leaves a pause alone', async (world) => {
    await world.publish({ concurrencyLimit: 1, paramsSchema: { a: 1 } }, { version: 2 })
    expect(await world.stores.definitions.setPaused('work', true)).to.equal(2)
    const changed = aDefinition({ concurrencyLimit: 5, timeoutSeconds: 9, defaultMaxAttempts: 8 })
    await world.stores.definitions.publish([changed])
    expect(await world.stores.definitions.list()).to.deep.equal([
      { ...changed, paused: true },
      aDefinition({ version: 2, paused: true }),
    ])
    expect(await world.stores.definitions.setPaused('work', false)).to.equal(2)
    expect((await world.stores.definitions.list()).map(({ paused }) => paused)).to.deep.equal([false, false])
  })

  promise('inherit the pause of their key, and lose it with the others', async (world) => {
    await world.publish({})
    await world.stores.definitions.setPaused('work', true)
    await world.publish({ version: 2 }, { key: 'other' })
    const paused = async (): Promise<boolean[]> =>
      (await world.stores.definitions.list()).map((definition) => definition.paused)
    expect(await paused()).to.deep.equal([false, true, true])
    await world.insert({ definitionVersion: 2 })
    const second = [{ key: 'work', version: 2 }]
    expect(await world.claim(await world.worker(), 1, second)).to.have.length(0)
    expect(await world.stores.definitions.setPaused('work', false)).to.equal(2)
    expect(await paused()).to.deep.equal([false, false, false])
    expect(await world.claim(await world.worker(), 1, second)).to.have.length(1)
  })

  promise('are found one by one, the newest where no version is named', async (world) => {
    await world.publish({ version: 9 }, { version: 10 }, { key: 'other' })
    const found = await world.stores.definitions.find([
      { key: 'other', version: 0 },
      { key: 'work', version: 0 },
      { key: 'work', version: 9 },
      { key: 'work', version: 1 },
      { key: 'nothing', version: 0 },
      { key: 'work', version: 0 },
    ])
    expect(found.map((each) => each && `${each.key}@${each.version}`)).to.deep.equal([
      'other@1',
      'work@10',
      'work@9',
      null,
      null,
      'work@10',
    ])
    expect(await world.stores.definitions.find([])).to.deep.equal([])
  })

  promise('that are unknown cannot be paused', async (world) => {
    expect(await world.stores.definitions.setPaused('nothing', true)).to.equal(0)
  })

  promise('survive publishers that race in opposite orders', async (world) => {
    const definitions = Array.from({ length: 20 }, (_, n) => aDefinition({ key: `work-${n}` }))
    const reversed = [...definitions].reverse()
    await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        world.stores.definitions.publish(n % 2 === 0 ? definitions : reversed),
      ),
    )
    expect(await world.stores.definitions.list()).to.have.length(20)
  })
}
