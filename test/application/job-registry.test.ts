import { expect } from 'chai'
import { z } from 'zod'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { PublishDefinitions } from '../../src/application/publish-definitions.js'
import { JobServerError } from '../../src/domain/errors.js'
import type { JobDefinition } from '../../src/domain/job-definition.js'
import { FakeClock } from '../support/fake-clock.js'
import { hintsOf } from '../support/recording.js'

const run = (): null => null
const schema = { parse: (input: unknown) => input }

describe('JobRegistry', () => {
  it('finds a definition by key and version', () => {
    const registry = new JobRegistry()
    registry.register({ key: 'a', version: 1, run })
    registry.register({ key: 'a', version: 2, run })
    expect(registry.get({ key: 'a', version: 2 })).to.include({ key: 'a', version: 2 })
    expect(registry.get({ key: 'a', version: 3 })).to.equal(undefined)
    expect(registry.refs()).to.deep.equal([
      { key: 'a', version: 1 },
      { key: 'a', version: 2 },
    ])
  })

  it('takes the same definition twice, and another of that name not at all', () => {
    const registry = new JobRegistry()
    const definition: JobDefinition<unknown> = { key: 'a', version: 1, run }
    registry.register(definition)
    registry.register(definition)
    expect(() => registry.register({ key: 'a', version: 1, run })).to.throw(
      JobServerError,
      /a@1 is registered/,
    )
  })

  it('tells everything that is wrong with a definition', () => {
    const register = (): void => new JobRegistry().register({ key: 'a b', version: 0 } as never)
    expect(register).to.throw(JobServerError, /a b is malformed: key must.*version must.*run must/)
  })

  it('reads the issues of a schema as flaws by pointer', () => {
    const registry = new JobRegistry()
    const issues = Array.from({ length: 30 }, (_, n) => ({
      path: ['list', n, 'x~y'],
      message: 'm'.repeat(999),
    }))
    const parse = (): never => {
      throw Object.assign(new Error('no'), { issues })
    }
    registry.register({ key: 'a', version: 1, params: { parse }, run })
    const flaws = registry.paramsFlaws({ key: 'a', version: 1 }, {})
    expect(flaws).to.have.length(20)
    expect(flaws[1]).to.deep.equal({ pointer: '/params/list/1/x~0y', message: 'm'.repeat(300) })
  })

  it('takes any other refusal of a schema for one flaw of the whole', () => {
    const registry = new JobRegistry()
    const parse = (): never => {
      throw new Error('n must be positive')
    }
    registry.register({ key: 'a', version: 1, params: { parse }, run })
    expect(registry.paramsFlaws({ key: 'a', version: 1 }, {})).to.deep.equal([
      { pointer: '/params', message: 'n must be positive' },
    ])
    expect(registry.paramsFlaws({ key: 'unknown', version: 1 }, {})).to.deep.equal([])
  })

  it('repeats at most 100 characters of the params, whatever the schema throws', () => {
    const registry = new JobRegistry()
    const long = 'k'.repeat(299)
    const parse = (input: unknown): never => {
      throw new Error(JSON.stringify(input))
    }
    registry.register({ key: 'own', version: 1, params: { parse }, run })
    registry.register({ key: 'zod', version: 1, params: z.strictObject({}), run })
    for (const key of ['own', 'zod']) {
      const [flaw] = registry.paramsFlaws({ key, version: 1 }, { [long]: 1 })
      expect(flaw?.message).to.match(key === 'zod' ? /^Unrecognized key: "k{81}$/ : /^{"k{98}$/)
    }
  })

  it('blames a definition whose schema is asynchronous, not the params', () => {
    const registry = new JobRegistry()
    const params = z.object({}).refine(() => Promise.resolve(true))
    registry.register({ key: 'zod', version: 1, params, run })
    registry.register({
      key: 'own',
      version: 1,
      params: { parse: () => Promise.reject(new Error('no')) },
      run,
    })
    for (const key of ['zod', 'own'])
      expect(registry.paramsFlaws({ key, version: 1 }, {})).to.deep.equal([
        {
          pointer: '/params',
          message: `cannot be checked: the schema of ${key}@1 is asynchronous, and has to answer at once`,
        },
      ])
  })
})

describe('PublishDefinitions', () => {
  it('tells the cluster what is registered, and wakes who waits for it', async () => {
    const registry = new JobRegistry()
    registry.register({ key: 'a', version: 1, run, concurrencyLimit: 2 })
    registry.register({ key: 'a', version: 2, run, params: schema })
    registry.register({ key: 'b', version: 1, run })
    const { definitions, notifier } = createMemoryStores({ clock: new FakeClock() })
    const hints = hintsOf(notifier)
    const schemaOf = (of: unknown): { type: string } | null => (of === schema ? { type: 'object' } : null)
    expect(await new PublishDefinitions(registry, definitions, notifier, schemaOf).execute()).to.equal(3)
    const listed = await definitions.list()
    expect(
      listed.map(({ key, version, concurrencyLimit }) => [key, version, concurrencyLimit]),
    ).to.deep.equal([
      ['a', 1, 2],
      ['a', 2, 0],
      ['b', 1, 0],
    ])
    expect(listed.map(({ paramsSchema }) => paramsSchema)).to.deep.equal([null, { type: 'object' }, null])
    expect(hints).to.deep.equal([['a', 'b']])
  })

  it('says nothing when nothing is registered', async () => {
    const { definitions, notifier } = createMemoryStores({ clock: new FakeClock() })
    const hints = hintsOf(notifier)
    expect(
      await new PublishDefinitions(new JobRegistry(), definitions, notifier, () => null).execute(),
    ).to.equal(0)
    expect(hints).to.deep.equal([])
  })
})
