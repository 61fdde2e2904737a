import { expect } from './expect.js'
import type { DueSchedule, Firing } from '../../src/application/ports/schedule-store.js'
import type { Schedule, Tick } from '../../src/domain/schedule.js'
import { aSchedule } from '../support/factories.js'
import { uuid } from '../support/ids.js'
import type { StoreHarness } from './harness.js'
import { WORK, type Case, type World } from './world.js'

export function schedulesContract(promise: Case, features: StoreHarness['features']): void {
  describe('are kept', () => {
    keepingContract(promise)
  })
  describe('are due', () => {
    dueContract(promise)
  })
  describe('fire', () => {
    firingContract(promise, features)
  })
  describe('ticks', () => {
    ticksContract(promise)
  })
}

function keepingContract(promise: Case): void {
  promise('with everything that was said of them', async (world) => {
    const plain = aSchedule()
    const full = aSchedule({
      id: uuid(2),
      name: 'a “full” one',
      definitionVersion: 3,
      params: { nested: [{ text: 'ü', n: 1.5 }, null, true] },
      priority: -7,
      maxAttempts: 9,
      cron: '0 3 * * *',
      everySeconds: null,
      timezone: 'Europe/Berlin',
      startsAt: world.clock.in(1),
      endsAt: world.clock.in(2),
      enabled: false,
      catchUp: 'all',
      maxCatchUp: 7,
      overlap: 'queue_one',
      nextRunAt: null,
      lastRunAt: world.clock.in(-3),
      waitingSlot: world.clock.in(-2),
      declared: { name: 'full', startsAt: null, params: { n: [1] } },
    })
    expect(await world.stores.schedules.create([plain, full])).to.deep.equal(['created', 'created'])
    expect(await world.stores.schedules.get(plain.id)).to.deep.equal(plain)
    expect(await world.stores.schedules.get(full.id)).to.deep.equal(full)
    expect(await world.stores.schedules.get(uuid(3))).to.equal(null)
    expect(await world.stores.schedules.named(['gone', full.name])).to.deep.equal([null, full])
    expect(await world.stores.schedules.declared()).to.deep.equal([full])
  })

  promise('once for each name, inside a batch too', async (world) => {
    const { schedules } = world.stores
    const [a, b, c] = [1, 2, 3].map((n) => aSchedule({ id: uuid(n), name: n === 2 ? 'other' : 'same' }))
    expect(await schedules.create([a!, b!, c!])).to.deep.equal(['created', 'created', 'name_taken'])
    expect(await schedules.create([aSchedule({ id: uuid(4), name: 'same' })])).to.deep.equal(['name_taken'])
    expect(await schedules.get(uuid(3))).to.equal(null)
  })

  promise('in the order of their names, by the page', async (world) => {
    const { schedules } = world.stores
    const names = ['b', 'B', 'ä', 'a b', 'a']
    await schedules.create(names.map((name, n) => aSchedule({ id: uuid(n + 1), name })))
    const page = await schedules.list({ limit: 3, offset: 1 })
    expect(page.schedules.map(({ name }) => name)).to.deep.equal(['a', 'a b', 'b'])
    expect(page.total).to.equal(5)
    expect(await schedules.list({ limit: 3, offset: 5 })).to.deep.equal({ schedules: [], total: 5 })
  })

  promise('also where a name has characters beyond the 16 bits of one unit', async (world) => {
    const { schedules } = world.stores
    const names = ['a😀', 'a\uFF5E', 'aa', 'a']
    await schedules.create(names.map((name, n) => aSchedule({ id: uuid(n + 1), name })))
    const page = await schedules.list({ limit: 10, offset: 0 })
    expect(page.schedules.map(({ name }) => name)).to.deep.equal(['a', 'aa', 'a\uFF5E', 'a😀'])
  })

  promise('and changed only by who knows their latest revision', async (world) => {
    const { schedules } = world.stores
    const [a, b] = [aSchedule({ id: uuid(1), name: 'a' }), aSchedule({ id: uuid(2), name: 'b' })]
    await schedules.create([a, b])
    const renamed = { ...a, name: 'c', enabled: false, nextRunAt: null, params: { x: 1 }, declared: { n: 1 } }
    const answers = await schedules.change([
      { schedule: renamed, ticks: [] },
      { schedule: { ...b, revision: 2 }, ticks: [] },
      { schedule: { ...b, name: 'c' }, ticks: [] },
      { schedule: aSchedule({ id: uuid(3), name: 'x' }), ticks: [] },
    ])
    expect(answers).to.deep.equal(['applied', 'changed', 'name_taken', 'not_found'])
    expect(await schedules.get(a.id)).to.deep.equal({ ...renamed, revision: 2 })
    expect(await schedules.get(b.id)).to.deep.equal(b)
    expect(await schedules.change([{ schedule: renamed, ticks: [] }])).to.deep.equal(['changed'])
  })

  promise('until they are removed, with their ticks but without their jobs', async (world) => {
    const { schedules } = world.stores
    const [a, b] = [aSchedule({ id: uuid(1), name: 'a' }), aSchedule({ id: uuid(2), name: 'b' })]
    await schedules.create([a, b])
    const firings = [firing(world, a), firing(world, b)]
    await schedules.fire(await world.leadership(), firings)
    expect(await schedules.remove([a.id, uuid(3), a.id])).to.deep.equal([true, false, false])
    expect(await schedules.get(a.id)).to.equal(null)
    expect(await schedules.ticks(a.id, { limit: 9, before: null })).to.equal(null)
    expect(await schedules.ticks(b.id, { limit: 9, before: null })).to.have.length(1)
    expect(await world.statuses(firings.flatMap(({ jobs }) => jobs.map(({ id }) => id)))).to.deep.equal([
      'queued',
      'queued',
    ])
  })
}

