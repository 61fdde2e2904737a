import { expect } from 'chai'
import { ConfigError, createJobServer } from '../../src/index.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { embeddedConfig } from '../../src/bootstrap/embedded-config.js'

describe('the configuration of an embedded server', () => {
  const folder = tempDir()
  after(() => {
    folder.remove()
  })

  it('takes what is undefined for what was not said', () => {
    const { retryPolicy } = embeddedConfig({})
    const unsaid = { baseMs: undefined, maxMs: undefined, jitter: undefined } as never
    expect(embeddedConfig({ retryPolicy: unsaid }).retryPolicy).to.deep.equal(retryPolicy)
    expect(embeddedConfig({ retryPolicy: { baseMs: 5 } }).retryPolicy).to.deep.equal({
      ...retryPolicy,
      baseMs: 5,
    })
  })

  it('has no option that is not there: a server with a misspelt database would keep its jobs in memory', () => {
    const slips = {
      databse: 'sqlite:jobs.db',
      worker: { slot: 3 },
      retentionDays: { queued: 1 },
      http: false,
      unsaid: undefined,
    }
    const kept: unknown = (() => {
      try {
        return embeddedConfig(slips as never)
      } catch (error) {
        return error
      }
    })()
    expect(kept).to.be.instanceOf(ConfigError)
    expect((kept as ConfigError).lines.map((line) => line.split(',')[0])).to.deep.equal([
      'databse: is not known',
      'worker.slot: is not known',
      'retentionDays.queued: is not known',
    ])
    expect((kept as ConfigError).lines[1]).to.equal(
      'worker.slot: is not known, takes slots, name, cancelGraceMs',
    )
  })

  it('is complained of by the names of its options, whenever it shows that it cannot be used', async () => {
    const said = (error: unknown): string => (error as Error).message
    const noFile = await createJobServer({ database: 'sqlite:/dev/null/jobs.db' }).catch(said)
    expect(noFile).to.match(/^database: cannot open the SQLite file [/]dev[/]null[/]jobs.db: /)
    const first = await createJobServer({ http: { port: 0 }, dataDir: folder.path })
    await first.start()
    const port = Number(new URL(String(first.url)).port)
    const second = await createJobServer({ http: { port }, dataDir: folder.path })
    expect(await second.start().catch(said)).to.equal(
      `http.port: port ${port} on 127.0.0.1 is in use by another process`,
    )
    const elsewhere = await createJobServer({ http: { host: '203.0.113.1' }, dataDir: folder.path })
    expect(await elsewhere.start().catch(said)).to.equal(
      'http.host: 203.0.113.1 is not an address of this machine',
    )
    await Promise.all([first, second, elsewhere].map((server) => server.stop()))
  })
})
