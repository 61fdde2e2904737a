import { expect } from 'chai'
import { Bag, type Bagged } from '../../../src/adapters/worker/bag.js'

interface Named extends Bagged {
  readonly name: string
}

const namesOf = (bag: Bag<Named>): string[] => Array.from(bag, ({ name }) => name).sort()

describe('Bag', () => {
  it('keeps whoever was added and not removed, in whatever order they go', () => {
    const items = ['a', 'b', 'c', 'd', 'e'].map((name): Named => ({ name, place: -1 }))
    const [a, b, c, d, e] = items as [Named, Named, Named, Named, Named]
    const bag = new Bag<Named>()
    for (const item of items) bag.add(item)
    bag.remove(b)
    bag.remove(e)
    expect(namesOf(bag)).to.deep.equal(['a', 'c', 'd'])
    bag.remove(a)
    bag.add(b)
    bag.remove(d)
    expect(namesOf(bag)).to.deep.equal(['b', 'c'])
    bag.remove(c)
    bag.remove(b)
    expect(bag.size).to.equal(0)
  })
})
