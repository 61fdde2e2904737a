import { expect } from 'chai'
import { createJobServer } from '../../src/index.js'
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
