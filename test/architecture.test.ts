import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import { cruise, overlay, ROOT, type Violation } from './architecture/cruise.js'

/** For each rule, files that break it, and it alone. */
const SEEDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'domain-is-pure': {
    'src/domain/seeded-builtin.ts': `import { hostname } from 'node:os'\nexport const name = hostname()\n`,
    'src/domain/seeded-package.ts': `import { z } from 'zod'\nexport const schema = z.string()\n`,
    'src/domain/seeded-layer.ts': `import type { Clock } from '../application/ports/clock.js'\nexport type T = Clock\n`,
  },
  'application-sees-domain-only': {
    'src/application/seeded-adapter.ts': `export { createMemoryStores } from '../adapters/memory/memory-stores.js'\n`,
    'src/application/seeded-package.ts': `import type { Knex } from 'knex'\nexport type T = Knex\n`,
    'src/application/seeded-builtin.ts': `export { randomUUID } from 'node:crypto'\n`,
  },
  'adapters-never-meet': {
    'src/adapters/memory/seeded.ts': `export { createMigrationSource } from '../sql/seeded-target.js'\n`,
    'src/adapters/sql/seeded-dialect.ts': `export { x } from '../sqlite/seeded-target.js'\n`,
  },
  'sql-stores-share-sql-only': {
    'src/adapters/postgres/seeded.ts': `export { x } from '../sqlite/seeded-target.js'\n`,
    'src/adapters/sqlite/seeded.ts': `export { createMemoryStores } from '../memory/memory-stores.js'\n`,
  },
  'bootstrap-is-a-leaf': {
    'src/adapters/worker/seeded-config.ts': `import type { Config } from '../../bootstrap/config.js'\nexport type T = Config\n`,
  },
  'client-stands-alone': {
    'src/client/seeded-builtin.ts': `export { randomUUID } from 'node:crypto'\n`,
    'src/client/seeded-package.ts': `export { v7 } from 'uuid'\n`,
    'src/client/seeded-layer.ts': `import type { Job } from '../domain/job.js'\nexport type T = Job\n`,
  },
  'commands-know-the-client-only': {
    'src/cli/seeded-layer.ts': `import type { Job } from '../domain/job.js'\nexport type T = Job\n`,
    'src/cli/seeded-package.ts': `export { v7 } from 'uuid'\n`,
  },
  'server-needs-no-client': {
    'src/adapters/worker/seeded-client.ts': `export { createClient } from '../../client/index.js'\n`,
  },
  'command-line-starts-light': {
    'src/bootstrap/cli/local-commands.ts': `import type { Config } from '../config.js'\nexport const addLocalCommands: (cli: unknown) => Config = () => null as never\n`,
  },
  'inversify-stays-in-bootstrap': {
    'src/adapters/worker/seeded-container.ts': `import { Container } from 'inversify'\nexport const c = new Container()\n`,
    'src/adapters/worker/seeded-metadata.ts': `import 'reflect-metadata'\nexport const seeded = true\n`,
  },
  'migrations-stand-alone': {
    'migrations/9999-seeded.ts': `export { TRANSITIONS } from '../src/domain/job.js'\n`,
  },
  'testing-is-a-leaf': {
    'src/adapters/worker/seeded-clock.ts': `export { SettableClock } from '../../testing/settable-clock.js'\n`,
  },
  'production-never-sees-tests': {
    'src/adapters/worker/seeded-fake.ts': `export { fake } from '../../../test/seeded-fake.js'\n`,
  },
  'production-needs-no-dev-dependency': {
    'src/adapters/worker/seeded-dev.ts': `import fc from 'fast-check'\nexport const any = fc.anything()\n`,
  },
  'packages-are-declared': {
    'src/adapters/worker/seeded-undeclared.ts': `import busboy from 'busboy'\nexport const x = busboy\n`,
  },
  'page-sees-the-api-only': {
    'dashboard/src/lib/seeded-domain.ts': `import type { Job } from '../../../src/domain/job.js'\nexport type T = Job\n`,
  },
  'page-takes-types-only': {
    'dashboard/src/lib/seeded-schema.ts': `export { job } from '../../../src/adapters/http/schemas/jobs.js'\n`,
  },
  'nobody-sees-the-page': {
    'src/adapters/http/seeded-page.ts': `export { PIECE } from '../../../dashboard/src/lib/in-pieces.js'\n`,
  },
  'no-circular': {
    'src/adapters/worker/seeded-ring-a.ts': `import { b } from './seeded-ring-b.js'\nexport const a = () => b\n`,
  },
  'not-to-unresolvable': {
    'src/adapters/worker/seeded-nowhere.ts': `export { nothing } from './seeded-missing.js'\n`,
  },
}

/** What the seeds import, and what must not be reported. */
const INNOCENT = {
  'src/adapters/sql/seeded-target.ts': `export const createMigrationSource = 1\n`,
  'src/adapters/sqlite/seeded-target.ts': `export { createMigrationSource as x } from '../sql/seeded-target.js'\n`,
  'src/adapters/worker/seeded-ring-b.ts': `import { a } from './seeded-ring-a.js'\nexport const b = () => a\n`,
  'test/seeded-fake.ts': `export const fake = 1\n`,
  'test/seeded-front-door.ts': `export * from '../src/index.js'\n`,
  'examples/seeded-front-door.ts': `export * from '../src/index.js'\n`,
}

describe('the dependency rule', function () {
  this.timeout(60_000)

  it('holds in the whole tree', async () => {
    expect(await cruise(ROOT)).to.deep.equal([])
  })

  it('has a seed for each of its parts', () => {
    const config = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string; severity: string }[]
    }
    expect(config.forbidden.map(({ name }) => name)).to.have.members(Object.keys(SEEDS))
    expect(config.forbidden.filter(({ severity }) => severity !== 'error')).to.deep.equal([])
  })

  describe('with every part of it broken once', () => {
    let found: Violation[]

    before(async () => {
      const tree = await overlay(Object.assign({}, INNOCENT, ...Object.values(SEEDS)))
      found = await cruise(tree.root).finally(tree.remove)
    })

    for (const [rule, files] of Object.entries(SEEDS)) {
      it(`sees what breaks ${rule}`, () => {
        const bitten = found.filter((violation) => violation.rule === rule).map(({ from }) => from)
        expect(bitten).to.include.members(Object.keys(files))
      })
    }

    it('blames nothing else', () => {
      const seeded = found.filter(({ from }) => from.includes('seeded'))
      expect(seeded.filter(({ rule, from }) => SEEDS[rule]?.[from] === undefined)).to.deep.equal([])
    })
  })
})
