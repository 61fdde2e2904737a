import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { bearer } from '../adapters/http/guarded-harness.js'
import { Guard } from '../../src/adapters/http/access/guard.js'
import { KeyRing } from '../../src/adapters/http/access/key-ring.js'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { createJobServer } from '../../src/bootstrap/create-job-server.js'
import { healthHandler } from '../../src/bootstrap/health.js'
import { checkDatabase, checkDisk, checkThat, Readiness } from '../../src/bootstrap/readiness.js'
import {
  SchemaOutdatedError,
  StorageReadOnlyError,
  StorageUnavailableError,
} from '../../src/domain/errors.js'
import { FakeClock } from '../support/fake-clock.js'

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
    expect(await stateWhen(new StorageReadOnlyError(null))).to.deep.equal({ database: 'read-only' })
    expect(await stateWhen(new SchemaOutdatedError('lacks 0009'))).to.deep.equal({
      database: 'ok',
      migrations: 'not current',
    })
  })

  it('tells a disk that is full, and a folder that is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'job-server-disk-'))
    expect(await checkDisk([folder])()).to.deep.equal({ disk: 'ok' })
    expect(await checkDisk([folder], Number.MAX_SAFE_INTEGER)()).to.deep.equal({ disk: 'full' })
    rmSync(folder, { recursive: true })
    expect(await checkDisk([tmpdir(), folder])()).to.deep.equal({ disk: 'not writable' })
  })

  it('looks at the folder of the SQLite file, wherever it is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'job-server-disk-'))
    const [kept, gone] = [join(folder, 'kept'), join(folder, 'gone')]
    const database = `sqlite:${join(kept, 'jobs.db')}`
    const jobs = await createJobServer({ definitions: [], database, dataDir: join(folder, 'data') })
    await jobs.start()
    const server = createServer(jobs.callback())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const disk = async () => {
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz`)
      return ((await answer.json()) as { checks: { disk: string } }).checks.disk
    }
    try {
      expect(await disk()).to.equal('ok')
      renameSync(kept, gone)
      expect(await disk()).to.equal('not writable')
      renameSync(gone, kept)
    } finally {
      server.closeAllConnections()
      server.close()
      await jobs.stop()
      rmSync(folder, { recursive: true })
    }
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

  it('is served to probes of roles without the API, and metrics to whoever has a key', async () => {
    let ready = true
    const clock = new FakeClock()
    const configured = [{ secret: 'a-secret', scope: 'read' as const }]
    const keys = new KeyRing(configured, createMemoryStores({ clock }).apiKeys, clock)
    const handler = healthHandler({
      readiness: () => Promise.resolve({ ready, checks: { database: ready ? 'ok' : 'away' } }),
      exposition: { contentType: 'text/plain; charset=utf-8', text: () => Promise.resolve('up 1') },
      guard: new Guard({ keys, listensOn: '127.0.0.1', origins: new Set(), limiter: null }),
      newId: () => 'an-id',
    })
    const server = createServer(handler)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const answerTo = async (path: string, init?: RequestInit) => {
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init)
      expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
      return answer
    }
    const ask = async (path: string) => {
      const answer = await answerTo(path)
      return [answer.status, await answer.json()]
    }
    expect(await ask('/readyz?x=1')).to.deep.equal([200, { status: 'ready', checks: { database: 'ok' } }])
    ready = false
    expect(await ask('/healthz')).to.deep.equal([200, { status: 'ok' }])
    for (const [path, status, code] of [
      ['/readyz', 503, 'not-ready'],
      ['/v1/jobs', 404, 'not-found'],
      ['/metrics', 401, 'unauthorized'],
    ] as const) {
      const refused = await answerTo(path)
      expect(refused.status, path).to.equal(status)
      expect(refused.headers.get('content-type')).to.equal('application/problem+json; charset=utf-8')
      expect(refused.headers.get('retry-after')).to.equal(status === 503 ? '1' : null)
      const problem = await refused.json()
      expect(problem).to.include({ status, code, requestId: 'an-id' })
      if (status === 503)
        expect(problem).to.deep.include({ checks: { database: 'away' }, detail: 'database: away' })
    }
    const told = await answerTo('/metrics', bearer('a-secret'))
    expect([told.status, await told.text()]).to.deep.equal([200, 'up 1'])
    await new Promise((resolve) => server.close(resolve))
  })
})
