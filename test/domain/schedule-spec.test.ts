import { expect } from 'chai'
import { patchedSpec, scheduleSpec, specFlaws, specJson } from '../../src/domain/schedule-spec.js'

const hourly = scheduleSpec({ name: 'hourly', definitionKey: 'work', cron: '0 * * * *' })
const day = (n: number): Date => new Date(Date.UTC(2026, 0, n))

describe('the spec of a schedule', () => {
  it('has the defaults of the contract for what is not said', () => {
    expect(
      scheduleSpec({ name: 'a', definitionKey: 'work', everySeconds: 5, timezone: undefined }),
    ).to.deep.equal({
      name: 'a',
      definitionKey: 'work',
      definitionVersion: null,
      params: {},
      priority: 0,
      maxAttempts: null,
      cron: null,
      everySeconds: 5,
      timezone: 'UTC',
      startsAt: null,
      endsAt: null,
      enabled: true,
      catchUp: 'last',
      maxCatchUp: 100,
      overlap: 'allow',
    })
  })

  it('keeps what a patch does not say, and takes null for a word', () => {
    const known = { ...hourly, maxAttempts: 5, startsAt: day(1) }
    expect(patchedSpec(known, { priority: 3, maxAttempts: null, startsAt: undefined })).to.deep.equal({
      ...known,
      priority: 3,
      maxAttempts: null,
    })
  })

  it('has one cadence: the one that is given takes the place of the other', () => {
    const every = patchedSpec(hourly, { everySeconds: 60 })
    expect([every.cron, every.everySeconds]).to.deep.equal([null, 60])
    const again = patchedSpec(every, { cron: '@daily' })
    expect([again.cron, again.everySeconds]).to.deep.equal(['@daily', null])
    expect(patchedSpec(hourly, { everySeconds: null }).cron).to.equal('0 * * * *')
  })

  it('says what does not go together', () => {
    const flawsOf = (patch: Parameters<typeof patchedSpec>[1]): string[] =>
      specFlaws(patchedSpec(hourly, patch)).map(({ pointer }) => pointer)
    expect(flawsOf({})).to.deep.equal([])
    expect(flawsOf({ startsAt: day(1), endsAt: day(2) })).to.deep.equal([])
    expect(flawsOf({ cron: null })).to.deep.equal(['/cron'])
    expect(flawsOf({ cron: '@daily', everySeconds: 5 })).to.deep.equal(['/cron'])
    expect(flawsOf({ startsAt: day(2), endsAt: day(2) })).to.deep.equal(['/endsAt'])
    expect(flawsOf({ startsAt: day(3), endsAt: day(2) })).to.deep.equal(['/endsAt'])
  })

  it('has instants with a year of four digits, which is what every store and reader knows', () => {
    const flawsOf = (startsAt: string, endsAt: string): string[] =>
      specFlaws({ ...hourly, startsAt: new Date(startsAt), endsAt: new Date(endsAt) }).map(
        ({ pointer, message }) => `${pointer} ${message}`,
      )
    expect(flawsOf('0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z')).to.deep.equal([])
    expect(flawsOf('0000-12-31T23:59:59.999Z', '+010000-01-01T00:00:00.000Z')).to.deep.equal([
      '/startsAt must be in the years 0001 to 9999, UTC',
      '/endsAt must be in the years 0001 to 9999, UTC',
    ])
  })

  it('is plain JSON with its instants as texts', () => {
    const json = specJson({ ...hourly, endsAt: day(2) })
    expect(JSON.parse(JSON.stringify(json))).to.deep.equal(json)
    expect([json['startsAt'], json['endsAt']]).to.deep.equal([null, '2026-01-02T00:00:00.000Z'])
  })
})
