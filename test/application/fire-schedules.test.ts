import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { CronerCalendar } from '../../src/adapters/calendar/croner-calendar.js'
import { CancelJobs } from '../../src/application/cancel-jobs.js'
import { ChangeSchedules } from '../../src/application/change-schedules.js'
import { FireSchedules } from '../../src/application/fire-schedules.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import type { Clock } from '../../src/application/ports/clock.js'
import type { Leadership } from '../../src/application/ports/leader-lock.js'
import type { ScheduleStore } from '../../src/application/ports/schedule-store.js'
import type { Schedule, Tick } from '../../src/domain/schedule.js'
import { World } from '../contract/world.js'
import { aSchedule } from '../support/factories.js'
import { uuid } from '../support/ids.js'
import { memoryHarness } from '../support/memory-harness.js'
import { hintsOf, recordingLogger } from '../support/recording.js'

const HOUR_MS = 3_600_000

describe('FireSchedules', () => {
  const calendar = new CronerCalendar()
  const logger = recordingLogger()
  let world: World
  let leadership: Leadership
  let registry: JobRegistry
  let observed: Tick[]
  beforeEach(async () => {
    logger.lines.length = 0
    world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    leadership = await world.leadership()
    registry = new JobRegistry()
    observed = []
  })

  const round = async (
    store: Pick<ScheduleStore, 'due' | 'fire'> = world.stores.schedules,
    next: CronerCalendar['next'] = (...args) => calendar.next(...args),
    clock: Clock = world.stores.clock,
  ): Promise<number> => {
    const { jobs, definitions, notifier } = world.stores
    const cancel = new CancelJobs(jobs, notifier, world.newId)
    const observer = { ticked: (ticks: readonly Tick[]) => void observed.push(...ticks) }
    return new FireSchedules(
      store,
      definitions,
      registry,
      { next },
      cancel,
      notifier,
      clock,
      world.newId,
      logger,
      undefined,
      observer,
    ).round(leadership)
  }
  const keep = async (...facts: readonly Partial<Schedule>[]): Promise<Schedule[]> => {
    const all = facts.map((given, n) => aSchedule({ id: uuid(0xa00 + n), name: `${n}`, ...given }))
    await world.stores.schedules.create(all)
    return all
  }
  const ticks = async ({ id }: Pick<Schedule, 'id'>): Promise<readonly Tick[]> =>
    ((await world.stores.schedules.ticks(id, { limit: 10_000, before: null })) ?? []).toReversed()
  const count = async (schedule: Schedule): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {}
    for (const { outcome } of await ticks(schedule)) counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  it('makes a job of each slot that has come, and hints at it', async () => {
    const hints = hintsOf(world.stores.notifier)
    const [schedule] = await keep({ params: { a: 1 }, priority: 3 })
    expect(await round()).to.equal(0)
    expect(await ticks(schedule!)).to.deep.equal([])
    world.clock.advance(60_007)
    await round()
    const [tick] = await ticks(schedule!)
    expect(tick).to.deep.include({ outcome: 'fired', reason: null, delayMs: 7 })
    const job = await world.job(tick?.jobId ?? '')
    const made = { scheduleId: schedule?.id, params: { a: 1 }, priority: 3, maxAttempts: 3 }
    expect(job).to.deep.include({ ...made, runAt: world.now, definitionVersion: 1 })
    const now = await world.stores.schedules.get(schedule!.id)
    expect(now).to.deep.include({ lastRunAt: tick?.slot, nextRunAt: world.clock.in(59_993), revision: 2 })
    expect(hints).to.deep.equal([['work']])
    expect(observed).to.deep.equal([tick])
    await round()
    expect(await ticks(schedule!)).to.have.length(1)
  })

  for (const [catchUp, counts] of [
    ['skip', { missed: 1, fired: 1 }],
    ['last', { missed: 1, caught_up: 1, fired: 1 }],
    ['all', { caught_up: 179, fired: 1 }],
  ] as const)
    it(`after three hours without a scheduler: ${JSON.stringify(counts)} with ${catchUp}`, async () => {
      const [schedule] = await keep({ catchUp, maxCatchUp: 500 })
      world.clock.advance(3 * HOUR_MS)
      await round()
      expect(await count(schedule!)).to.deep.equal(counts)
      const made = (await ticks(schedule!)).filter(({ jobId }) => jobId !== null)
      expect(new Set(made.map(({ jobId }) => jobId))).to.have.property('size', made.length)
      const missed = { skip: 179, last: 178, all: 0 }[catchUp]
      const [first] = await ticks(schedule!)
      if (missed > 0) expect(first?.reason).to.match(new RegExp(`^${missed} slots from`))
    })

  it('makes up for a thousand slots portion by portion', async () => {
    const [schedule] = await keep({ catchUp: 'all', maxCatchUp: 1_000 })
    world.clock.advance(24 * HOUR_MS)
    for (let rounds = 0; rounds < 6; rounds += 1) await round()
    expect(await count(schedule!)).to.deep.equal({ missed: 1, caught_up: 1_000, fired: 1 })
    expect((await ticks(schedule!))[0]?.reason).to.match(/^439 slots from/)
  })

  describe('while a job runs for longer than its interval', () => {
    const minutes = async (overlap: Schedule['overlap']): Promise<[Schedule, string[]]> => {
      const [schedule] = await keep({ overlap })
      const worker = await world.worker()
      const running: string[] = []
      for (let minute = 0; minute < 4; minute += 1) {
        world.clock.advance(60_000)
        await round()
        running.push(...(await world.claim(worker)).map(({ id }) => id))
      }
      return [schedule!, running]
    }

    it('allow lets jobs run side by side', async () => {
      const [schedule, running] = await minutes('allow')
      expect(await count(schedule)).to.deep.equal({ fired: 4 })
      expect(await world.statuses(running)).to.deep.equal(['running', 'running', 'running', 'running'])
    })

    it('skip makes no other', async () => {
      const [schedule, running] = await minutes('skip')
      expect(running).to.have.length(1)
      expect(await count(schedule)).to.deep.equal({ fired: 1, skipped: 3 })
      expect((await ticks(schedule))[1]?.reason).to.equal(
        `job ${running[0] ?? ''} of this schedule has not ended`,
      )
    })

    it('queue_one lets one slot wait, whose job is made when the other has ended', async () => {
      const [schedule, running] = await minutes('queue_one')
      expect(running).to.have.length(1)
      expect(await count(schedule)).to.deep.equal({ fired: 1, skipped: 2 })
      const [job] = await world.stores.jobs.held((await world.stores.workers.list())[0]?.incarnation ?? '')
      await world.succeed(job!)
      world.clock.advance(1_000)
      await round()
      expect(await count(schedule)).to.deep.equal({ fired: 2, skipped: 2 })
      const [, second] = await ticks(schedule)
      expect(second).to.deep.include({ outcome: 'fired', delayMs: 121_000 })
    })

    for (const [what, patches, outcome] of [
      ['a pause that ends', [{ enabled: false }, { enabled: true }], 'paused'],
      ['other times', [{ everySeconds: 3_600 }], 'missed'],
    ] as const)
      it(`queue_one makes nothing more of the slot that waits after ${what}, whose tick begins with it`, async () => {
        const [schedule, running] = await minutes('queue_one')
        const { schedules, definitions } = world.stores
        const clock = world.stores.clock
        const change = new ChangeSchedules(schedules, definitions, registry, calendar, clock, world.newId)
        for (const patch of patches) {
          world.clock.advance(HOUR_MS)
          await change.patch(schedule.id, patch)
        }
        const [job] = await world.stores.jobs.held((await world.stores.workers.list())[0]?.incarnation ?? '')
        await world.succeed(job!)
        world.clock.advance(1_000)
        await round()
        const [first, second, ...others] = await ticks(schedule)
        expect([first?.jobId, second?.outcome]).to.deep.equal([running[0], outcome])
        expect(second?.slot.getTime()).to.equal(Number(first?.slot) + 60_000)
        expect(others.filter(({ jobId }) => jobId !== null)).to.deep.equal([])
        expect(await schedules.get(schedule.id)).to.have.property('waitingSlot', null)
      })

    it('cancel_previous has one job at a time that is not about to end', async () => {
      const [schedule, running] = await minutes('cancel_previous')
      expect(await count(schedule)).to.deep.equal({ fired: 4 })
      expect(await world.statuses(running)).to.deep.equal([
        'cancelling',
        'cancelling',
        'cancelling',
        'running',
      ])
    })
  })

  it('skips, and says why, when a definition is gone, is for the server alone or has other params; the others fire', async () => {
    const params = {
      parse: (given: unknown) => {
        if (Object.keys(given as object).length > 0) throw new Error('has members')
        return given
      },
    }
    registry.register({ key: 'work', version: 1, params, run: () => null })
    const all = await keep(
      { definitionKey: 'gone' },
      { definitionVersion: 7 },
      { definitionKey: 'callback.deliver' },
      { params: { a: 1 } },
      {},
    )
    world.clock.advance(60_000)
    await round()
    const reasons = await Promise.all(all.map(async (one) => (await ticks(one)).map(({ reason }) => reason)))
    expect(reasons).to.deep.equal([
      ['gone is not a published definition'],
      ['work@7 is not a published definition'],
      ['jobs of callback.deliver are made by the server itself, for the callbacks of other jobs'],
      ['params do not fit work@1: /params has members'],
      [null],
    ])
    world.clock.advance(60_000)
    await round()
    expect(await count(all[0]!)).to.deep.equal({ skipped: 2 })
  })

  it('tells of params that do not fit in words that every store can hold', async () => {
    const params = {
      parse: () => {
        // Cut after 100 characters, in the middle of the last one.
        throw new Error(`\0${'x'.repeat(98)}😀`)
      },
    }
    registry.register({ key: 'work', version: 1, params, run: () => undefined })
    const [schedule] = await keep({})
    world.clock.advance(60_000)
    await round()
    const [tick] = await ticks(schedule!)
    expect(tick?.reason).to.equal(`params do not fit work@1: /params \uFFFD${'x'.repeat(98)}\uFFFD`)
  })

  it('does not cancel for a job that cannot be made', async () => {
    const [schedule] = await keep({ overlap: 'cancel_previous' })
    const [open] = await world.insert({ scheduleId: schedule!.id })
    await world.stores.schedules.change([{ schedule: { ...schedule!, definitionKey: 'gone' }, ticks: [] }])
    world.clock.advance(60_000)
    await round()
    expect(await world.statuses([open!])).to.deep.equal(['queued'])
  })

  it('goes on with the others when one cannot be decided, and says so', async () => {
    const [bad, good] = await keep({ cron: 'bad', everySeconds: null }, {})
    world.clock.advance(60_000)
    await round(world.stores.schedules, (cadence, after, limit) => {
      if (cadence.kind === 'cron') throw new Error('no cadence')
      return calendar.next(cadence, after, limit)
    })
    expect(await count(bad!)).to.deep.equal({})
    expect(await count(good!)).to.deep.equal({ fired: 1 })
    expect(logger.lines).to.deep.equal(['error a schedule cannot be decided'])
  })

  it('goes on when the database cannot take a job, whose slot is skipped', async () => {
    const [bad, good] = await keep({ maxAttempts: -1 }, {})
    world.clock.advance(60_000)
    await round()
    expect((await ticks(bad!)).map(({ outcome, reason }) => [outcome, reason])).to.deep.equal([
      ['skipped', 'the database cannot take its job'],
    ])
    expect(await count(good!)).to.deep.equal({ fired: 1 })
  })

  for (const [what, facts, minutes, transactions] of [
    ['jobs', {}, 180, [900, 360]],
    ['bytes', { params: { text: 'x'.repeat(100_000) } }, 30, [60, 60, 60, 30]],
  ] as const)
    it(`fires each slot once, however many transactions so many ${what} need`, async () => {
      const all = await keep(
        ...Array.from({ length: 7 }, () => ({ catchUp: 'all' as const, maxCatchUp: 500, ...facts })),
      )
      world.clock.advance(minutes * 60_000)
      const made: number[] = []
      await round({
        due: (...args) => world.stores.schedules.due(...args),
        fire: (by, firings) => {
          made.push(firings.reduce((sum, { jobs }) => sum + jobs.length, 0))
          return world.stores.schedules.fire(by, firings)
        },
      })
      expect(made).to.deep.equal(transactions)
      for (const schedule of all)
        expect(await count(schedule)).to.deep.equal({ caught_up: minutes - 1, fired: 1 })
    })

  it('fires any number of schedules in one round', async () => {
    const all = await keep(...Array.from({ length: 1_100 }, () => ({})))
    world.clock.advance(60_000)
    await round()
    expect(observed).to.have.length(all.length)
  })

  describe('with no end of pages', () => {
    let reads: number
    let clock: Clock
    const due: ScheduleStore['due'] = async (now) => {
      reads += 1
      if (reads > 10) return []
      const [one] = await world.stores.schedules.due(now, 1, null)
      return [one!, one!]
    }
    beforeEach(async () => {
      reads = 0
      let ms = 0
      // There is time for one schedule of each page only, so that none is the last.
      clock = { now: () => world.now, monotonicMs: () => (ms += 1_000) }
      await keep({})
      world.clock.advance(60_000)
    })

    it('reads no further when something cannot be written, and what is being written meanwhile is still kept', async () => {
      let written = Promise.resolve()
      let writes = 0
      const fire: ScheduleStore['fire'] = async (...args) => {
        writes += 1
        if (writes === 1) throw new Error('the disk is full')
        const answers = world.stores.schedules.fire(...args)
        written = answers.then(() => setImmediate())
        return answers
      }
      expect(await round({ due, fire }, undefined, clock).catch(String)).to.equal('Error: the disk is full')
      await written
      expect(reads).to.be.lessThan(5)
      expect(observed).to.have.length(1)
    })

    it('reads no further, and writes nothing, under a term that is over', async () => {
      await world.stores.leaders.resign(leadership)
      await round({ due, fire: (...args) => world.stores.schedules.fire(...args) }, undefined, clock)
      expect(reads).to.be.lessThan(5)
      expect(observed).to.deep.equal([])
    })
  })

  it('writes nothing under a term that is over', async () => {
    const [schedule] = await keep({})
    world.clock.advance(60_000)
    await world.stores.leaders.resign(leadership)
    await round()
    expect(await ticks(schedule!)).to.deep.equal([])
    expect(observed).to.deep.equal([])
  })

  it('decides anew when an operator was quicker', async () => {
    const [schedule] = await keep({})
    world.clock.advance(60_000)
    const { schedules } = world.stores
    await round({
      due: (...args) => schedules.due(...args),
      fire: async (...args) => {
        await schedules.change([{ schedule: { ...schedule!, priority: 9 }, ticks: [] }])
        return schedules.fire(...args)
      },
    })
    expect(await ticks(schedule!)).to.deep.equal([])
    await round()
    expect((await world.job((await ticks(schedule!))[0]?.jobId ?? '')).priority).to.equal(9)
  })
})
