import { expect } from 'chai'
import { BulkOperations } from '../../src/application/bulk-operations.js'
import { CancelJobs } from '../../src/application/cancel-jobs.js'
import { World } from '../contract/world.js'
import { memoryHarness } from '../support/memory-harness.js'
import { hintsOf } from '../support/recording.js'

describe('BulkOperations', () => {
  it('take each job once, however many there are, in transactions of five hundred at most', async () => {
    const world = new World()
    await world.open(memoryHarness())
    await world.publish({})
    const count = 10_001
    await world.insert(...Array.from({ length: count }, () => ({})))
    const { jobs, queries, notifier, clock } = world.stores
    const sizes: number[] = []
    const store = Object.assign(Object.create(jobs) as typeof jobs, {
      requestCancel: (...args: Parameters<typeof jobs.requestCancel>) => {
        sizes.push(args[0].length)
        return jobs.requestCancel(...args)
      },
      retry: (...args: Parameters<typeof jobs.retry>) => {
        sizes.push(args[0].length)
        return jobs.retry(...args)
      },
    })
    let reads = 0
    const walked = Object.assign(Object.create(queries) as typeof queries, {
      jobIds: (...args: Parameters<typeof queries.jobIds>) => {
        if ((reads += 1) > 20) throw new Error('the walk has no end')
        return queries.jobIds(...args)
      },
    })
    const cancel = new CancelJobs(store, notifier, world.newId)
    const bulk = new BulkOperations(store, cancel, walked, notifier, clock, world.newId)
    expect(await bulk.cancelJobs({}, true)).to.deep.equal({ matched: count, done: 0 })
    expect(sizes).to.deep.equal([])
    expect(await bulk.cancelJobs({}, false)).to.deep.equal({ matched: count, done: count })
    expect(await bulk.cancelJobs({}, false)).to.deep.equal({ matched: 0, done: 0 })
    const hints = hintsOf(notifier)
    expect(await bulk.retryJobs({}, false)).to.deep.equal({ matched: count, done: count })
    const each = [...Array<number>(20).fill(500), 1]
    expect(sizes).to.deep.equal([...each, ...each])
    expect(new Set(hints.flat())).to.deep.equal(new Set(['work']))
    expect(await queries.jobIds({ statuses: ['queued'] }, { limit: count + 1 })).to.have.length(count)
  })
})
