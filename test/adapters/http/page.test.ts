import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { tempDir } from '../../e2e/support/temp-dir.js'
import { openGuarded } from './guarded-harness.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest, statusOf } from './raw-request.js'

describe('the dashboard over HTTP', () => {
  const folder = tempDir()
  const page = join(folder.path, 'page')
  let api: Harness

  before(async () => {
    await mkdir(join(page, 'assets'), { recursive: true })
    await writeFile(join(page, 'index.html'), '<!doctype html><title>page</title>')
    await writeFile(join(page, 'assets', 'index-abc123.js'), `export const text = '${'x'.repeat(5_000)}'`)
    await writeFile(join(page, 'notes.txt'), 'no part of a page')
    await writeFile(join(folder.path, 'secret.js'), 'secret')
    await symlink(join(folder.path, 'secret.js'), join(page, 'linked.js'))
    api = await openHarness(() => ({ pageDir: page }))
  })
  after(async () => {
    await api.close()
    folder.remove()
  })

  const fetchPage = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(api.url + path, { method, headers, redirect: 'manual' })

  it('leads browsers from / to the page, and everybody else to the API', async () => {
    const browser = await fetchPage('/', { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' })
    expect([browser.status, browser.headers.get('location')]).to.deep.equal([302, 'dashboard/'])
    expect((await fetchPage('/')).status).to.equal(200)
    const program = await fetchPage('/', { Accept: 'application/json' })
    expect([program.status, ((await program.json()) as { name: string }).name]).to.deep.equal([
      200,
      'job-server',
    ])
    expect(program.headers.get('vary')).to.contain('Accept')
  })

  it('leads from /docs to where the API is told', async () => {
    const answer = await fetchPage('/docs')
    expect([answer.status, answer.headers.get('location')]).to.deep.equal([302, 'dashboard/#/api'])
    expect((await fetchPage('/docs', {}, 'POST')).status).to.equal(405)
  })

  it('answers with addresses that hold below any path', async () => {
    expect((await fetchPage('/dashboard')).headers.get('location')).to.equal('dashboard/')
  })

  it('lets the page do nothing but what it is made for', async () => {
    const answer = await fetchPage('/dashboard/')
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8')
    expect(policy).to.contain("default-src 'none'").and.to.contain("script-src 'self'")
    expect(policy).to.not.contain('unsafe').and.to.not.contain('http')
    expect(answer.headers.get('x-content-type-options')).to.equal('nosniff')
  })

  it('lets hashed files be kept for ever, and the page itself be asked for each time', async () => {
    const asset = await fetchPage('/dashboard/assets/index-abc123.js')
    expect(asset.headers.get('cache-control')).to.contain('immutable')
    const first = await fetchPage('/dashboard/index.html')
    expect(first.headers.get('cache-control')).to.equal('no-cache')
    // A fetch of Node's that names an ETag asks for no cache at all.
    const again = await rawRequest(
      api.url,
      `GET /dashboard/ HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: ${first.headers.get('etag')}\r\nConnection: close\r\n\r\n`,
    )
    expect(statusOf(again)).to.equal(304)
    expect(again.split('\r\n\r\n')[1]).to.equal('')
  })

  it('compresses for those who take it', async () => {
    const length = async (encoding: string) => {
      const answer = await rawRequest(
        api.url,
        `GET /dashboard/assets/index-abc123.js HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`,
      )
      return Number(/content-length: (\d+)/i.exec(answer)?.[1])
    }
    expect(await length('gzip')).to.be.lessThan(500)
    expect(await length('identity')).to.be.greaterThan(5_000)
  })

  it('serves nothing but the files of the page, however an address is written', async () => {
    const paths = [
      '/dashboard/../secret.js',
      '/dashboard/%2e%2e/secret.js',
      '/dashboard/..%2fsecret.js',
      '/dashboard/assets/../../secret.js',
      '/dashboard/assets/..%5c..%5csecret.js',
      '/dashboard//etc/passwd',
      '/dashboard/linked.js',
      '/dashboard/notes.txt',
      '/dashboard/assets',
      '/dashboard/__proto__',
      '/dashboardish',
    ]
    for (const path of paths) {
      const answer = await rawRequest(
        api.url,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      )
      expect([path, statusOf(answer)]).to.deep.equal([path, 404])
      expect(answer).to.not.match(/secret'|root:/)
    }
  })

  it('needs no key, since it holds nothing but code', async () => {
    const guarded = await openGuarded({})
    try {
      expect((await fetch(`${guarded.url}/dashboard/`)).status).to.equal(200)
      expect((await fetch(`${guarded.url}/v1/jobs`)).status).to.equal(401)
    } finally {
      await guarded.close()
    }
  })

  it('takes reads only', async () => {
    const answer = await fetchPage('/dashboard/', {}, 'POST')
    expect([answer.status, answer.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS'])
    expect((await fetchPage('/dashboard/', {}, 'OPTIONS')).status).to.equal(204)
    const head = await fetchPage('/dashboard/', {}, 'HEAD')
    expect([head.status, await head.text()]).to.deep.equal([200, ''])
  })

  it('says what to do when it was not built, and serves it once it is', async () => {
    const later = join(folder.path, 'later')
    const other = await openHarness(() => ({ pageDir: later }))
    try {
      const missing = await fetch(`${other.url}/dashboard/`)
      const { code, detail } = (await missing.json()) as { code: string; detail: string }
      expect([missing.status, code]).to.deep.equal([404, 'dashboard-not-built'])
      expect(detail).to.contain('npm run build')
      expect((await other.call('GET', '/v1/jobs')).status).to.equal(200)
      await mkdir(later)
      await writeFile(join(later, 'index.html'), 'built')
      expect(await (await fetch(`${other.url}/dashboard/`)).text()).to.equal('built')
    } finally {
      await other.close()
      await rm(later, { recursive: true, force: true })
    }
  })
})
