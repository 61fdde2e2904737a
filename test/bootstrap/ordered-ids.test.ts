import { expect } from 'chai'
import { validate, version } from 'uuid'
import { orderedIds } from '../../src/bootstrap/ordered-ids.js'

describe('ordered ids', () => {
  it('are UUIDs of version 7, each greater than the one before, within a millisecond and when the clock goes back', () => {
    let now = 1_750_000_000_000
    const newId = orderedIds(() => now)
    const ids = Array.from({ length: 3_000 }, (_, place) => {
      if (place % 700 === 0) now += 1
      if (place === 1_500) now -= 1
      return newId()
    })
    expect(ids).to.deep.equal([...new Set(ids)].sort())
    for (const id of ids) expect(validate(id) && version(id) === 7, id).to.equal(true)
    expect(parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16)).to.equal(1_750_000_000_001)
  })

  it('differ between two processes that make them at the same time', () => {
    const makers = [orderedIds(() => 5), orderedIds(() => 5)]
    const ids = Array.from({ length: 2_000 }, (_, place) => makers[place % 2]?.())
    expect(new Set(ids).size).to.equal(2_000)
  })
})
