import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { silentLogger } from '../../src/application/ports/logger.js'
import { bindStores, createContainer } from '../../src/bootstrap/container.js'
import { loadConfig } from '../../src/bootstrap/config.js'
import { systemClock } from '../../src/bootstrap/system-clock.js'
import { TOKENS } from '../../src/bootstrap/tokens.js'
import { aRunningJob } from '../support/factories.js'
import { hintsOf } from '../support/recording.js'

describe('A settle', () => {
  it('hints at a freed place by the limit of its own registry, before any published one was read', async () => {
    const registry = new JobRegistry()
    registry.register({ key: 'work', version: 1, concurrencyLimit: 1, run: () => null })
    const container = createContainer({ config: loadConfig({}), logger: silentLogger, registry })
    const stores = createMemoryStores({ clock: systemClock })
    bindStores(container, stores)
    const hints = hintsOf(stores.notifier)
    const end = { job: aRunningJob(), result: { kind: 'succeeded', result: null } as const }
    await container.get(TOKENS.settleJobs).execute([end])
    expect(hints).to.deep.equal([['work']])
  })
})
