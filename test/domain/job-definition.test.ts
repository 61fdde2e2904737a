import { expect } from 'chai'
import { definitionFlaws, published, type AnyJobDefinition } from '../../src/domain/job-definition.js'

const run = (): null => null

describe('definitionFlaws', () => {
  it('finds none in the smallest and the fullest definition', () => {
    expect(definitionFlaws({ key: 'a', version: 1, run })).to.deep.equal([])
    const full: AnyJobDefinition = {
      key: `A${'b.:_-'.repeat(50)}`,
      version: 2_147_483_647,
      defaultMaxAttempts: 1_000,
      timeoutSeconds: 0.001,
      concurrencyLimit: 0,
      params: { parse: (input) => input as never },
      run,
      onStart: run,
      onSuccess: run,
      onFail: run,
      onEnd: run,
    }
    expect(definitionFlaws(full)).to.deep.equal([])
  })

  const wrong: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['an empty key', { key: '' }, /key must/],
    ['a key with a space', { key: 'a b' }, /key must/],
    ['a key that begins with a dot', { key: '.a' }, /key must/],
    ['a key of 256 characters', { key: 'a'.repeat(256) }, /key must/],
    ['a key that is no string', { key: 7 }, /key must/],
    ['version 0', { version: 0 }, /version must/],
    ['version 1.5', { version: 1.5 }, /version must/],
    ['version "1"', { version: '1' }, /version must/],
    ['a version beyond 32 bits', { version: 2_147_483_648 }, /version must/],
    ['no attempts', { defaultMaxAttempts: 0 }, /defaultMaxAttempts must/],
    ['1001 attempts', { defaultMaxAttempts: 1_001 }, /defaultMaxAttempts must/],
    ['no time', { timeoutSeconds: 0 }, /timeoutSeconds must/],
    ['NaN seconds', { timeoutSeconds: NaN }, /timeoutSeconds must/],
    ['more than a week', { timeoutSeconds: 604_801 }, /timeoutSeconds must/],
    ['a negative limit', { concurrencyLimit: -1 }, /concurrencyLimit must/],
    ['no run', { run: undefined }, /run must/],
    ['a hook that is no function', { onEnd: 'x' }, /onEnd must/],
    ['params without parse', { params: {} }, /params must/],
  ]
  for (const [name, facts, message] of wrong) {
    it(`finds ${name}, and nothing else`, () => {
      const flaws = definitionFlaws({ key: 'a', version: 1, run, ...facts })
      expect(flaws).to.have.length(1)
      expect(flaws[0]).to.match(message)
    })
  }

  it('tells everything that is wrong at once', () => {
    expect(definitionFlaws({} as AnyJobDefinition)).to.have.length(3)
  })
})

describe('published', () => {
  it('fills in the defaults: 3 attempts, an hour, unlimited', () => {
    expect(published({ key: 'a', version: 2, run }, null, 'inline')).to.deep.equal({
      key: 'a',
      version: 2,
      defaultMaxAttempts: 3,
      timeoutSeconds: 3_600,
      concurrencyLimit: 0,
      paramsSchema: null,
      isolation: 'inline',
      paused: false,
    })
  })

  it('shows what the definition says', () => {
    const definition = {
      key: 'a',
      version: 1,
      run,
      defaultMaxAttempts: 1,
      timeoutSeconds: 9,
      concurrencyLimit: 4,
    }
    expect(published(definition, { type: 'object' }, 'process')).to.include({
      defaultMaxAttempts: 1,
      timeoutSeconds: 9,
      concurrencyLimit: 4,
    })
  })
})