function dueContract(promise: Case): void {
  promise('when their next slot has come and they are enabled, the longest overdue first', async (world) => {
    const { schedules } = world.stores
    await schedules.create([
      aSchedule({ id: uuid(1), name: '1', nextRunAt: world.clock.in(-1) }),
      aSchedule({ id: uuid(2), name: '2', nextRunAt: world.clock.in(0) }),
      aSchedule({ id: uuid(3), name: '3', nextRunAt: world.clock.in(1) }),
      aSchedule({ id: uuid(4), name: '4', nextRunAt: world.clock.in(-5), enabled: false }),
      aSchedule({ id: uuid(5), name: '5', nextRunAt: null }),
      aSchedule({ id: uuid(6), name: '6', nextRunAt: world.clock.in(9), waitingSlot: world.clock.in(-3) }),
    ])
    expect(idsOf(await schedules.due(world.now, 9, null))).to.deep.equal([uuid(6), uuid(1), uuid(2)])
  })

  promise('page by page, when many are due at the same instant', async (world) => {
    const { schedules } = world.stores
    const nextRunAt = world.now
    await schedules.create([5, 3, 1, 4, 2].map((n) => aSchedule({ id: uuid(n), name: `${n}`, nextRunAt })))
    const seen: string[] = []
    let last: DueSchedule | null = null
    for (;;) {
      const page: readonly DueSchedule[] = await schedules.due(world.now, 2, last)
      seen.push(...idsOf(page))
      if (page.length < 2) break
      last = page.at(-1) ?? null
    }
    expect(seen).to.deep.equal([1, 2, 3, 4, 5].map(uuid))
  })

  promise('with the jobs of theirs that have not ended, unless overlap is allowed', async (world) => {
    await world.publish({})
    const facts = { nextRunAt: world.now }
    const allow = aSchedule({ ...facts, id: uuid(0xa1), name: 'allow' })
    const skip = aSchedule({ ...facts, id: uuid(0xa2), name: 'skip', overlap: 'skip' })
    await world.stores.schedules.create([allow, skip])
    const [done, running, queued] = await world.insert(
      ...[9, 8, 0].map((priority) => ({ scheduleId: skip.id, priority })),
    )
    await world.insert({ scheduleId: allow.id, priority: -1 }, { priority: -1 }, { scheduleId: uuid(0xa3) })
    const worker = await world.worker()
    const [first, second] = await world.claim(worker, 2)
    expect([first?.id, second?.id]).to.deep.equal([done, running])
    await world.succeed(first!)
    const due = await world.stores.schedules.due(world.now, 9, null)
    expect(due.map(({ openJobs }) => openJobs)).to.deep.equal([[], [running, queued]])
    expect((await world.job(done)).scheduleId).to.equal(skip.id)
    await world.stores.jobs.requestCancel([queued!], world.now, world.newId)
    const later = await world.stores.schedules.due(world.now, 9, null)
    expect(later[1]?.openJobs).to.deep.equal([running])
    expect((await world.job(queued)).scheduleId).to.equal(skip.id)
  })
}

