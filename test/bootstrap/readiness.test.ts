import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { healthHandler } from '../../src/bootstrap/health.js'
import { checkDatabase, checkDisk, checkThat, Readiness } from '../../src/bootstrap/readiness.js'
import { SchemaOutdatedError, StorageUnavailableError } from '../../src/domain/errors.js'

describe('readiness', () => {
  it('holds when every check does, and tells each by its name', async () => {
    const readiness = new Readiness()
    let registered = true
    readiness.add(
      'worker',
      checkThat('worker', () => registered, 'holds no lease'),
    )
    readiness.add('database', checkDatabase({ ping: () => Promise.resolve() }))
    expect(await readiness.report()).to.deep.equal({
      ready: true,
      checks: { worker: 'ok', database: 'ok', migrations: 'ok' },
    })
    registered = false
    expect(await readiness.report()).to.deep.include({
      ready: false,
      checks: { worker: 'holds no lease', database: 'ok', migrations: 'ok' },
    })
  })

  it('tells a database that is away from one that lacks migrations', async () => {
    const stateWhen = (error: Error) => checkDatabase({ ping: () => Promise.reject(error) })()
    expect(await stateWhen(new StorageUnavailableError(null))).to.deep.equal({ database: 'away' })
    expect(await stateWhen(new SchemaOutdatedError('lacks 0009'))).to.deep.equal({
      database: 'ok',
      migrations: 'not current',
    })
  })

  it('tells a disk that is full, and a folder that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'job-server-disk-'))
    expect(await checkDisk(folder)()).to.deep.equal({ disk: 'ok' })
    expect(await checkDisk(folder, Number.MAX_SAFE_INTEGER)()).to.deep.equal({ disk: 'full' })
    rmSync(folder, { recursive: true })
    expect(await checkDisk(folder)()).to.deep.equal({ disk: 'not writable' })
  })

  it('survives a check that fails, and asks once for all who ask at the same time', async () => {
    const readiness = new Readiness()
    let asked = 0
    readiness.add('odd', () => {
      asked += 1
      return Promise.reject(new Error('secret detail'))
    })
    const reports = await Promise.all([readiness.report(), readiness.report()])
    expect(reports[0]).to.deep.equal({ ready: false, checks: { odd: 'failed' } })
    expect([reports[1], asked]).to.deep.equal([reports[0], 1])
  })

  it('names a check that does not answer', async function () {
    this.timeout(10_000)
    const readiness = new Readiness()
    readiness.add('database', () => new Promise(() => undefined))
    expect(await readiness.report()).to.deep.equal({ ready: false, checks: { database: 'does not answer' } })
  })

  it('is served to probes of roles without the API', async () => {
    let ready = true
    const handler = healthHandler(() =>
      Promise.resolve({ ready, checks: { database: ready ? 'ok' : 'away' } }),
    )
    const server = createServer(handler)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const ask = async (path: string) => {
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`)
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
      return [answer.status, await answer.json()]
    }
    expect(await ask('/readyz?x=1')).to.deep.equal([200, { status: 'ready', checks: { database: 'ok' } }])
    ready = false
    expect(await ask('/readyz')).to.deep.equal([503, { status: 'not ready', checks: { database: 'away' } }])
    expect(await ask('/healthz')).to.deep.equal([200, { status: 'ok' }])
    expect(await ask('/v1/jobs')).to.deep.equal([404, { status: 'not found' }])
    await new Promise((resolve) => server.close(resolve))
  })
})
