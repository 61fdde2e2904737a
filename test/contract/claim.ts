import { expect } from './expect.js'
import { outcomeOf } from '../support/factories.js'
import type { StoreHarness } from './harness.js'
import { WORK, type Case } from './world.js'

const OTHER = { key: 'other', version: 1 }

export function claimContract(promise: Case, { concurrentClaims }: StoreHarness['features']): void {
  promise('makes a due job active under the lease of the claimer', async (world) => {
    await world.publish({})
    const [id] = await world.insert({ params: { n: 1 }, priority: 3 })
    const before = await world.job(id)
    const incarnation = await world.worker({ name: 'eager' })
    world.clock.advance(40)

    const jobs = await world.claim(incarnation)
    expect(jobs).to.deep.equal([
      {
        ...before,
        status: 'running',
        attempts: 1,
        run: 1,
        lease: { jobId: id, run: 1, incarnation },
        startedAt: world.now,
        workerName: 'eager',
      },
    ])
    expect(await world.job(id)).to.deep.equal(jobs[0])
    expect((await world.events(id ?? '')).at(-1)).to.deep.equal({
      id: 2,
      type: 'started',
      at: world.now,
      payload: { attempt: 1, run: 1, workerId: 'eager' },
    })
  })

  promise(
    'tells a worker what it holds, whether or not the answer of the claim reached it',
    async (world) => {
      await world.publish({})
      await world.insert({}, {}, {})
      const incarnation = await world.worker()
      const jobs = [...(await world.claim(incarnation, 2))]
      await world.claim(await world.worker())
      expect((await world.stores.jobs.held(incarnation)).map(({ id }) => id).sort()).to.deep.equal(
        jobs.map(({ id }) => id).sort(),
      )
      const first = jobs.slice(0, 1)
      await world.stores.jobs.settle(
        first.map((job) => ({ lease: job.lease, outcome: outcomeOf.succeeded(job) })),
        world.now,
      )
      expect(await world.stores.jobs.held(incarnation)).to.deep.equal(jobs.slice(1))
      expect(await world.stores.jobs.held(world.newId())).to.deep.equal([])
    },
  )

  promise(
    'hands out the highest priority first, then the earliest due time, then the lowest id',
    async (world) => {
      await world.publish({})
      const at = (ms: number): Date => new Date(world.now.getTime() + ms)
      const ids = await world.insert(
        { priority: 0, runAt: at(2) },
        { priority: 0, runAt: at(1) },
        { priority: -5, runAt: at(0) },
        { priority: 9, runAt: at(3) },
        { priority: 0, runAt: at(1) },
        { priority: 2_147_483_647, runAt: at(3) },
        { priority: -2_147_483_648, runAt: at(0) },
      )
      world.clock.advance(1_000)
      const claimed = await world.claim(await world.worker())
      expect(claimed.map((job) => ids.indexOf(job.id))).to.deep.equal([5, 3, 1, 4, 0, 2, 6])
    },
  )

  promise('hands out what is urgent next, however many have left before it came', async (world) => {
    await world.publish({})
    const worker = await world.worker()
    const waiting = await world.insert(...Array.from({ length: 20 }, () => ({ priority: 0 })))
    const claimed: (string | undefined)[] = []
    const claim = async (limit: number) => {
      for (const { id } of await world.claim(worker, limit)) claimed.push(id)
    }
    const expected: (string | undefined)[] = []
    for (const left of [7, 5, 5]) {
      await claim(left)
      const [urgent] = await world.insert({ priority: 1 })
      await claim(1)
      expected.push(...waiting.splice(0, left), urgent)
    }
    await claim(20)
    expect(claimed).to.deep.equal([...expected, ...waiting])
  })

  promise('keeps that order over several claims and several definitions', async (world) => {
    await world.publish({}, OTHER, { version: 2 })
    const ids = await world.insert(
      { priority: 1 },
      { ...jobOf(OTHER), priority: 2 },
      { definitionVersion: 2, priority: 3 },
      { ...jobOf(OTHER), priority: 1 },
      { priority: 2 },
      { definitionVersion: 2, priority: 0 },
    )
    const incarnation = await world.worker()
    const order: number[] = []
    for (let round = 0; round < 3; round++) {
      const jobs = await world.claim(incarnation, 2, [OTHER, { key: 'work', version: 2 }, WORK])
      order.push(...jobs.map((job) => ids.indexOf(job.id)))
    }
    expect(order).to.deep.equal([2, 1, 4, 0, 3, 5])
  })

  promise('hands out the first of fifty queues together, however long each of them is', async (world) => {
    const definitions = Array.from({ length: 50 }, (_, n) => ({
      key: `many.${n}`,
      version: 1,
      concurrencyLimit: n === 7 ? 25 : n % 3 === 1 ? 1 + (n % 4) : 0,
    }))
    await world.publish(...definitions)
    // First come those of seven queues, in turns; some of the others are not due yet.
    const requests = definitions.flatMap(({ key, concurrencyLimit }, d) => {
      const isFirst = d % 8 === 0
      return Array.from({ length: isFirst ? 40 : 20 + ((d * 7) % 13) }, (_, n) => ({
        definitionKey: key,
        priority: isFirst ? 3 : (d + n) % 3,
        runAt: world.clock.in(isFirst ? n * 7 + d / 8 : (d * 31 + n * 17) % 997),
        most: concurrencyLimit || Infinity,
      }))
    })
    const ids = await world.insert(...requests.map(({ most: _, ...request }) => request))
    world.clock.advance(900)
    let waiting = requests
      .map((request, n) => ({ ...request, id: ids[n] ?? '' }))
      .filter(({ runAt }) => runAt <= world.now)
      .sort((a, b) => b.priority - a.priority || Number(a.runAt) - Number(b.runAt) || (a.id < b.id ? -1 : 1))

    const incarnation = await world.worker()
    const active = new Map<string, number>()
    for (const limit of [1, 7, 30, 60, 100, 10, 2_000]) {
      const chosen: string[] = []
      for (const { id, definitionKey, most } of waiting) {
        const running = active.get(definitionKey) ?? 0
        if (chosen.length === limit || running === most) continue
        active.set(definitionKey, running + 1)
        chosen.push(id)
      }
      const claimed = await world.claim(incarnation, limit, definitions)
      expect(claimed.map(({ id }) => id)).to.deep.equal(chosen)
      waiting = waiting.filter(({ id }) => !chosen.includes(id))
    }
    expect(waiting.every(({ most }) => most < Infinity)).to.equal(true)
  })

  promise('gives no more than asked for', async (world) => {
    await world.publish({})
    await world.insert({}, {}, {})
    const incarnation = await world.worker()
    expect(await world.claim(incarnation, 2)).to.have.length(2)
    expect(await world.claim(incarnation, 2)).to.have.length(1)
    expect(await world.claim(incarnation, 2)).to.have.length(0)
  })

  promise('gives only the definitions and versions asked for', async (world) => {
    await world.publish({}, { version: 2 }, OTHER)
    await world.insert({ definitionVersion: 2 }, jobOf(OTHER))
    const incarnation = await world.worker()
    expect(await world.claim(incarnation, 10, [WORK])).to.deep.equal([])
    expect(await world.claim(incarnation, 10, [])).to.deep.equal([])
    const jobs = await world.claim(incarnation, 10, [WORK, { key: 'work', version: 2 }])
    expect(jobs.map((job) => [job.definitionKey, job.definitionVersion])).to.deep.equal([['work', 2]])
  })

  promise('gives a job at its due time, not a millisecond before', async (world) => {
    await world.publish({})
    await world.insert({ runAt: world.clock.in(1_000) })
    const incarnation = await world.worker()
    world.clock.advance(999)
    expect(await world.claim(incarnation)).to.have.length(0)
    world.clock.advance(1)
    expect(await world.claim(incarnation)).to.have.length(1)
  })

  promise('gives nothing of an unpublished or paused definition until that changes', async (world) => {
    const [id] = await world.insert({})
    const incarnation = await world.worker()
    expect(await world.claim(incarnation)).to.have.length(0)
    await world.publish({})
    await world.stores.definitions.setPaused('work', true)
    expect(await world.claim(incarnation)).to.have.length(0)
    expect(await world.eventTypes(id ?? '')).to.deep.equal(['queued'])
    await world.stores.definitions.setPaused('work', false)
    expect(await world.claim(incarnation)).to.have.length(1)
  })

  promise('gives nothing to an incarnation that is unknown, resigned, expired or buried', async (world) => {
    await world.publish({})
    const [id] = await world.insert({})
    const nothing = { jobs: [], contended: false, nextDueAt: null, unleased: true }
    expect(await world.ask(world.newId())).to.deep.equal(nothing)

    const resigned = await world.worker()
    await world.stores.workers.resign(resigned)
    expect(await world.ask(resigned)).to.deep.equal(nothing)

    const expired = await world.worker()
    world.expireLeases()
    expect(await world.ask(expired)).to.deep.equal(nothing)
    await world.stores.workers.bury(10)
    expect(await world.ask(expired)).to.deep.equal(nothing)

    expect(await world.eventTypes(id ?? '')).to.deep.equal(['queued'])
  })

  promise('counts attempts and runs, and forgets the progress of the run before', async (world) => {
    const first = await world.running()
    const lease = first.lease
    await world.stores.jobs.appendEvents([{ lease, type: 'half', payload: {}, progress: 50 }], world.now)
    const runAt = world.clock.in(1_000)
    await world.settle(first, outcomeOf.requeued(first, runAt, 'no luck'))
    expect((await world.job(first.id)).progress).to.equal(50)

    world.clock.advance(1_500)
    const incarnation = await world.worker({ name: 'second' })
    const [second] = await world.claim(incarnation)
    expect(second).to.deep.equal({
      ...first,
      attempts: 2,
      run: 2,
      runAt,
      startedAt: world.now,
      lease: { jobId: first.id, run: 2, incarnation },
      workerName: 'second',
      errorSummary: 'no luck',
      progress: null,
    })
  })

  promise('tells when the next job will be due', async (world) => {
    await world.publish({}, OTHER)
    const incarnation = await world.worker()
    const ask = async () => world.ask(incarnation, 10, [WORK, OTHER])
    expect((await ask()).nextDueAt).to.equal(null)
    const soon = world.clock.in(3_000)
    await world.insert(
      {},
      { runAt: world.clock.in(9_000), priority: 5 },
      { ...jobOf(OTHER), runAt: soon },
      { definitionKey: 'unasked', runAt: world.clock.in(1) },
    )
    const first = await ask()
    expect(first).to.deep.include({ contended: false, nextDueAt: null })
    expect(first.jobs).to.have.length(1)
    expect((await ask()).nextDueAt).to.deep.equal(soon)
  })

  promise('promises no due time of paused, unpublished or saturated definitions', async (world) => {
    await world.publish({}, { key: 'paused' }, { key: 'full', concurrencyLimit: 1 })
    await world.stores.definitions.setPaused('paused', true)
    const later = world.clock.in(9_000)
    await world.insert(
      { definitionKey: 'paused', runAt: world.clock.in(1_000) },
      { definitionKey: 'unpublished', runAt: world.clock.in(1_000) },
      { definitionKey: 'full' },
      { definitionKey: 'full', runAt: world.clock.in(1_000) },
      { runAt: later },
    )
    const definitions = ['paused', 'unpublished', 'full', 'work'].map((key) => ({ key, version: 1 }))
    const incarnation = await world.worker()
    const first = await world.ask(incarnation, 10, definitions)
    expect(first.jobs.map((job) => job.definitionKey)).to.deep.equal(['full'])
    const second = await world.ask(incarnation, 10, definitions)
    expect(second).to.deep.equal({ jobs: [], contended: false, nextDueAt: later })
  })

  if (!concurrentClaims) return

  promise('never hands one job to two claimers', async (world) => {
    await world.publish({}, OTHER)
    const requests = Array.from({ length: 1_000 }, (_, n) => (n % 3 === 0 ? jobOf(OTHER) : {}))
    const ids = await world.insert(...requests)
    const claimers = await Promise.all([world.worker(), world.worker()])
    const claimed: string[] = []
    await Promise.all(
      claimers.map(async (incarnation) => {
        for (;;) {
          const { jobs } = await world.ask(incarnation, 37, [WORK, OTHER])
          if (jobs.length === 0) return
          claimed.push(...jobs.map(({ id }) => id))
        }
      }),
    )
    expect(claimed).to.have.length(1_000)
    expect(new Set(claimed)).to.deep.equal(new Set(ids))
  })

  promise('serves every one of many claimers that ask at once', async (world) => {
    await world.publish({})
    await world.insert(...Array.from({ length: 64 }, () => ({})))
    const claimers = await Promise.all(Array.from({ length: 16 }, () => world.worker()))
    const answers = await Promise.all(claimers.map((incarnation) => world.claim(incarnation, 4)))
    const rest = await world.claim(claimers[0] ?? '', 64)
    const ids = [...answers.flat(), ...rest].map(({ id }) => id)
    expect(ids).to.have.length(64)
    expect(new Set(ids).size).to.equal(64)
    for (const [index, jobs] of answers.entries())
      expect(jobs.every(({ lease }) => lease.incarnation === claimers[index])).to.equal(true)
  })
}

function jobOf({ key, version }: { key: string; version: number }) {
  return { definitionKey: key, definitionVersion: version }
}
