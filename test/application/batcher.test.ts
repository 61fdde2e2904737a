import { expect } from 'chai'
import { Batcher } from '../../src/application/batcher.js'
import { deferred, turns } from '../support/eventually.js'

describe('Batcher', () => {
  it('writes a lone item at once, and what comes meanwhile together', async () => {
    const batches: (readonly number[])[] = []
    const gates = [deferred(), deferred()]
    const batcher = new Batcher<number, string>(10, async (items) => {
      batches.push(items)
      await gates[batches.length - 1]?.promise
      return items.map((item) => `answer ${item}`)
    })
    const first = batcher.add(1)
    await turns(1)
    const others = [batcher.add(2), batcher.add(3)]
    await turns(1)
    expect(batches).to.deep.equal([[1]])
    gates[0]?.resolve()
    expect(await first).to.equal('answer 1')
    gates[1]?.resolve()
    expect(await Promise.all(others)).to.deep.equal(['answer 2', 'answer 3'])
    expect(batches).to.deep.equal([[1], [2, 3]])
  })

  it('shares a batch among callers of the same tick, no more than it may take', async () => {
    const sizes: number[] = []
    const batcher = new Batcher<number, number>(4, (items) => {
      sizes.push(items.length)
      return Promise.resolve(items)
    })
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => batcher.add(n)))
    expect(answers).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(sizes).to.deep.equal([4, 4, 2])
  })

  it('closes a batch that grows too heavy; a single heavy item goes alone', async () => {
    const batches: (readonly number[])[] = []
    const flush = (items: readonly number[]): Promise<readonly number[]> => {
      batches.push(items)
      return Promise.resolve(items)
    }
    const batcher = new Batcher<number, number>(10, flush, { of: (item) => item, max: 10 })
    await Promise.all([4, 6, 1, 50, 2, 3].map((item) => batcher.add(item)))
    expect(batches).to.deep.equal([[4, 6], [1], [50], [2, 3]])
  })

  it('lets items gather after a batch, until there are enough, one is urgent, or everything is to be written', async () => {
    const batches: (readonly number[])[] = []
    const flush = (items: readonly number[]): Promise<readonly number[]> => {
      batches.push(items)
      return Promise.resolve(items)
    }
    const longer = { ms: 60_000, enough: 3, isUrgent: (item: number) => item < 0 }
    const batcher = new Batcher<number, number>(10, flush, null, longer)
    await batcher.add(1)
    const added = [batcher.add(2), batcher.add(3)]
    await turns()
    expect(batches, 'still gathering').to.deep.equal([[1]])
    await Promise.all([...added, batcher.add(4)])
    const more = batcher.add(5)
    await turns()
    expect(batches, 'enough').to.deep.equal([[1], [2, 3, 4]])
    await Promise.all([more, batcher.add(-6)])
    const last = batcher.add(7)
    await turns()
    expect(batches, 'urgent').to.deep.equal([[1], [2, 3, 4], [5, -6]])
    await Promise.all([last, batcher.idle()])
    expect(batches, 'all').to.deep.equal([[1], [2, 3, 4], [5, -6], [7]])
    await batcher.idle()
  })

  it('writes what has gathered when its time has come', async () => {
    const gathering = { ms: 1, enough: 3, isUrgent: () => false }
    const batcher = new Batcher<number, number>(10, (items) => Promise.resolve(items), null, gathering)
    expect([await batcher.add(1), await batcher.add(2)]).to.deep.equal([1, 2])
  })

  it('rejects a failed batch to all of its callers, and goes on with the next', async () => {
    const batcher = new Batcher<string, string>(2, (items) =>
      items.includes('bad') ? Promise.reject(new Error('refused')) : Promise.resolve(items),
    )
    const answers = await Promise.allSettled(['bad', 'unlucky', 'good'].map((item) => batcher.add(item)))
    expect(answers.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected', 'fulfilled'])
    expect(await batcher.add('later')).to.equal('later')
  })

  it('is idle when everything is answered', async () => {
    const gate = deferred()
    const batcher = new Batcher<number, number>(1, async (items) => {
      await gate.promise
      return items
    })
    let idle = false
    await batcher.idle()
    const added = [batcher.add(1), batcher.add(2)]
    const done = batcher.idle().then(() => (idle = true))
    await turns()
    expect(idle).to.equal(false)
    gate.resolve()
    await Promise.all([...added, done])
  })
})
