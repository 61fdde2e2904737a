import { expect } from 'chai'
import { traceparentOf } from '../../src/domain/trace-context.js'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const PARENT = 'b7ad6b7169203331'

describe('traceparentOf', () => {
  it('keeps a valid one', () => {
    expect(traceparentOf(`00-${TRACE}-${PARENT}-01`)).to.equal(`00-${TRACE}-${PARENT}-01`)
  })

  it('keeps of a later version what this one knows', () => {
    expect(traceparentOf(`cc-${TRACE}-${PARENT}-01-what-comes`)).to.equal(`00-${TRACE}-${PARENT}-01`)
  })

  for (const sent of [
    undefined,
    '',
    'nonsense',
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-${PARENT}-01\n`,
  ])
    it(`keeps nothing of ${JSON.stringify(sent)}`, () => {
      expect(traceparentOf(sent)).to.equal(null)
    })
})
