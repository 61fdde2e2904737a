import { expect } from 'chai'
import { createSandbox } from 'sinon'
import { winstonLogger } from '../../../src/adapters/logging/winston-logger.js'

describe('winstonLogger', () => {
  const sandbox = createSandbox()
  let written: string[]
  beforeEach(() => {
    written = []
    sandbox.stub(process.stdout, 'write').callsFake((text) => written.push(String(text)) > 0)
  })
  afterEach(() => {
    sandbox.restore()
  })

  /** What one line is written as. */
  function line(format: 'json' | 'text', say: (logger: ReturnType<typeof winstonLogger>) => void): string {
    say(winstonLogger({ level: 'info', format }))
    sandbox.restore()
    expect(written).to.have.length(1)
    return written[0]?.trimEnd() ?? ''
  }

  it('writes what has no JSON text, and never throws for it', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    const text = line('text', (logger) => {
      logger.info('got', { n: 10n, cycle, list: [1], none: undefined })
    })
    expect(text).to.match(
      / info got n=10 cycle=\(Converting circular structure to JSON\) list=\[1\] none=undefined$/,
    )
  })

  it('is one line of text, whatever is in it, names of fields too', () => {
    const text = line('text', (logger) => {
      logger.info('got\n', { 'a\nerror FORGED': 'x', 'k\u001b': 'y\u009b', deep: { u: '\u0085\u2028' } })
    }).replace(/^\S+ /, '')
    expect(text).to.equal('info got\\n a\\nerror FORGED=x k\\u001b=y\\u009b deep={"u":"\\u0085\\u2028"}')
  })

  it('takes no message for a format', () => {
    const json = line('json', (logger) => {
      logger.warn("like '%done' %s %d", { jobId: 'j1', error: 'e' })
    })
    expect(JSON.parse(json)).to.include({
      message: "like '%done' %s %d",
      jobId: 'j1',
      error: 'e',
      level: 'warn',
    })
  })

  it('keeps what a line has already, whatever the fields of a caller are called', () => {
    const json = line('json', (logger) => {
      const fields = { jobId: 'other', timestamp: 'yesterday', level: 'x', message: 'y', mine: 1 }
      logger.child({ role: 'worker' }).child({ jobId: 'j1' }).info('said', fields)
    })
    const entry = JSON.parse(json) as Record<string, unknown>
    expect(entry).to.include({ message: 'said', level: 'info', role: 'worker', jobId: 'j1', mine: 1 })
    expect(entry).to.include({
      fieldJobId: 'other',
      fieldTimestamp: 'yesterday',
      fieldLevel: 'x',
      fieldMessage: 'y',
    })
    expect(Date.parse(String(entry['timestamp']))).to.be.closeTo(Date.now(), 60_000)
  })
})
