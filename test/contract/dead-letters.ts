import { expect } from './expect.js'
import type { DeadLetterFilter } from '../../src/application/ports/job-queries.js'
import { summarized, type Case, type World } from './world.js'

export function deadLettersContract(promise: Case): void {
  promise('tell why a job was given up, with the job and its retry', async (world) => {
    const { jobId, letterId } = await world.failed({ params: { a: 1 }, priority: 3 }, 'boom')
    const record = {
      deadLetter: { id: letterId, jobId, reason: 'attempts_exhausted', movedAt: world.now },
      job: await world.job(jobId),
      retriedJobId: null,
    }
    expect(await world.stores.queries.deadLetter(letterId)).to.deep.equal(record)
    expect(await list(world)).to.deep.equal({ deadLetters: [summarized(record)], total: 1 })
    const newJobId = world.newId()
    await world.stores.jobs.retry([{ jobId, newJobId, maxAttempts: null }], world.now)
    const retried = { ...record, retriedJobId: newJobId }
    expect(await world.stores.queries.deadLetter(letterId)).to.deep.equal(retried)
    expect(await list(world)).to.deep.equal({ deadLetters: [summarized(retried)], total: 1 })
    expect(await world.stores.queries.deadLetter(world.newId())).to.equal(null)
    expect(await world.stores.queries.deadLetter(jobId)).to.equal(null)
  })

  promise('are listed newest first, in pages', async (world) => {
    const letters = []
    for (let n = 0; n < 5; n++) letters.push((await world.failed()).letterId)
    const newest = [...letters].reverse()
    const page = async (limit: number, offset: number): Promise<[string[], number]> => {
      const { deadLetters, total } = await world.stores.queries.deadLetters({}, { limit, offset })
      return [deadLetters.map(({ deadLetter: { id } }) => id), total]
    }
    expect(await page(2, 0)).to.deep.equal([newest.slice(0, 2), 5])
    expect(await page(2, 3)).to.deep.equal([newest.slice(3), 5])
    expect(await page(2, 9)).to.deep.equal([[], 5])
    const walk = async (limit: number, after?: string): Promise<string[]> => {
      const found = await world.stores.queries.deadLetterIds(
        {},
        { limit, ...(after === undefined ? {} : { after }) },
      )
      for (const { id, jobId } of found)
        expect((await world.stores.queries.deadLetter(id))?.job.id).to.equal(jobId)
      return found.map(({ id }) => id)
    }
    expect(await walk(3)).to.deep.equal(newest.slice(0, 3))
    expect(await walk(3, newest[2])).to.deep.equal(newest.slice(3))
  })

  promise('are filtered by key, part of the error, time, ids and retry', async (world) => {
    await world.publish({ key: 'other' })
    const first = await world.failed({}, 'Connection REFUSED by 10.0.0.1: 50% of "ключ"')
    world.clock.advance(1_000)
    const between = world.now
    const second = await world.failed({}, 'no more')
    await world.retry(second.jobId)
    const [retry = ''] = await world.stores.queries.jobIds({ statuses: ['queued'] }, { limit: 1 })
    await world.stores.jobs.requestCancel([retry], world.now, world.newId)
    const third = await world.failed({}, 'no_more')
    const all = [third, second, first].map(({ letterId }) => letterId)
    const [newest, middle, oldest] = all as [string, string, string]
    const cases: readonly (readonly [DeadLetterFilter, readonly string[]])[] = [
      [{ definitionKey: 'work' }, all],
      [{ definitionKey: 'other' }, []],
      [{ errorContains: 'refused BY 10' }, [oldest]],
      [{ errorContains: '50% of "ключ' }, [oldest]],
      [{ errorContains: '50_' }, []],
      [{ errorContains: '%' }, [oldest]],
      [{ errorContains: 'o m' }, [middle]],
      [{ errorContains: 'no' }, [newest, middle]],
      [{ movedBefore: between }, [oldest]],
      [{ movedBefore: world.clock.in(1) }, all],
      [{ ids: [oldest, world.newId(), newest, oldest] }, [newest, oldest]],
      [{ ids: [] }, []],
      [{ unretried: true }, [newest, oldest]],
      [{ unretried: true, errorContains: 'no', definitionKey: 'work', ids: all }, [newest]],
    ]
    for (const [filter, expected] of cases) {
      const { deadLetters, total } = await list(world, filter)
      const told = JSON.stringify(filter)
      expect(
        deadLetters.map(({ deadLetter: { id } }) => id),
        told,
      ).to.deep.equal(expected)
      expect(total, told).to.equal(expected.length)
      const walked = await world.stores.queries.deadLetterIds(filter, { limit: 10 })
      expect(
        walked.map(({ id }) => id),
        told,
      ).to.deep.equal(expected)
    }
  })

  promise('are put aside once, and are not seen any more; their jobs stay failed', async (world) => {
    const first = await world.failed()
    const second = await world.failed()
    const before = await world.everythingOf(first.jobId)
    const ids = [first.letterId, world.newId(), first.letterId]
    expect(await world.stores.jobs.discard(ids, world.now)).to.deep.equal([true, false, false])
    expect(await world.stores.jobs.discard([first.letterId], world.now)).to.deep.equal([false])
    expect(await world.stores.jobs.discard([], world.now)).to.deep.equal([])
    expect(await world.stores.queries.deadLetter(first.letterId)).to.equal(null)
    const { deadLetters, total } = await list(world)
    expect([deadLetters.map(({ deadLetter: { id } }) => id), total]).to.deep.equal([[second.letterId], 1])
    expect(await world.everythingOf(first.jobId)).to.deep.equal(before)
  })
}

async function list(world: World, filter: DeadLetterFilter = {}) {
  const page = await world.stores.queries.deadLetters(filter, { limit: 100, offset: 0 })
  return { ...page, deadLetters: page.deadLetters.map(summarized) }
}
