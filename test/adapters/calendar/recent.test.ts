import { expect } from 'chai'
import { Recent } from '../../../src/adapters/calendar/recent.js'

describe('what was made recently', () => {
  it('is made once, and again only after others pushed it out', () => {
    const made: string[] = []
    const recent = new Recent(2, (key) => {
      made.push(key)
      return key.toUpperCase()
    })
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => recent.get(key)).join('')).to.equal('ABACAB')
    expect(made.join('')).to.equal('abcb')
  })

  it('does not hold what could not be made', () => {
    let works = false
    const recent = new Recent(2, (key) => {
      if (!works) throw new RangeError(key)
      return key
    })
    expect(() => recent.get('a')).to.throw(RangeError)
    works = true
    expect(recent.get('a')).to.equal('a')
  })
})
