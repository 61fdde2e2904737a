import { expect } from 'chai'
import { embeddedConfig } from '../../src/bootstrap/embedded-config.js'

describe('the configuration of an embedded server', () => {
  it('takes what is undefined for what was not said', () => {
    const { retryPolicy } = embeddedConfig({})
    const unsaid = { baseMs: undefined, maxMs: undefined, jitter: undefined } as never
    expect(embeddedConfig({ retryPolicy: unsaid }).retryPolicy).to.deep.equal(retryPolicy)
    expect(embeddedConfig({ retryPolicy: { baseMs: 5 } }).retryPolicy).to.deep.equal({
      ...retryPolicy,
      baseMs: 5,
    })
  })
})
