import { expect } from 'chai'
import {
  declarationFlaws,
  declaredSpec,
  isDeclared,
  mergedSpec,
  withdrawn,
  type DeclaredSchedule,
} from '../../src/domain/declared-schedule.js'
import { patchedSpec, specJson, type SchedulePatch } from '../../src/domain/schedule-spec.js'

const definition = { key: 'report', version: 2 }
const nightly: DeclaredSchedule = {
  name: 'nightly',
  cron: '0 2 * * *',
  timezone: 'Europe/Berlin',
  params: { n: 1 },
}
const before = declaredSpec(definition, nightly)

/** What the row says after an operator's change, then one of the code. */
function merged(operator: SchedulePatch, code: Partial<DeclaredSchedule>, version = 2) {
  const now = declaredSpec({ ...definition, version }, { ...nightly, ...code })
  return mergedSpec(patchedSpec(before, operator), specJson(before), now)
}

describe('a schedule declared in code', () => {
  it('is one of the version that declares it, with the defaults of all others', () => {
    expect(before).to.deep.include({
      definitionKey: 'report',
      definitionVersion: 2,
      catchUp: 'last',
      params: { n: 1 },
    })
  })

  it('has params as its jobs will get them', () => {
    const params = { at: new Date(0), gone: undefined }
    expect(declaredSpec(definition, { ...nightly, params }).params).to.deep.equal({
      at: '1970-01-01T00:00:00.000Z',
    })
    // For the check of the schedule to tell of.
    expect(declaredSpec(definition, { ...nightly, params: { n: NaN } }).params).to.deep.equal({ n: NaN })
  })

  const day = new Date(Date.UTC(2026, 0, 5))
  const rows: readonly [string, SchedulePatch, Partial<DeclaredSchedule>, SchedulePatch][] = [
    ['nothing was changed', {}, {}, {}],
    [
      'only an operator changed something',
      { enabled: false, cron: '0 3 * * *' },
      {},
      { enabled: false, cron: '0 3 * * *' },
    ],
    [
      'only the code changed something',
      {},
      { priority: 5, params: { n: 2 } },
      { priority: 5, params: { n: 2 } },
    ],
    [
      'both changed different things',
      { enabled: false, maxAttempts: 9 },
      { priority: 5 },
      { enabled: false, maxAttempts: 9, priority: 5 },
    ],
    ['both changed the same thing: the code was later', { priority: 3 }, { priority: 5 }, { priority: 5 }],
    [
      'the code changed the hour, an operator the zone',
      { timezone: 'UTC' },
      { cron: '0 4 * * *' },
      { cron: '0 4 * * *' },
    ],
    [
      'the code changed the hour, an operator the cadence',
      { everySeconds: 60 },
      { cron: '0 4 * * *' },
      { cron: '0 4 * * *', everySeconds: null },
    ],
    [
      'the code starts later than an operator ends',
      { endsAt: new Date(0) },
      { startsAt: day },
      { startsAt: day, endsAt: null },
    ],
    [
      'an operator gave it another name',
      { name: 'every night' },
      { priority: 5 },
      { name: 'every night', priority: 5 },
    ],
  ]
  for (const [what, operator, code, expected] of rows)
    it(`is as it should be when ${what}`, () => {
      expect(merged(operator, code)).to.deep.equal({ ...patchedSpec(before, expected) })
    })

  it('follows its declaration to another version', () => {
    expect(merged({ definitionVersion: 1, enabled: false }, {}, 3)).to.deep.include({
      definitionVersion: 3,
      enabled: false,
    })
  })

  it('counts as not enabled once it is in the code no longer, and is enabled when it comes back', () => {
    const gone = withdrawn(specJson(before))
    expect(mergedSpec({ ...before, enabled: false }, gone, before)).to.deep.equal(before)
    expect(isDeclared({ declared: gone })).to.equal(false)
    expect(isDeclared({ declared: specJson(before) })).to.equal(true)
    expect(isDeclared({ declared: null })).to.equal(false)
  })

  it('needs a name of its own', () => {
    expect(declarationFlaws(undefined)).to.deep.equal([])
    expect(declarationFlaws([nightly, { ...nightly, name: 'other' }])).to.deep.equal([])
    expect(declarationFlaws('nightly')).to.deep.equal(['schedules must be an array'])
    expect(declarationFlaws([{}, { name: '' }, null])).to.have.length(3)
    expect(declarationFlaws([nightly, nightly])).to.deep.equal([
      'schedules must have different names: nightly comes twice',
    ])
  })
})
