import { expect } from './expect.js'
import type { JobFilter, JobPage, Page } from '../../src/application/ports/job-queries.js'
import { MAX_TOTAL } from '../../src/application/ports/job-queries.js'
import { JOB_STATUSES, type ActiveJob } from '../../src/domain/job.js'
import { outcomeOf } from '../support/factories.js'
import { summarized, type Case, type World } from './world.js'

export function queriesContract(promise: Case): void {
  promise(
    'remember what the enqueue of a job was a part of, in every status and through a retry',
    async (world) => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      const kept = async (id: string) => (await world.stores.queries.get(id))?.job.traceparent
      const active = await world.running({ traceparent })
      expect(active.traceparent).to.equal(traceparent)
      expect(await kept(active.id)).to.equal(traceparent)
      const failed = await world.failed({ traceparent })
      expect(await kept(failed.jobId)).to.equal(traceparent)
      await world.retry(failed.jobId)
      const again = (await world.stores.queries.deadLetter(failed.letterId))?.retriedJobId ?? ''
      expect(await kept(again)).to.equal(traceparent)
      const [waiting = '', untold = ''] = await world.insert({ traceparent }, {})
      await world.stores.jobs.requestCancel([waiting], world.now, world.newId)
      expect([await kept(waiting), await kept(untold)]).to.deep.equal([traceparent, null])
    },
  )

  promise('count what is queued, delayed or not, up to a limit, and nothing else', async (world) => {
    const { queries } = world.stores
    expect(await queries.queuedUpTo(10)).to.equal(0)
    await oneOfEach(world)
    expect(await queries.queuedUpTo(10)).to.equal(1)
    await world.insert({}, { runAt: world.clock.in(60_000) }, { definitionKey: 'other' })
    expect(await queries.queuedUpTo(10)).to.equal(4)
    expect(await queries.queuedUpTo(4)).to.equal(4)
    expect(await queries.queuedUpTo(3)).to.equal(3)
  })

  promise('tell who holds an idempotency key, finished or not', async (world) => {
    const key = (name: string, bodyHash = 'hash') => ({ key: name, version: 0, bodyHash })
    const done = await world.running({ idempotency: key('a', 'hash of a') })
    await world.succeed(done)
    const [waiting] = await world.insert({ idempotency: { ...key('a'), version: 7 } })
    const named = (name: string, version = 0, definitionKey = 'work') => ({
      definitionKey,
      version,
      key: name,
    })
    const asked = [named('b'), named('a', 7), named('a'), named('a', 8), named('a', 0, 'other'), named('a')]
    const held = await world.stores.queries.keyHolders(asked)
    expect(held.map((holder) => holder && [holder.job.id, holder.job.status, holder.bodyHash])).to.deep.equal(
      [
        null,
        [waiting, 'queued', 'hash'],
        [done.id, 'succeeded', 'hash of a'],
        null,
        null,
        [done.id, 'succeeded', 'hash of a'],
      ],
    )
    expect(held[2]?.job).to.deep.equal(await world.job(done.id))
    expect(await world.stores.queries.keyHolders([])).to.deep.equal([])
  })

  promise('answer null for what does not exist', async (world) => {
    const { queries } = world.stores
    expect(await queries.get(world.newId())).to.equal(null)
    expect(await queries.events(world.newId(), 0, 10)).to.equal(null)
    expect(await queries.deadLetterOf(world.newId())).to.equal(null)
    const nothing: JobPage = { jobs: [], total: 0, totalIsCapped: false, hasMore: false }
    expect(await queries.list({}, { limit: 10, offset: 0 })).to.deep.equal(nothing)
  })

  promise('list jobs of every status together, newest first, as each would be got', async (world) => {
    const ids = await oneOfEach(world)
    const page = await list(world, {})
    expect(page.jobs.map(({ job }) => job.id)).to.deep.equal([...ids].reverse())
    const got = await Promise.all([...ids].reverse().map(async (id) => summarized(await world.record(id))))
    expect(page.jobs.map(summarized)).to.deep.equal(got)
    expect(page).to.include({ total: 6, totalIsCapped: false, hasMore: false })
  })

  promise('filter by status, alone or several', async (world) => {
    await oneOfEach(world)
    for (const status of JOB_STATUSES) {
      const page = await list(world, { statuses: [status] })
      expect(page.jobs.map(({ job }) => job.status)).to.deep.equal([status])
      expect(page.total).to.equal(1)
    }
    const { jobs, total } = await list(world, { statuses: ['failed', 'queued', 'running'] })
    expect(jobs.map(({ job }) => job.status).sort()).to.deep.equal(['failed', 'queued', 'running'])
    expect(total).to.equal(3)
    expect((await list(world, { statuses: JOB_STATUSES })).total).to.equal(6)
  })

  promise('filter by definition key, with or without a status', async (world) => {
    await oneOfEach(world)
    const [other] = await world.insert({ definitionKey: 'other' })
    const idsOf = async (filter: JobFilter): Promise<string[]> =>
      (await list(world, filter)).jobs.map(({ job }) => job.id)
    expect(await idsOf({ definitionKey: 'other' })).to.deep.equal([other])
    expect(await idsOf({ definitionKey: 'other', statuses: ['succeeded'] })).to.deep.equal([])
    expect(await idsOf({ definitionKey: 'work' })).to.have.length(6)
    expect(await idsOf({ definitionKey: 'work', statuses: ['queued'] })).to.have.length(1)
    expect((await list(world, { definitionKey: 'other' })).total).to.equal(1)
  })

  promise('filter by ids, each job once however often it is named', async (world) => {
    const ids = await oneOfEach(world)
    const named = [...ids, world.newId(), ...ids]
    const { jobs, total, hasMore } = await list(world, { ids: named })
    expect(jobs.map(({ job }) => job.id)).to.deep.equal([...ids].reverse())
    expect({ total, hasMore }).to.deep.equal({ total: 6, hasMore: false })
    const walk = await world.stores.queries.jobIds({ ids: named }, { limit: 10 })
    expect(walk).to.deep.equal([...ids].reverse())
  })

  promise('page by offset and by cursor, and say whether more follows', async (world) => {
    const ids = (await oneOfEach(world)).reverse()
    const page = async (page: Page): Promise<[string[], boolean, number]> => {
      const { jobs, hasMore, total } = await list(world, {}, page)
      return [jobs.map(({ job }) => job.id), hasMore, total]
    }
    expect(await page({ limit: 2, offset: 0 })).to.deep.equal([ids.slice(0, 2), true, 6])
    expect(await page({ limit: 2, offset: 3 })).to.deep.equal([ids.slice(3, 5), true, 6])
    expect(await page({ limit: 2, offset: 4 })).to.deep.equal([ids.slice(4), false, 6])
    expect(await page({ limit: 2, offset: 9 })).to.deep.equal([[], false, 6])
    const before = (index: number): { before: string } => ({ before: ids[index] ?? '' })
    expect(await page({ limit: 2, offset: 0, ...before(1) })).to.deep.equal([ids.slice(2, 4), true, 6])
    expect(await page({ limit: 2, offset: 1, ...before(1) })).to.deep.equal([ids.slice(3, 5), true, 6])
    expect(await page({ limit: 4, offset: 0, ...before(1) })).to.deep.equal([ids.slice(2), false, 6])
    expect(await page({ limit: 4, offset: 0, ...before(5) })).to.deep.equal([[], false, 6])
  })

  promise('count what matches up to 10,000', async (world) => {
    const insert = (count: number): Promise<string[]> =>
      world.insert(...Array.from({ length: count }, () => ({})))
    for (let kept = 0; kept < MAX_TOTAL; kept += 1_000) await insert(1_000)
    expect(await list(world, {}, { limit: 1, offset: 0 })).to.include({
      total: MAX_TOTAL,
      totalIsCapped: false,
    })
    const [last] = await insert(1)
    await world.stores.jobs.requestCancel([last ?? ''], world.now, world.newId)
    expect(await list(world, {}, { limit: 1, offset: 0 })).to.include({
      total: MAX_TOTAL,
      totalIsCapped: true,
    })
    const queued = await list(world, { statuses: ['queued'] }, { limit: 1, offset: 9_999 })
    expect(queued).to.include({ total: MAX_TOTAL, totalIsCapped: false, hasMore: false })
    expect(queued.jobs).to.have.length(1)
  })

  promise('page through the events of a job', async (world) => {
    const job = await world.running()
    const events = ['a', 'b', 'c'].map((type) => ({ lease: job.lease, type, payload: {} }))
    await world.stores.jobs.appendEvents(events, world.now)
    const types = async (after: number, limit: number): Promise<string[] | undefined> =>
      (await world.stores.queries.events(job.id, after, limit))?.map(({ type }) => type)
    expect(await types(0, 2)).to.deep.equal(['queued', 'started'])
    expect(await types(2, 2)).to.deep.equal(['a', 'b'])
    expect(await types(4, 2)).to.deep.equal(['c'])
    expect(await types(5, 2)).to.deep.equal([])
    expect(await types(99, 2)).to.deep.equal([])
  })
}

async function list(
  world: World,
  filter: JobFilter,
  page: Page = { limit: 100, offset: 0 },
): Promise<JobPage> {
  return world.stores.queries.list(filter, page)
}

/** One job in each status, the ids in the order of creation. */
async function oneOfEach(world: World): Promise<string[]> {
  await world.publish({})
  const ids = await world.insert({}, {}, {}, {}, {}, { runAt: world.clock.in(60_000) })
  const [, asked, succeeded, failed, cancelled] = (await world.claim(await world.worker())) as ActiveJob[]
  if (asked === undefined || succeeded === undefined || failed === undefined || cancelled === undefined)
    throw new Error('too few jobs were claimed')
  await world.stores.jobs.requestCancel([asked.id], world.now, world.newId)
  world.clock.advance(1_001)
  await world.settle(succeeded, outcomeOf.succeeded(succeeded, { ok: true }))
  await world.settle(failed, outcomeOf.dead(failed, world.newId()))
  await world.settle(cancelled, outcomeOf.cancelled(cancelled))
  return ids
}
