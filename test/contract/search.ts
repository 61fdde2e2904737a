import { expect } from './expect.js'
import { MAX_TOTAL, type JobFilter } from '../../src/application/ports/job-queries.js'
import { jobSearch } from '../../src/domain/job-search.js'
import { outcomeOf } from '../support/factories.js'
import type { Case, World } from './world.js'

export function searchContract(promise: Case): void {
  promise('finds jobs by the time of their creation, newest first', async (world) => {
    await world.publish({})
    const ids: string[] = []
    const times: Date[] = []
    for (let n = 0; n < 5; n++) {
      times.push(world.now)
      ids.push(...(await world.insert({}, {})))
      world.clock.advance(1_000)
    }
    await world.stores.jobs.requestCancel([ids[2] ?? '', ids[7] ?? ''], world.now, world.newId)
    await world.claim(await world.worker(), 3)
    const newest = [...ids].reverse()
    const cases: readonly (readonly [JobFilter, readonly string[]])[] = [
      [{ createdAfter: times[3] as Date }, newest.slice(0, 4)],
      [{ createdBefore: times[1] as Date }, newest.slice(8)],
      [{ createdAfter: times[1] as Date, createdBefore: times[3] as Date }, newest.slice(4, 8)],
      [{ createdAfter: times[0] as Date, statuses: ['cancelled'] }, [ids[7], ids[2]] as string[]],
      [{ createdAfter: times[1] as Date, statuses: ['running'] }, [ids[3]] as string[]],
      [{ createdAfter: world.now }, []],
      [{ createdBefore: times[0] as Date }, []],
      [{ createdAfter: times[0] as Date, definitionKey: 'other' }, []],
    ]
    for (const [filter, expected] of cases) await expectFound(world, filter, expected)
  })

  promise('keeps the order of creation from page to page, where ids have another', async (world) => {
    await world.publish({})
    // Ids of a later process may be lower than those of an earlier one whose clock was ahead.
    const late = world.newJob()
    const made: string[] = []
    for (let n = 0; n < 3; n++) {
      world.clock.advance(1_000)
      made.push(...(await world.insert({}, {})))
    }
    world.clock.advance(1_000)
    await world.stores.jobs.insert([{ ...late, queuedAt: world.now, runAt: world.now }])
    const expected = [late.id, ...[...made].reverse()]
    const filter = { createdBefore: world.clock.in(1) }
    await expectFound(world, filter, expected)
    const paged: string[] = []
    for (;;) {
      const before = paged.at(-1)
      const page = { limit: 2, offset: 0, ...(before === undefined ? {} : { before }) }
      const { jobs, hasMore } = await world.stores.queries.list(filter, page)
      paged.push(...jobs.map(({ job }) => job.id))
      if (!hasMore) break
    }
    expect(paged).to.deep.equal(expected)
    const walked: string[] = []
    for (let after: string | undefined; ; after = walked.at(-1)) {
      const step = { limit: 3, ...(after === undefined ? {} : { after }) }
      const ids = await world.stores.queries.jobIds(filter, step)
      if (ids.length === 0) break
      // What is walked past may change on the way.
      await world.stores.jobs.requestCancel(ids, world.now, world.newId)
      walked.push(...ids)
    }
    expect(walked).to.deep.equal(expected)
  })

  promise('finds a job by its id or the beginning of it', async (world) => {
    await world.publish({})
    const [live = '', ended = ''] = await world.insert({}, {})
    await world.stores.jobs.requestCancel([ended], world.now, world.newId)
    for (const id of [live, ended]) {
      await expectFound(world, { search: jobSearch(id) }, [id])
      await expectFound(world, { search: jobSearch(id.toUpperCase()) }, [id])
    }
    for (const beginning of ['0', '01900000', '01900000-', live.slice(0, 30)])
      await expectFound(world, { search: jobSearch(beginning) }, [ended, live])
    for (const nothing of ['1', '01900000-0000-7000-9', live.slice(1), `${live}0`, '019000000', '-', '%'])
      await expectFound(world, { search: jobSearch(nothing) }, [])
    await expectFound(world, { search: jobSearch('0'), statuses: ['cancelled'] }, [ended])
  })

  promise('finds jobs by their idempotency key, whole and as it is written', async (world) => {
    await world.publish({})
    const keyed = (key: string, version = 0) => ({ idempotency: { key, version, bodyHash: 'h' } })
    const [one = '', other = '', both = ''] = await world.insert(
      keyed('order 4711/Ж'),
      keyed('order'),
      keyed('order 4711/Ж', 1),
      {},
    )
    await world.stores.jobs.requestCancel([one], world.now, world.newId)
    await expectFound(world, { search: jobSearch('order 4711/Ж') }, [both, one])
    await expectFound(world, { search: jobSearch('order') }, [other])
    await expectFound(world, { search: jobSearch('Order') }, [])
  })

  promise('finds jobs by words of their error, in whatever state they are', async (world) => {
    const refused = await world.failed({}, 'Connection refused: Ошибка сети at 10.0.0.1 (ECONN)')
    const long = await world.failed({}, `${'x'.repeat(80)} ${'界'.repeat(70)}`)
    const waiting = await world.running()
    await world.settle(waiting, outcomeOf.requeued(waiting, world.now, 'connection-reset by peer'))
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['connection', [waiting.id, refused.jobId]],
      ['REFUSED Connection', [refused.jobId]],
      ['refused, peer', []],
      ['сети', [refused.jobId]],
      ['СЕТИ', []],
      ['10.0.0.1', [refused.jobId]],
      ['econn', [refused.jobId]],
      ['conn', []],
      ['by" OR "refused', []],
      ['x'.repeat(80), [long.jobId]],
      ['x'.repeat(64), [long.jobId]],
      ['x'.repeat(63), []],
      ['界'.repeat(70), [long.jobId]],
      ['...', []],
    ]
    for (const [text, expected] of cases) await expectFound(world, { search: jobSearch(text) }, expected)
    const search = jobSearch('connection')
    await expectFound(world, { search, statuses: ['failed'] }, [refused.jobId])
    await expectFound(world, { search, statuses: ['queued'] }, [waiting.id])
    await expectFound(world, { search, ids: [refused.jobId] }, [refused.jobId])

    const [again] = await world.claim(await world.worker())
    if (again === undefined) throw new Error('nothing was claimed')
    await expectFound(world, { search, statuses: ['running'] }, [waiting.id])
    await world.succeed(again)
    await expectFound(world, { search }, [refused.jobId])
  })

  promise('finds the newest of more than it counts', async (world) => {
    await world.publish({})
    const ids: string[] = []
    while (ids.length <= MAX_TOTAL) ids.push(...(await world.insert(...Array<object>(1_001).fill({}))))
    const [ended, last] = await world.claim(await world.worker(), 2)
    if (ended === undefined || last === undefined) throw new Error('too few jobs were claimed')
    await world.settle(last, outcomeOf.requeued(last, world.clock.in(60_000), 'Same old'))
    await world.settle(ended, outcomeOf.dead(ended, world.newId(), 'Same old'))
    const many = { from: ids[3] ?? '', to: ids.at(-1) ?? '' }
    const search = { ids: many, key: 'no', words: ['old', 'same'] }
    const page = { limit: 2, offset: 0, before: ids[5] ?? '' }
    const found = await world.stores.queries.list({ search }, page)
    expect(found.jobs.map(({ job }) => job.id)).to.deep.equal([ids[4], ids[3]])
    expect(found).to.include({ total: MAX_TOTAL, totalIsCapped: true, hasMore: true })
    const walk = { limit: 2, after: ids[3] ?? '' }
    expect(await world.stores.queries.jobIds({ search }, walk)).to.deep.equal([last.id, ended.id])
    const few = [ended.id, ids[2] ?? '', last.id, ids[9] ?? '']
    await expectFound(world, { search, ids: few }, [ids[9] ?? '', last.id, ended.id])
    const other = { ...search, words: ['old', 'other'] }
    expect(await world.stores.queries.jobIds({ search: other }, walk)).to.deep.equal([])
  })

  promise(
    'finds the newest that wait for a definition, among few and among more than it sorts',
    async (world) => {
      await world.publish({})
      await world.publish({ key: 'other' })
      const [first = ''] = await world.insert({ definitionKey: 'other' })
      const ids = await world.insert({}, {}, {})
      const [second = ''] = await world.insert({ definitionKey: 'other' })
      const filter: JobFilter = { definitionKey: 'work', statuses: ['queued'] }
      const newest = async (limit: number, before?: string): Promise<string[]> => {
        const page = { limit, offset: 0, ...(before === undefined ? {} : { before }) }
        const { jobs } = await world.stores.queries.list(filter, page)
        return jobs.map(({ job }) => job.id)
      }
      await expectFound(world, filter, ids.toReversed())
      await expectFound(world, { ...filter, definitionKey: 'other' }, [second, first])
      while (ids.length <= MAX_TOTAL) ids.push(...(await world.insert(...Array<object>(1_000).fill({}))))
      await world.insert({ definitionKey: 'other' })
      expect(await newest(3)).to.deep.equal(ids.slice(-3).toReversed())
      expect(await newest(10, ids[2])).to.deep.equal([ids[1], ids[0]])
      const walk = { limit: 2, after: ids[4] ?? '' }
      expect(await world.stores.queries.jobIds(filter, walk)).to.deep.equal([ids[3], ids[2]])
    },
  )

  promise('walks ids that are wanted, and what may be retried', async (world) => {
    const dead = await world.failed()
    const discarded = await world.failed()
    await world.stores.jobs.discard([discarded.letterId], world.now)
    const retried = await world.failed()
    await world.retry(retried.jobId)
    const [made = ''] = await world.stores.queries.jobIds({ statuses: ['queued'] }, { limit: 1 })
    const [cancelled = ''] = await world.insert({})
    await world.stores.jobs.requestCancel([cancelled], world.now, world.newId)
    await expectFound(world, { retriable: true }, [cancelled, dead.jobId])
    await expectFound(world, { retriable: true, statuses: ['failed', 'queued'] }, [dead.jobId])
    await expectFound(world, { retriable: true, statuses: ['running'] }, [])
    await expectFound(world, { ids: [dead.jobId, world.newId(), made] }, [made, dead.jobId])
    await expectFound(world, { ids: [] }, [])
    await expectFound(world, { statuses: [] }, [])
  })
}

async function expectFound(world: World, filter: JobFilter, expected: readonly string[]): Promise<void> {
  const told = JSON.stringify(filter)
  const { jobs, total } = await world.stores.queries.list(filter, { limit: 100, offset: 0 })
  expect(
    jobs.map(({ job }) => job.id),
    told,
  ).to.deep.equal(expected)
  expect(total, told).to.equal(expected.length)
  expect(await world.stores.queries.jobIds(filter, { limit: 100 }), told).to.deep.equal(expected)
}