function firingContract(promise: Case, features: StoreHarness['features']): void {
  promise('with their jobs, ticks and how far they are decided at once', async (world) => {
    const { schedules } = world.stores
    const [a, b] = [aSchedule({ id: uuid(1), name: 'a' }), aSchedule({ id: uuid(2), name: 'b' })]
    await schedules.create([a, b])
    const skipped: Tick = { ...tick(world.clock.in(1), null), outcome: 'skipped', reason: 'so' }
    const firings = [
      { ...firing(world, b), waitingSlot: world.clock.in(2) },
      { ...firing(world, a), ticks: [skipped], jobs: [] },
    ]
    expect(await schedules.fire(await world.leadership(), firings)).to.deep.equal(['fired', 'fired'])
    const { scheduleId: _id, ticks: _ticks, jobs: _jobs, ...decided } = firings[0]!
    expect(await schedules.get(b.id)).to.deep.equal({ ...b, ...decided, revision: 2 })
    expect(await schedules.ticks(a.id, { limit: 9, before: null })).to.deep.equal([skipped])
    expect(await schedules.ticks(b.id, { limit: 9, before: null })).to.deep.equal(firings[0]?.ticks)
    const [made] = firings[0]?.jobs ?? []
    const { idempotency: _idempotency, ...job } = made!
    expect(await world.job(job.id)).to.deep.equal(job)
    expect(await world.events(job.id)).to.deep.equal([
      { id: 1, type: 'queued', at: world.now, payload: { runAt: world.now.toISOString() } },
    ])
  })

  promise('not, when they were changed since, or are gone, and the others do all the same', async (world) => {
    const { schedules } = world.stores
    const [a, b, c] = [1, 2, 3].map((n) => aSchedule({ id: uuid(n), name: `${n}` }))
    await schedules.create([a!, b!])
    await schedules.change([{ schedule: { ...a!, priority: 1 }, ticks: [] }])
    const firings = [a!, b!, c!].map((schedule) => firing(world, schedule))
    expect(await schedules.fire(await world.leadership(), firings)).to.deep.equal([
      'changed',
      'fired',
      'changed',
    ])
    expect(await schedules.ticks(a!.id, { limit: 9, before: null })).to.deep.equal([])
    expect(await world.stores.queries.get(firings[0]?.jobs[0]?.id ?? '')).to.equal(null)
    expect(await schedules.fire(await world.leadership(), firings.slice(1, 2))).to.deep.equal(['changed'])
  })

  promise('not under a term that is over', async (world) => {
    const { schedules, leaders } = world.stores
    const schedule = aSchedule()
    await schedules.create([schedule])
    const leadership = await world.leadership()
    world.expireLeases()
    await leaders.acquire({ name: leadership.name, holder: world.newId() }, 1_000)
    const void_ = firing(world, schedule)
    expect(await schedules.fire(leadership, [void_])).to.equal('superseded')
    expect(await schedules.get(schedule.id)).to.deep.equal(schedule)
    expect(await world.stores.queries.get(void_.jobs[0]?.id ?? '')).to.equal(null)
    expect(await schedules.pruneTicks(leadership, world.clock.in(1e9), 9)).to.equal(0)
  })

  promise('without the one whose job the database cannot take', async (world) => {
    const { schedules } = world.stores
    const all = [1, 2, 3].map((n) => aSchedule({ id: uuid(n), name: `${n}` }))
    await schedules.create(all)
    const firings = all.map((schedule, n) => firing(world, schedule, n === 1 ? { maxAttempts: -1 } : {}))
    expect(await schedules.fire(await world.leadership(), firings)).to.deep.equal([
      'fired',
      'rejected',
      'fired',
    ])
    expect(await schedules.get(all[1]!.id)).to.deep.equal(all[1])
    expect(await schedules.ticks(all[1]!.id, { limit: 9, before: null })).to.deep.equal([])
    expect(await world.statuses([firings[0]!, firings[2]!].map(({ jobs }) => jobs[0]!.id))).to.deep.equal([
      'queued',
      'queued',
    ])
  })

  promise('no job for a slot that has its tick already', async (world) => {
    const { schedules } = world.stores
    const schedule = aSchedule()
    await schedules.create([schedule])
    const leadership = await world.leadership()
    const first = firing(world, schedule)
    await schedules.fire(leadership, [first])
    const again = firing(world, { ...schedule, revision: 2 })
    expect(await schedules.fire(leadership, [again])).to.deep.equal(['fired'])
    expect(await schedules.ticks(schedule.id, { limit: 9, before: null })).to.deep.equal(first.ticks)
    expect(await world.stores.queries.get(again.jobs[0]?.id ?? '')).to.equal(null)
  })

  promise('nothing at all, when there is nothing to fire', async (world) => {
    expect(await world.stores.schedules.fire(await world.leadership(), [])).to.deep.equal([])
  })

  if (features.concurrentClaims)
    promise('once each, however many fire and change them at the same time', async (world) => {
      const { schedules } = world.stores
      const all = Array.from({ length: 20 }, (_, n) => aSchedule({ id: uuid(n + 1), name: `${n}` }))
      await schedules.create(all)
      const leadership = await world.leadership()
      const racing = Array.from({ length: 6 }, async (_, n) => {
        const inOrder = n % 2 === 0 ? all : [...all].reverse()
        if (n === 5) return schedules.change(inOrder.map((schedule) => ({ schedule, ticks: [] })))
        return schedules.fire(
          leadership,
          inOrder.map((schedule) => firing(world, schedule)),
        )
      })
      const answers = (await Promise.all(racing)).flat()
      expect(answers.filter((answer) => answer === 'fired' || answer === 'applied')).to.have.length(20)
      expect(answers.filter((answer) => answer === 'changed')).to.have.length(100)
      const jobs = await world.stores.queries.list({}, { limit: 100, offset: 0 })
      const fired = answers.filter((answer) => answer === 'fired')
      expect(jobs.jobs).to.have.length(fired.length)
    })
}

