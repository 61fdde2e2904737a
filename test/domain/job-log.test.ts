import { expect } from 'chai'
import { MAX_LOG_FIELDS_BYTES, MAX_LOG_MESSAGE_BYTES, newLogLine } from '../../src/domain/job-log.js'
import { NOON } from '../support/factories.js'

const line = (message: string, fields?: unknown) => newLogLine('info', message, fields, NOON)
const bytesOf = (text: string): number => Buffer.byteLength(text)

describe('a line of a log', () => {
  it('is what was written, with its time', () => {
    expect(line('é', { n: 1 })).to.deep.equal({
      at: NOON,
      level: 'info',
      message: 'é',
      fields: { n: 1 },
      bytes: 41,
    })
  })

  it('always has an object as fields', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const cases: readonly [given: unknown, kept: unknown][] = [
      [undefined, {}],
      [null, {}],
      [[1], { value: [1] }],
      ['text', { value: 'text' }],
      [{ a: undefined, b: 'x\u0000' }, { b: 'x\ufffd' }],
      [cycle, { value: 'not JSON' }],
      [10n, { value: 'not JSON' }],
    ]
    for (const [given, kept] of cases) expect(line('', given).fields).to.deep.equal(kept)
    expect(line('', new TypeError('no')).fields['error']).to.match(/^TypeError: no\n/)
  })

  it('takes errors that have no stack, or one that is no text, and those of which nothing can be told', () => {
    const withStack = (stack: unknown) => Object.assign(new TypeError('no'), { stack }) as Error
    for (const stack of [undefined, null, 5, [{ line: 1 }], Symbol('s')])
      expect(line('', withStack(stack)).fields).to.deep.equal({ error: 'TypeError: no' })
    const mute = Object.assign(withStack([]), { message: Symbol('m') })
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    for (const odd of [mute, proxy]) expect(line('', odd).fields).to.deep.equal({ value: 'not JSON' })
  })

  it('is cut where it is too long, at a whole character, and says how long it was', () => {
    for (const text of ['x'.repeat(MAX_LOG_MESSAGE_BYTES), 'x'.repeat(10_000)])
      expect(line(text).message).to.equal(text)
    for (const unit of ['x', 'é', '€', '🐎']) {
      const text = unit.repeat(MAX_LOG_MESSAGE_BYTES)
      const { message } = line(`x${text}`)
      expect(bytesOf(message)).to.be.within(MAX_LOG_MESSAGE_BYTES - 4, MAX_LOG_MESSAGE_BYTES)
      expect(message).to.match(new RegExp(`^x(${unit})+… \\(cut: ${bytesOf(text) + 1} bytes\\)$`, 'u'))
    }
  })

  it('loses fields that are too large, and says so', () => {
    const fields = (length: number) => line('', { a: 'x'.repeat(length) }).fields
    expect(fields(MAX_LOG_FIELDS_BYTES - 8)['a']).to.have.length(MAX_LOG_FIELDS_BYTES - 8)
    expect(fields(MAX_LOG_FIELDS_BYTES - 7)).to.deep.equal({
      dropped: `fields of ${MAX_LOG_FIELDS_BYTES + 1} bytes; at most ${MAX_LOG_FIELDS_BYTES} are kept`,
    })
  })
})
