import { expect } from 'chai'
import { firstDue, type ClaimQueue } from '../../src/domain/first-due.js'
import type { ClaimPlace } from '../../src/domain/job.js'
import { NOON } from '../support/factories.js'
import { uuid } from '../support/ids.js'

/** A queue that tells how many of its jobs were read. */
class Queue implements ClaimQueue<ClaimPlace> {
  reads = 0

  /** @param jobs that are due, in claim order. */
  constructor(
    private readonly jobs: readonly ClaimPlace[],
    readonly first = jobs[0] as ClaimPlace,
  ) {}

  due(most: number): readonly ClaimPlace[] {
    const read = this.jobs.slice(0, most)
    this.reads += read.length
    return read
  }
}

const at = (n: number, ms: number, priority = 0): ClaimPlace => ({
  id: uuid(n),
  priority,
  runAt: new Date(NOON.getTime() + ms),
})

/** As many queues as asked for, that take turns. */
function queuesOf(count: number, jobs: number): Queue[] {
  return Array.from(
    { length: count },
    (_, q) => new Queue(Array.from({ length: jobs }, (_, n) => at(n * count + q, n * count + q))),
  )
}

const readsOf = (queues: readonly Queue[]): number => queues.reduce((sum, { reads }) => sum + reads, 0)
const idsOf = (jobs: readonly ClaimPlace[]): string[] => jobs.map(({ id }) => id)
const firstIds = (count: number): string[] => Array.from({ length: count }, (_, n) => uuid(n))

describe('firstDue', () => {
  it('reads few more than it answers, however many queues there are', () => {
    for (const most of [1, 10, 500]) {
      const queues = queuesOf(300, 50)
      expect(idsOf(firstDue(queues.toReversed(), most))).to.deep.equal(firstIds(most))
      expect(readsOf(queues)).to.be.at.most(4 * most)
      expect(queues.filter(({ reads }) => reads > 0)).to.have.length(Math.min(300, most))
    }
  })

  it('reads a lone queue once', () => {
    const [queue] = queuesOf(1, 50) as [Queue]
    expect(idsOf(firstDue([queue], 20))).to.deep.equal(firstIds(20))
    expect(queue.reads).to.equal(20)
  })

  it('finds all of the first in one queue of many', () => {
    const full = new Queue(Array.from({ length: 50 }, (_, n) => at(n, n, 1)))
    const others = queuesOf(100, 5)
    expect(idsOf(firstDue([...others, full], 40))).to.deep.equal(firstIds(40))
    expect(readsOf(others)).to.equal(0)
  })

  it('goes by what is due, where the first of a queue is not', () => {
    const future = at(90, 9_000, 5)
    const queues = [new Queue([at(1, 1), at(3, 3)], future), new Queue([at(2, 2)]), new Queue([], future)]
    expect(idsOf(firstDue(queues, 2))).to.deep.equal([uuid(1), uuid(2)])
    expect(idsOf(firstDue(queues, 9))).to.deep.equal([uuid(1), uuid(2), uuid(3)])
  })

  it('answers nothing where nothing waits, or nothing is asked for', () => {
    expect(firstDue([], 10)).to.deep.equal([])
    expect(firstDue(queuesOf(3, 3), 0)).to.deep.equal([])
  })
})
