import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { announcedStores } from '../../src/application/announced-stores.js'
import { JobFeed, UNTIL_FINAL } from '../../src/application/job-feed.js'
import type { Changes } from '../../src/application/ports/change-channel.js'
import type { LiveQueries } from '../../src/application/ports/live-queries.js'
import { systemClock } from '../../src/bootstrap/system-clock.js'
import type { ActiveJob } from '../../src/domain/job.js'
import { World } from '../contract/world.js'
import { deferred, turns } from '../support/eventually.js'
import { memoryHarness } from '../support/memory-harness.js'
import { recordingLogger } from '../support/recording.js'

const LONG_MS = 60_000
const UNKNOWN = '00000000-0000-7000-8000-00000000dead'

describe('the feed of job events', () => {
  let world: World
  let asked: { heads: string[][]; places: string[][] }
  let live: LiveQueries
  let follower: ((changes: Changes) => void) | null
  let feed: JobFeed

  beforeEach(async () => {
    world = new World()
    await world.open(memoryHarness())
    asked = { heads: [], places: [] }
    follower = null
    live = {
      heads: (ids) => {
        asked.heads.push([...ids])
        return world.stores.live.heads(ids)
      },
      eventsAfter: (places, limit) => {
        asked.places.push(places.map(({ jobId, after }) => `${jobId} ${after}`))
        return world.stores.live.eventsAfter(places, limit)
      },
    }
    const channel = {
      announce: () => undefined,
      follow: (onChanges: (changes: Changes) => void) => {
        follower = onChanges
        return () => (follower = null)
      },
      isProven: () => true,
    }
    feed = new JobFeed(
      { heads: (ids) => live.heads(ids), eventsAfter: (...args) => live.eventsAfter(...args) },
      channel,
      // Real time only arms the timers; every look of these tests is their own.
      { monotonicMs: () => world.clock.monotonicMs() },
      recordingLogger(),
    )
  })
  afterEach(() => {
    feed.stop()
  })

  const note = (job: ActiveJob, count = 1) =>
    world.stores.jobs.appendEvents(
      Array.from({ length: count }, () => ({ lease: job.lease, type: 'note', payload: {} })),
      world.now,
    )
  const tell = (...jobIds: string[]): void =>
    follower?.({
      jobs: jobIds.map((jobId) => ({ jobId, status: null })),
      definitions: [],
      schedules: [],
      more: false,
    })
  const idsOf = (next: Awaited<ReturnType<ReturnType<JobFeed['watch']>['next']>>): number[] | string =>
    typeof next === 'string' ? next : next.events.map(({ id }) => id)

  it('looks once for all who wait, and reads once for those that have news', async () => {
    const job = await world.running()
    const [other = ''] = await world.insert({})
    const watches = [feed.watch(job.id), feed.watch(job.id), feed.watch(other), feed.watch(other)]
    const next = [0, 2, 0, 1].map((after, index) => watches[index]!.next(after, LONG_MS))
    await feed.look()
    expect(asked).to.deep.equal({ heads: [[job.id, other]], places: [[`${job.id} 0`, `${other} 0`]] })
    expect([idsOf(await next[0]!), idsOf(await next[2]!)]).to.deep.equal([[1, 2], [1]])
  })

  it('asks nothing for those whom nothing was told about, until all are looked at again', async () => {
    const [one = '', two = ''] = await world.insert({}, {})
    const waiting = [one, two].map((id) => feed.watch(id).next(1, LONG_MS))
    await feed.look()
    await feed.look()
    expect(asked.heads).to.have.length(1)
    tell(two, UNKNOWN)
    await feed.look()
    expect(asked.heads[1]).to.deep.equal([two])
    world.clock.advance(1_000)
    await feed.look()
    expect(asked.heads[2]).to.deep.equal([one, two])
    expect(asked.places).to.deep.equal([])
    feed.stop()
    expect(await Promise.all(waiting)).to.deep.equal(['closed', 'closed'])
  })

  it('looks again for what is told while it looks', async () => {
    const job = await world.running()
    const watch = feed.watch(job.id)
    const next = watch.next(2, LONG_MS)
    const { heads } = live
    live.heads = async (ids) => {
      const found = await heads(ids)
      await note(job)
      tell(job.id)
      return found
    }
    const delayMs = await feed.look()
    expect(delayMs).to.be.lessThan(100)
    live.heads = heads
    await feed.look()
    expect(idsOf(await next)).to.deep.equal([3])
  })

  it('remembers what is told between two questions', async () => {
    const job = await world.running()
    const watch = feed.watch(job.id)
    const first = watch.next(0, LONG_MS)
    await feed.look()
    expect(idsOf(await first)).to.deep.equal([1, 2])
    await note(job)
    tell(job.id)
    const second = watch.next(2, LONG_MS)
    await feed.look()
    expect(idsOf(await second)).to.deep.equal([3])
  })

  it('reads no more of a job than its reader took, until that takes all', async () => {
    const job = await world.running()
    await note(job, 200)
    const watch = feed.watch(job.id)
    const given: number[] = []
    let place = 0
    for (const taken of [3, 3, Infinity, Infinity, Infinity]) {
      const next = watch.next(place, LONG_MS)
      await feed.look()
      const ids = idsOf(await next)
      given.push(ids.length)
      place += Math.min(taken, ids.length)
    }
    expect(given).to.deep.equal([100, 3, 6, 12, 24])
  })

  it('gives again what its reader dropped', async () => {
    const job = await world.running()
    const watch = feed.watch(job.id)
    const first = watch.next(0, LONG_MS)
    await feed.look()
    await first
    const again = watch.next(1, LONG_MS)
    await feed.look()
    expect(idsOf(await again)).to.deep.equal([2])
  })

  it('gives nothing to one that has given up meanwhile, and the same to its next question', async () => {
    const job = await world.running()
    const watch = feed.watch(job.id)
    const held = deferred()
    const { heads } = live
    live.heads = async (ids) => {
      await held.promise
      return heads(ids)
    }
    const impatient = watch.next(0, 1)
    const looking = feed.look()
    expect(await impatient).to.equal('nothing')
    held.resolve()
    await looking
    const next = watch.next(0, LONG_MS)
    await feed.look()
    expect(idsOf(await next)).to.deep.equal([1, 2])
  })

  it('bounds what one look reads, and starves nobody', async () => {
    const job = await world.running()
    await note(job, 2_000)
    const many = Array.from({ length: 15 }, (_, n) => feed.watch(job.id).next(n, LONG_MS))
    const served: number[] = []
    many.forEach((next, n) => void next.then(() => served.push(n)))
    expect(await feed.look()).to.be.lessThan(100)
    await turns()
    expect(served).to.have.length(10)
    await feed.look()
    await turns()
    expect(served.sort((a, b) => a - b)).to.deep.equal(many.map((_, n) => n))
    expect(asked.places.map(({ length }) => length)).to.deep.equal([10, 5])
    expect(idsOf(await many[3]!)).to.have.length(100)
  })

  it('tells in one query which jobs there are', async () => {
    const [one = '', two = ''] = await world.insert({}, {})
    const known = await Promise.all([one, UNKNOWN, two].map((id) => feed.isKnown(id)))
    expect(known).to.deep.equal([true, false, true])
    expect(asked.places).to.have.length(1)
  })

  it('says that a job has ended with its last event, and at once past it', async () => {
    const job = await world.running()
    await world.succeed(job)
    const watches = [0, 2, 3, 999].map((after) => feed.watch(job.id).next(after, LONG_MS))
    const unknown = feed.watch(UNKNOWN).next(0, LONG_MS)
    await feed.look()
    const ends = await Promise.all([...watches, unknown])
    expect(ends.map(idsOf)).to.deep.equal([[1, 2, 3], [3], [], [], []])
    for (const end of ends) expect(end).to.include({ ended: true })
  })

  it('tells those who wait for the end of nothing else, and reads no events for them', async () => {
    const job = await world.running()
    const end = feed.watch(job.id).next(UNTIL_FINAL, LONG_MS)
    await note(job)
    await feed.look()
    await world.succeed(job)
    tell(job.id)
    await feed.look()
    expect(await end).to.deep.equal({ events: [], ended: true })
    expect(asked.places).to.deep.equal([])
  })

  it('waits for a database that is away', async () => {
    const job = await world.running()
    const next = feed.watch(job.id).next(0, LONG_MS)
    const { heads } = live
    live.heads = () => Promise.reject(new Error('away'))
    expect(await feed.look()).to.be.greaterThan(100)
    live.heads = heads
    await feed.look()
    expect(idsOf(await next)).to.deep.equal([1, 2])
  })

  it('looks again within a second after a look that was held up for long', async () => {
    const job = await world.running()
    const next = feed.watch(job.id).next(2, LONG_MS)
    const { heads } = live
    live.heads = async (ids) => {
      const found = await heads(ids)
      await note(job)
      tell(job.id)
      world.clock.advance(8_000)
      return found
    }
    expect(await feed.look()).to.be.at.most(1_000)
    live.heads = heads
    await feed.look()
    expect(idsOf(await next)).to.deep.equal([3])
  })

  it('follows the channel only while somebody watches', () => {
    expect(follower).to.equal(null)
    const [one, two] = [feed.watch(UNKNOWN), feed.watch(UNKNOWN)]
    expect(follower).to.not.equal(null)
    one.close()
    expect(follower).to.not.equal(null)
    two.close()
    two.close()
    expect(follower).to.equal(null)
  })

  it('finds by itself what nobody told of, also for one that asks only later', async () => {
    const channel = { announce: () => undefined, follow: () => () => undefined, isProven: () => false }
    const own = new JobFeed(world.stores.live, channel, systemClock, recordingLogger())
    const job = await world.running()
    const watch = own.watch(job.id)
    expect(idsOf(await watch.next(0, LONG_MS))).to.deep.equal([1, 2])
    await note(job)
    expect(idsOf(await watch.next(2, LONG_MS))).to.deep.equal([3])
    // Nobody waits while this one is busy, so that nothing looks.
    await new Promise((resolve) => setTimeout(resolve, 50))
    await note(job)
    expect(idsOf(await watch.next(3, LONG_MS))).to.deep.equal([4])
    own.stop()
  })

  it('does not put off what it looks for soon when another one asks who can wait', async () => {
    const channel = {
      announce: () => undefined,
      follow: (onChanges: (changes: Changes) => void) => {
        follower = onChanges
        return () => undefined
      },
      isProven: () => true,
    }
    const own = new JobFeed(world.stores.live, channel, systemClock, recordingLogger())
    const job = await world.running()
    const [first, second] = [own.watch(job.id), own.watch((await world.insert({}))[0] ?? '')]
    await Promise.all([first.next(0, LONG_MS), second.next(0, LONG_MS)])
    const next = first.next(2, LONG_MS)
    await note(job)
    const beganAt = performance.now()
    tell(job.id)
    void second.next(1, LONG_MS)
    expect(idsOf(await next)).to.deep.equal([3])
    expect(performance.now() - beganAt).to.be.lessThan(500)
    own.stop()
  })

  it('wakes by itself for what announced stores commit', async () => {
    const stores = announcedStores(createMemoryStores({ clock: systemClock }))
    const own = new JobFeed(stores.live, stores.changes, systemClock, recordingLogger())
    const [answer] = await stores.jobs.insert([world.newJob()])
    if (answer?.outcome !== 'inserted') throw new Error('it was not inserted')
    const watch = own.watch(answer.job.id)
    expect(idsOf(await watch.next(0, LONG_MS))).to.deep.equal([1])
    const next = watch.next(1, LONG_MS)
    await stores.jobs.requestCancel([answer.job.id], systemClock.now(), world.newId)
    expect(idsOf(await next)).to.deep.equal([2, 3])
    own.stop()
  })
})
