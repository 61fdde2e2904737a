import { expect } from 'chai'
import { CronerCalendar } from '../../src/adapters/calendar/croner-calendar.js'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { ChangeSchedules } from '../../src/application/change-schedules.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import type { Stores } from '../../src/application/ports/stores.js'
import { PublishSchedules } from '../../src/application/publish-schedules.js'
import type { DeclaredSchedule } from '../../src/domain/declared-schedule.js'
import { isDeclared } from '../../src/domain/declared-schedule.js'
import type { Schedule } from '../../src/domain/schedule.js'
import { aDefinition } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { sequentialIds } from '../support/ids.js'
import { recordingLogger } from '../support/recording.js'

const MINUTE = 60_000

describe('PublishSchedules', () => {
  const calendar = new CronerCalendar()
  let clock: FakeClock
  let stores: Stores
  let newId: () => string
  let operator: ChangeSchedules
  let log: ReturnType<typeof recordingLogger>

  beforeEach(async () => {
    clock = new FakeClock()
    stores = createMemoryStores({ clock })
    newId = sequentialIds()
    log = recordingLogger()
    await stores.definitions.publish([aDefinition(), aDefinition({ key: 'other' })])
    const { schedules, definitions } = stores
    operator = new ChangeSchedules(schedules, definitions, new JobRegistry(), calendar, clock, newId)
  })

  const a: DeclaredSchedule = { name: 'a', everySeconds: 60 }
  const b: DeclaredSchedule = { name: 'b', everySeconds: 60 }

  /** A start of a process that has loaded `work` with these schedules. */
  const start = (...declared: DeclaredSchedule[]): Promise<void> => startOf({ work: declared })
  const startOf = (definitions: Readonly<Record<string, readonly DeclaredSchedule[]>>): Promise<void> => {
    const registry = new JobRegistry()
    for (const [key, schedules] of Object.entries(definitions))
      registry.register({ key, version: 1, schedules, run: () => null })
    return new PublishSchedules(registry, stores.schedules, calendar, clock, newId, log).execute()
  }
  const named = async (name: string): Promise<Schedule> => {
    const [found] = await stores.schedules.named([name])
    if (found == null) throw new Error(`there is no schedule ${name}`)
    return found
  }
  const ticksOf = async ({ id }: Schedule) =>
    (await stores.schedules.ticks(id, { limit: 9, before: null })) ?? []

  it('makes them once, for the version that declares them, and writes nothing at the next start', async () => {
    await start({ ...a, params: { n: 1 } }, b)
    const made = await named('a')
    expect(made).to.deep.include({
      definitionKey: 'work',
      definitionVersion: 1,
      params: { n: 1 },
      revision: 1,
    })
    expect(made.nextRunAt).to.deep.equal(clock.in(MINUTE))
    expect(isDeclared(made)).to.equal(true)
    clock.advance(MINUTE)
    await start({ ...a, params: { n: 1 } }, b)
    expect(await named('a')).to.deep.equal(made)
    expect((await stores.schedules.list({ limit: 9, offset: 0 })).total).to.equal(2)
  })

  it('keeps what an operator changed, start for start, until the code says something else of it', async () => {
    await start(a)
    const { id } = await named('a')
    await operator.patch(id, { enabled: false, priority: 3, everySeconds: 90 })
    await start(a)
    expect(await named('a')).to.deep.include({ enabled: false, priority: 3, everySeconds: 90 })
    await start({ ...a, everySeconds: 30 })
    expect(await named('a')).to.deep.include({ enabled: false, priority: 3, everySeconds: 30 })
    await operator.patch(id, { everySeconds: 90 })
    await start({ ...a, everySeconds: 30 })
    expect((await named('a')).everySeconds).to.equal(90)
  })

  it('changes the times as an operator would: from now on, and what was overdue is told as missed', async () => {
    await start(a)
    clock.advance(2 * MINUTE)
    await start({ ...a, everySeconds: 30 })
    const changed = await named('a')
    expect(changed.nextRunAt).to.deep.equal(clock.in(30_000))
    expect((await ticksOf(changed)).map(({ outcome }) => outcome)).to.deep.equal(['missed'])
  })

  it('knows one that an operator has given another name', async () => {
    await start(a)
    await operator.patch((await named('a')).id, { name: 'renamed' })
    await start({ ...a, priority: 5 })
    expect(await named('renamed')).to.deep.include({ priority: 5, enabled: true })
    expect((await stores.schedules.list({ limit: 9, offset: 0 })).total).to.equal(1)
  })

  it('pauses what is in the code no longer, and goes on when it comes back', async () => {
    await start(a, b)
    await start(b)
    const gone = await named('a')
    expect([gone.enabled, gone.nextRunAt, isDeclared(gone)]).to.deep.equal([false, null, false])
    expect((await named('b')).enabled).to.equal(true)
    await start(b)
    expect(await named('a')).to.deep.equal(gone)
    clock.advance(2 * MINUTE)
    await start(a, b)
    const back = await named('a')
    expect([back.id, back.enabled, isDeclared(back)]).to.deep.equal([gone.id, true, true])
    expect((await ticksOf(back)).map(({ outcome }) => outcome)).to.deep.equal(['paused'])
  })

  it('leaves an operator who goes on with one that is in the code no longer alone', async () => {
    await start(a, b)
    await start(b)
    await operator.patch((await named('a')).id, { enabled: true })
    await start(b)
    expect((await named('a')).enabled).to.equal(true)
  })

  it('touches nothing of definitions that this process has not loaded', async () => {
    await startOf({ work: [a], other: [b] })
    await startOf({ other: [b] })
    await startOf({})
    expect((await named('a')).enabled).to.equal(true)
  })

  it('lets a declaration move to another definition', async () => {
    await startOf({ work: [a], other: [] })
    const { id } = await named('a')
    await startOf({ work: [], other: [a] })
    expect(await named('a')).to.deep.include({ id, definitionKey: 'other', enabled: true })
  })

  it('never touches one that was made by hand, and says so', async () => {
    const mine = await operator.create({ name: 'a', definitionKey: 'other', cron: '@daily' })
    await start(a, b)
    expect(await named('a')).to.deep.equal(mine)
    expect((await named('b')).everySeconds).to.equal(60)
    expect(log.lines).to.deep.equal([
      'warn another schedule has the name of a declared one, which is left out',
    ])
  })

  it('makes each once when many start at the same time, and loses no change of an operator', async () => {
    await Promise.all(Array.from({ length: 5 }, () => start(a, b)))
    expect((await stores.schedules.list({ limit: 9, offset: 0 })).total).to.equal(2)
    const { id } = await named('a')
    await Promise.all([
      operator.patch(id, { maxAttempts: 9 }),
      start({ ...a, priority: 5 }, b),
      operator.patch(id, { enabled: false }),
      start({ ...a, priority: 5 }, b),
    ])
    expect(await named('a')).to.deep.include({ maxAttempts: 9, enabled: false, priority: 5 })
    expect(log.lines).to.deep.equal([])
  })
})

describe('JobRegistry, of schedules', () => {
  it('refuses a name that another definition declares already, and what is no declaration', () => {
    const registry = new JobRegistry()
    const run = (): null => null
    registry.register({ key: 'one', version: 1, schedules: [{ name: 'a', everySeconds: 60 }], run })
    const again = (): void => {
      registry.register({ key: 'two', version: 1, schedules: [{ name: 'a', everySeconds: 60 }], run })
    }
    expect(again).to.throw(/two@1 cannot declare the schedule a: one@1 does/)
    expect(() => registry.register({ key: 'x', version: 1, schedules: {} as never, run })).to.throw(
      /schedules must be an array/,
    )
    expect(registry.refs()).to.have.length(1)
  })
})
