import { expect } from 'chai'
import { CronerCalendar } from '../../src/adapters/calendar/croner-calendar.js'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { ChangeSchedules } from '../../src/application/change-schedules.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { PreviewSchedule } from '../../src/application/preview-schedule.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { DELIVERY } from '../../src/domain/delivery.js'
import { JobServerError } from '../../src/domain/errors.js'
import type { Schedule, Tick } from '../../src/domain/schedule.js'
import { scheduleSpec, specJson, type GivenSchedule } from '../../src/domain/schedule-spec.js'
import { aDefinition } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { sequentialIds, uuid } from '../support/ids.js'

const MINUTE = 60_000

describe('ChangeSchedules', () => {
  let clock: FakeClock
  let stores: Stores
  let change: ChangeSchedules

  beforeEach(async () => {
    clock = new FakeClock()
    stores = createMemoryStores({ clock })
    await stores.definitions.publish([aDefinition(), aDefinition({ key: 'typed' }), aDefinition(DELIVERY)])
    change = changing()
  })

  const changing = (schedules = stores.schedules): ChangeSchedules => {
    const registry = new JobRegistry()
    const parse = (input: unknown): unknown => {
      if (typeof (input as { n?: unknown }).n === 'number') return input
      throw Object.assign(new Error('bad'), { issues: [{ path: ['n'], message: 'is not a number' }] })
    }
    registry.register({ key: 'typed', version: 1, params: { parse }, run: () => null })
    return new ChangeSchedules(
      schedules,
      stores.definitions,
      registry,
      new CronerCalendar(),
      clock,
      sequentialIds(),
    )
  }
  const everyMinute: GivenSchedule = { name: 'a', definitionKey: 'work', everySeconds: 60 }
  const ticks = async ({ id }: Schedule): Promise<readonly Tick[]> =>
    (await stores.schedules.ticks(id, { limit: 9, before: null })) ?? []
  const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 1, 12) + minutes * MINUTE).toISOString()

  it('makes one whose first slot is the next one', async () => {
    clock.advance(1_500)
    const made = await change.create(everyMinute)
    expect(made).to.deep.include({ id: uuid(1), decidedUntil: clock.now(), lastRunAt: null, enabled: true })
    expect(made.nextRunAt?.toISOString()).to.equal(at(1))
    expect(await stores.schedules.get(made.id)).to.deep.equal(made)
  })

  it('begins at startsAt, itself a slot, and ends before endsAt', async () => {
    const startsAt = clock.in(90_000)
    const made = await change.create({ ...everyMinute, startsAt, endsAt: clock.in(150_000) })
    expect(made.nextRunAt).to.deep.equal(startsAt)
    clock.advance(90_000)
    const later = await change.patch(made.id, { everySeconds: 61 })
    expect(later.nextRunAt).to.equal(null)
    const daily = await change.create({
      ...everyMinute,
      name: 'b',
      everySeconds: null,
      cron: '0 0 * * *',
      startsAt: new Date(Date.UTC(2026, 5, 1)),
    })
    expect(daily.nextRunAt?.toISOString()).to.equal('2026-06-01T00:00:00.000Z')
  })

  const refusals: readonly [string, Partial<GivenSchedule>, string, string][] = [
    [
      'a definition that nobody has published',
      { definitionKey: 'nope' },
      'unknown-definition',
      '/definitionKey',
    ],
    [
      'a version that nobody has published',
      { definitionVersion: 7 },
      'unknown-definition',
      '/definitionVersion',
    ],
    [
      'a definition of the server itself',
      { definitionKey: DELIVERY.key },
      'unknown-definition',
      '/definitionKey',
    ],
    ['params that do not fit', { definitionKey: 'typed', params: { n: 'x' } }, 'params-invalid', '/params/n'],
    ['params that no store can hold', { params: { a: '\u0000' } }, 'params-invalid', '/params/a'],
    ['a bad expression', { everySeconds: null, cron: '61 * * * *' }, 'schedule-invalid', '/cron'],
    ['a day that never comes', { everySeconds: null, cron: '0 0 30 2 *' }, 'schedule-invalid', '/cron'],
    [
      'an unknown zone',
      { everySeconds: null, cron: '@daily', timezone: 'Mars/X' },
      'schedule-invalid',
      '/timezone',
    ],
    ['an unknown zone of a span', { timezone: 'Mars/X' }, 'schedule-invalid', '/timezone'],
    ['a span that is too long', { everySeconds: 31_536_001 }, 'schedule-invalid', '/everySeconds'],
    ['two cadences', { cron: '@daily' }, 'validation-error', '/cron'],
    ['no cadence', { everySeconds: null }, 'validation-error', '/cron'],
    [
      'an end before the start',
      { startsAt: new Date(9), endsAt: new Date(8) },
      'validation-error',
      '/endsAt',
    ],
  ]
  for (const [what, given, code, pointer] of refusals)
    it(`refuses ${what}, and points at it`, async () => {
      const error = await refusalOf(change.create({ ...everyMinute, ...given }))
      expect([error.code, error.details.flaws?.[0]?.pointer]).to.deep.equal([code, pointer])
      expect((await stores.schedules.list({ limit: 1, offset: 0 })).total).to.equal(0)
      // As a change of one that is kept, too; a cadence that is given there takes the other's place.
      if (what === 'two cadences') return
      const made = await change.create(everyMinute)
      expect((await refusalOf(change.patch(made.id, given))).code).to.equal(code)
      expect(await stores.schedules.get(made.id)).to.deep.equal(made)
    })

  it('gives a name only once', async () => {
    const made = await change.create(everyMinute)
    const other = await change.create({ ...everyMinute, name: 'b' })
    expect((await refusalOf(change.create(everyMinute))).code).to.equal('schedule-name-taken')
    expect((await refusalOf(change.patch(other.id, { name: 'a' }))).code).to.equal('schedule-name-taken')
    expect((await change.patch(made.id, { name: 'a' })).name).to.equal('a')
  })

  it('keeps the next slot when something else is changed than the times', async () => {
    const made = await change.create(everyMinute)
    clock.advance(5 * MINUTE)
    const changed = await change.patch(made.id, { priority: 7, params: { a: 1 } })
    expect(changed).to.deep.include({
      priority: 7,
      nextRunAt: made.nextRunAt,
      decidedUntil: made.decidedUntil,
    })
    expect(await stores.schedules.get(made.id)).to.deep.equal(changed)
    expect(await ticks(made)).to.deep.equal([])
  })

  it('writes nothing when nothing is said anew', async () => {
    const made = await change.create(everyMinute)
    clock.advance(MINUTE)
    expect(await change.patch(made.id, { priority: 0, enabled: true, startsAt: undefined })).to.deep.equal(
      made,
    )
    expect((await stores.schedules.get(made.id))?.revision).to.equal(made.revision)
  })

  it('counts new times from now on: what is overdue is told as missed, and never fired by them', async () => {
    const made = await change.create(everyMinute)
    clock.advance(3 * MINUTE + 1_000)
    const changed = await change.patch(made.id, { everySeconds: 30 })
    expect(changed.nextRunAt).to.deep.equal(clock.in(29_000))
    expect(changed.decidedUntil).to.deep.equal(clock.now())
    const [tick, ...more] = await ticks(made)
    expect(more).to.deep.equal([])
    expect(tick).to.deep.include({ outcome: 'missed', jobId: null, delayMs: 2 * MINUTE + 1_000 })
    expect(tick?.slot.toISOString()).to.equal(at(1))
    expect(tick?.reason).to.include('times were changed')
  })

  it('tells of nothing when new times come before any slot was due', async () => {
    const made = await change.create(everyMinute)
    clock.advance(1_000)
    await change.patch(made.id, { cron: '@hourly' })
    expect(await ticks(made)).to.deep.equal([])
  })

  it('pauses without a word, and tells of the whole pause in one tick when it ends', async () => {
    const made = await change.create(everyMinute)
    clock.advance(30_000)
    const paused = await change.patch(made.id, { enabled: false })
    expect(paused).to.deep.include({ enabled: false, nextRunAt: null, decidedUntil: made.decidedUntil })
    expect(await ticks(made)).to.deep.equal([])
    clock.advance(10 * MINUTE)
    const resumed = await change.patch(made.id, { enabled: true })
    expect(resumed.nextRunAt?.toISOString()).to.equal(at(11))
    const told = await ticks(made)
    expect(told).to.have.length(1)
    expect(told[0]).to.deep.include({ outcome: 'paused', jobId: null, delayMs: 9.5 * MINUTE })
    expect(told[0]?.slot.toISOString()).to.equal(at(1))
    expect(told[0]?.reason).to.include(`from ${at(1)} to ${at(10.5)}`)
  })

  it('tells of no pause in which no slot was', async () => {
    const made = await change.create(everyMinute)
    await change.patch(made.id, { enabled: false })
    clock.advance(59_999)
    await change.patch(made.id, { enabled: true })
    expect(await ticks(made)).to.deep.equal([])
  })

  it('pauses and resumes also when its definition is gone', async () => {
    const made = await change.create(everyMinute)
    const gone = { find: () => Promise.resolve([null]) }
    const others = new ChangeSchedules(
      stores.schedules,
      gone,
      new JobRegistry(),
      new CronerCalendar(),
      clock,
      sequentialIds(),
    )
    expect((await others.patch(made.id, { enabled: false })).enabled).to.equal(false)
    expect((await refusalOf(others.patch(made.id, { priority: 1 }))).code).to.equal('unknown-definition')
  })

  it('decides anew when another was quicker, and keeps what that one said', async () => {
    const made = await change.create(everyMinute)
    let others = 0
    const schedules = Object.create(stores.schedules) as typeof stores.schedules
    schedules.change = async (changes) => {
      if (others++ < 3) await change.patch(made.id, { priority: others })
      return stores.schedules.change(changes)
    }
    const changed = await changing(schedules).patch(made.id, { maxAttempts: 9 })
    expect(changed).to.deep.include({ priority: 3, maxAttempts: 9, revision: made.revision + 4 })
    expect(await stores.schedules.get(made.id)).to.deep.equal(changed)
    schedules.change = (changes) => Promise.resolve(changes.map(() => 'changed'))
    expect((await refusalOf(changing(schedules).patch(made.id, { priority: 9 }))).code).to.equal(
      'storage-unavailable',
    )
  })

  it('removes one, but not what code declares, until it is in the code no longer', async () => {
    const made = await change.create(everyMinute)
    await change.remove(made.id)
    expect((await refusalOf(change.remove(made.id))).code).to.equal('schedule-not-found')
    expect((await refusalOf(change.patch(made.id, { priority: 1 }))).code).to.equal('schedule-not-found')

    const declared = specJson(scheduleSpec(everyMinute))
    await stores.schedules.create([{ ...made, declared }])
    expect((await refusalOf(change.remove(made.id))).code).to.equal('schedule-declared')
    await stores.schedules.change([
      { schedule: { ...made, declared: { ...declared, withdrawn: true } }, ticks: [] },
    ])
    await change.remove(made.id)
    expect(await stores.schedules.get(made.id)).to.equal(null)
  })

  describe('and its preview', () => {
    const preview = (): PreviewSchedule => new PreviewSchedule(stores.schedules, new CronerCalendar(), clock)

    it('tells the next slots, also of one that is paused', async () => {
      const made = await change.create({ ...everyMinute, enabled: false, endsAt: clock.in(2.5 * MINUTE) })
      const { description, runs } = await preview().ofKept(made.id, 5)
      expect(runs.map((run) => run.at.toISOString())).to.deep.equal([at(1), at(2)])
      expect(description).to.match(/minute/)
      expect((await refusalOf(preview().ofKept(uuid(9), 5))).code).to.equal('schedule-not-found')
    })

    it('ends with the last instant that there is', () => {
      const startsAt = new Date('9999-12-31T23:59:00Z')
      const { runs } = preview().of({ ...scheduleSpec(everyMinute), startsAt, everySeconds: 59 }, 3)
      expect(runs.map((run) => run.at.toISOString())).to.deep.equal([
        '9999-12-31T23:59:00.000Z',
        '9999-12-31T23:59:59.000Z',
      ])
    })

    it('needs nothing but times', () => {
      const times = {
        ...scheduleSpec(everyMinute),
        everySeconds: null,
        cron: '30 2 * * *',
        timezone: 'Europe/Berlin',
      }
      const { runs } = preview().of({ ...times, startsAt: new Date(Date.UTC(2026, 2, 28, 12)) }, 2)
      expect(runs.map(({ offset }) => offset)).to.deep.equal(['+02:00', '+02:00'])
      expect(runs[0]?.note).to.be.a('string')
      expect(() => preview().of({ ...times, timezone: 'Mars/X' }, 2)).to.throw(JobServerError)
    })
  })
})

async function refusalOf(call: Promise<unknown>): Promise<JobServerError> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof JobServerError)) throw new Error('it was not refused')
  return error
}