function ticksContract(promise: Case): void {
  promise('are read newest first, page by page', async (world) => {
    const { schedules } = world.stores
    const schedule = aSchedule()
    await schedules.create([schedule])
    const ticks = [1, 2, 3].map((n): Tick => ({ ...tick(world.clock.in(n), null), outcome: 'missed' }))
    const fired = { ...firing(world, schedule), jobs: [], ticks }
    await schedules.fire(await world.leadership(), [fired])
    const [first, second, third] = ticks
    expect(await schedules.ticks(schedule.id, { limit: 2, before: null })).to.deep.equal([third, second])
    const before = second!.slot
    expect(await schedules.ticks(schedule.id, { limit: 2, before })).to.deep.equal([first])
    expect(await schedules.ticks(schedule.id, { limit: 2, before: first!.slot })).to.deep.equal([])
    expect(await schedules.ticks(uuid(9), { limit: 2, before: null })).to.equal(null)
  })

  promise('come with a change that settles them', async (world) => {
    const { schedules } = world.stores
    const schedule = aSchedule()
    await schedules.create([schedule])
    // A pause may last longer than 32 bits of milliseconds.
    const paused: Tick = { ...tick(world.now, null), outcome: 'paused', reason: 'so', delayMs: 4e9 }
    await schedules.change([{ schedule, ticks: [paused] }])
    expect(await schedules.ticks(schedule.id, { limit: 2, before: null })).to.deep.equal([paused])
  })

  promise('go when they are old, the oldest first', async (world) => {
    const { schedules } = world.stores
    const schedule = aSchedule()
    await schedules.create([schedule])
    const ticks = [1, 2, 3, 4].map((n): Tick => ({ ...tick(world.clock.in(n), null), outcome: 'missed' }))
    const leadership = await world.leadership()
    await schedules.fire(leadership, [{ ...firing(world, schedule), jobs: [], ticks }])
    const limit = { limit: 9, before: null }
    expect(await schedules.pruneTicks(leadership, world.clock.in(4), 2)).to.equal(2)
    expect(await schedules.ticks(schedule.id, limit)).to.deep.equal([ticks[3], ticks[2]])
    expect(await schedules.pruneTicks(leadership, world.clock.in(4), 2)).to.equal(1)
    expect(await schedules.ticks(schedule.id, limit)).to.deep.equal([ticks[3]])
  })
}

function idsOf(due: readonly DueSchedule[]): string[] {
  return due.map(({ schedule }) => schedule.id)
}

function tick(slot: Date, jobId: string | null): Tick {
  return { slot, outcome: jobId === null ? 'missed' : 'fired', jobId, reason: null, delayMs: 5 }
}

/** What fires the next slot of a schedule. */
function firing(world: World, schedule: Schedule, facts: { readonly maxAttempts?: number } = {}): Firing {
  const slot = schedule.nextRunAt ?? world.now
  const job = world.newJob({ definitionKey: WORK.key, scheduleId: schedule.id, ...facts })
  return {
    scheduleId: schedule.id,
    revision: schedule.revision,
    decidedUntil: slot,
    nextRunAt: new Date(slot.getTime() + 60_000),
    lastRunAt: slot,
    waitingSlot: null,
    ticks: [tick(slot, job.id)],
    jobs: [job],
  }
}
