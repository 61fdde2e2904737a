import { expect } from './expect.js'
import type { ApiKey } from '../../src/application/ports/api-key-store.js'
import type { Case, World } from './world.js'

export function apiKeysContract(promise: Case): void {
  const aKey = (world: World, name: string, scope: ApiKey['scope'] = 'read') => {
    const id = world.newId()
    return { id, name, scope, secretHash: `hash of ${id}`, createdAt: world.now }
  }

  promise('are kept as they were made, oldest first', async (world) => {
    const keys = [aKey(world, 'ci', 'submit'), aKey(world, 'größe', 'admin'), aKey(world, 'a')]
    for (const key of keys) expect(await world.stores.apiKeys.create(key)).to.equal(true)
    expect(await world.stores.apiKeys.list()).to.deep.equal(keys.map((key) => ({ ...key, revokedAt: null })))
  })

  promise('are revoked once, and stay in the list', async (world) => {
    const key = aKey(world, 'ci')
    await world.stores.apiKeys.create(key)
    const revokedAt = world.now
    expect(await world.stores.apiKeys.revoke('ci', revokedAt)).to.equal(true)
    world.clock.advance(1_000)
    expect(await world.stores.apiKeys.revoke('ci', world.now)).to.equal(false)
    expect(await world.stores.apiKeys.revoke('nobody', world.now)).to.equal(false)
    expect(await world.stores.apiKeys.list()).to.deep.equal([{ ...key, revokedAt }])
  })

  promise('share no name, but take that of a revoked one', async (world) => {
    const { apiKeys } = world.stores
    await apiKeys.create(aKey(world, 'ci'))
    expect(await apiKeys.create(aKey(world, 'ci', 'admin'))).to.equal(false)
    await apiKeys.revoke('ci', world.now)
    expect(await apiKeys.create(aKey(world, 'ci', 'admin'))).to.equal(true)
    const scopes = (await apiKeys.list()).map(({ scope, revokedAt }) => [scope, revokedAt === null])
    expect(scopes).to.deep.equal([
      ['read', false],
      ['admin', true],
    ])
  })

  promise('go to one of those who want the same name at once', async (world) => {
    const racers = Array.from({ length: 8 }, () => world.stores.apiKeys.create(aKey(world, 'ci')))
    expect((await Promise.all(racers)).filter(Boolean)).to.have.length(1)
    expect(await world.stores.apiKeys.list()).to.have.length(1)
  })
}
