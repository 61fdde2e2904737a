import { expect } from 'chai'
import { sparingLogger } from '../../../src/adapters/isolation/sparing-logger.js'
import { recordingLogger } from '../../support/recording.js'

const MINUTE_MS = 60_000

describe('sparingLogger', () => {
  let now: number
  let lines: string[]
  beforeEach(() => {
    now = 0
    lines = []
  })

  const logger = () => sparingLogger(recordingLogger(lines), () => now)

  it('passes on 256 KiB in a minute, says once that there is more, and begins anew with the next', () => {
    const sparing = logger()
    for (let n = 0; n < 500; n += 1) sparing.info('x'.repeat(1_000))
    expect(lines).to.have.length.within(200, 260)
    expect(lines.filter((line) => line.startsWith('warn the job says too much'))).to.have.length(1)
    lines.length = 0
    now = MINUTE_MS - 1
    sparing.info('within the minute')
    now = MINUTE_MS
    sparing.info('in the next')
    expect(lines).to.deep.equal(['info in the next'])
  })

  it('counts fields, whatever they are, and a level or a run for itself', () => {
    const sparing = logger()
    for (let n = 0; n < 100; n += 1) sparing.debug('', { pad: 'x'.repeat(10_000) })
    expect(lines).to.have.length.below(30)
    lines.length = 0
    sparing.child({ part: 1 }).debug('of a child')
    sparing.error('of another level')
    logger().debug('of another run')
    sparing.info('null', null)
    expect(lines).to.deep.equal(['error of another level', 'debug of another run', 'info null'])
  })
})
