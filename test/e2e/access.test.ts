import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { eventually } from '../support/eventually.js'
import { freePort } from '../support/postgres-server.js'
import { buildOnce, type RoleProcess } from './support/role-process.js'
import { post, untilStatus, Workplace } from './support/workplace.js'

const SECRET = 'canary-of-a-configured-key'

interface Line {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

function linesOf({ stdout }: RoleProcess): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line)
}

describe('access to a real server', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  const keys = async (...args: string[]) => {
    const command = place.run('keys', {}, 'build', args)
    const code = await command.ended()
    return { code, stdout: command.stdout, stderr: command.stderr }
  }
  const statusOf = async (url: string, secret?: string, init: RequestInit = {}) =>
    (
      await fetch(url, {
        ...init,
        headers: secret === undefined ? {} : { Authorization: `Bearer ${secret}` },
      })
    ).status

  it('without a key is for this machine only, and the server says so', async () => {
    const api = place.run('api')
    const url = await api.ready()
    expect(new URL(url).hostname).to.equal('127.0.0.1')
    const told = linesOf(api).filter(({ message }) => message.includes('no API key is set'))
    expect(told).to.have.length(1)
    expect(told[0]).to.include({ level: 'info', host: '127.0.0.1' })
    expect(await statusOf(`${url}/v1/jobs`)).to.equal(200)
    const foreign = await fetch(`${url}/v1/jobs`, { headers: { Origin: 'https://evil.example' } })
    expect([foreign.status, ((await foreign.json()) as { code: string }).code]).to.deep.equal([
      403,
      'foreign-origin',
    ])
  })

  it('without a key, but with a HOST that others reach, is granted with a warning', async () => {
    const api = place.run('api', { HOST: '0.0.0.0' })
    const url = await api.ready()
    expect(linesOf(api).find(({ message }) => message.includes('no API key is set'))).to.include({
      level: 'warn',
      host: '0.0.0.0',
    })
    expect(await statusOf(`${url}/v1/jobs`)).to.equal(200)
  })

  it('with configured keys needs one of them', async () => {
    const api = place.run('api', { API_KEYS: `${SECRET}:read,short:admin` })
    const url = await api.ready()
    expect(api.stdout).to.include('API_KEYS holds a secret of less than 16 characters')
    expect(api.stdout).to.not.include('no API key is set')
    expect(await statusOf(`${url}/v1/jobs`)).to.equal(401)
    expect(await statusOf(`${url}/v1/jobs`, SECRET)).to.equal(200)
    expect(await statusOf(`${url}/v1/jobs`, SECRET, { method: 'POST' })).to.equal(403)
    expect(await statusOf(`${url}/readyz`)).to.equal(200)
  })

  it('takes keys that are made by command, printed once, until they are revoked', async () => {
    const created = await keys('create', '--scope', 'read', '--name', 'ci')
    expect(created).to.deep.include({ code: 0, stderr: '' })
    const secret = created.stdout.trim()
    expect(secret).to.match(/^jsk_[\w-]{43}$/)
    const listed = await keys('list')
    expect(listed.stdout)
      .to.match(/^ci {2}read {2}created \S+\n$/)
      .and.not.include(secret)

    const api = place.run('api')
    const url = await api.ready()
    expect(api.stdout).to.not.include('no API key is set')
    expect(await statusOf(`${url}/v1/jobs`)).to.equal(401)
    expect(await statusOf(`${url}/v1/jobs`, secret)).to.equal(200)
    expect((await keys('revoke', '--name', 'ci')).code).to.equal(0)
    await eventually(async () => (await statusOf(`${url}/v1/jobs`, secret)) === 401, 10_000)
    expect(await statusOf(`${url}/v1/jobs`)).to.equal(401)
    expect((await keys('list')).stdout).to.include('revoked')
  })

  it('refuses commands about keys that make no sense, in words', async () => {
    await keys('create', '--scope', 'read', '--name', 'ci')
    for (const [args, says] of [
      [[], /^usage: npm run keys/],
      [['create'], /^usage: /],
      [['create', '--scope', 'root', '--name', 'x'], /^usage: /],
      [['create', '--scope', 'read', '--name', ' '], /^usage: /],
      [['create', '--scope', 'admin', '--name', 'ci'], /^there is a key named ci already/],
      [['revoke', '--name', 'nobody'], /^there is no key named nobody/],
      [['list', '--all'], /^usage: /],
    ] as const) {
      const { code, stdout, stderr } = await keys(...args)
      expect([args, code, stdout]).to.deep.equal([args, 1, ''])
      expect(stderr).to.match(says)
      expect(stderr).to.not.include('at ')
    }
  })

  it('never shows a secret in a log, however much is logged', async () => {
    const port = await freePort()
    const env = { API_KEYS: `${SECRET}:admin`, LOG_LEVEL: 'debug' }
    const api = place.run('api', env)
    const url = await api.ready()
    await fetch(`${url}/v1/jobs`, { headers: { Authorization: `Bearer ${SECRET}` } })
    await fetch(`${url}/v1/jobs`, { headers: { Authorization: 'Bearer canary-of-a-wrong-key' } })
    await fetch(`${url}/v1/jobs?key=${SECRET}`, { headers: { 'X-Request-Id': SECRET } })
    const away = place.run('worker', {
      ...env,
      DATABASE_URL: `postgres://user:canary-p%40ssword@127.0.0.1:${port}/jobs`,
    })
    await away.prints(/the database is away/)
    const wrong = place.run('api', {
      API_KEYS: 'canary-without-a-scope',
      DATABASE_URL: 'canary://u:canary@h',
    })
    expect(await wrong.ended()).to.equal(78)
    expect(wrong.stderr).to.include('API_KEYS: got "…"')
    await Promise.all([api.stop(), away.stop()])
    for (const { stdout, stderr } of [api, away, wrong]) {
      const written = (stdout + stderr).replaceAll('canary:…', '')
      expect(written).to.not.match(/canary/)
    }
  })

  it('refuses jobs beyond MAX_QUEUED, and still answers replays', async () => {
    const api = place.run('api', { MAX_QUEUED: '2' })
    const url = await api.ready()
    const body = { definitionKey: 'echo', idempotencyKey: 'first' }
    const first = await post(`${url}/v1/jobs`, body)
    expect((await post(`${url}/v1/jobs`, { definitionKey: 'echo' })).status).to.equal(201)
    const refused = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '{"definitionKey":"echo"}',
    })
    expect([refused.status, refused.headers.get('retry-after')]).to.deep.equal([503, '1'])
    expect(await refused.json()).to.include({ code: 'backlog-full' })
    expect(await post(`${url}/v1/jobs`, body)).to.deep.include({ status: 200, body: first.body })
  })
})

describe('what a server tells of its work', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('is a line for each transition, and the error of each failed attempt', async () => {
    writeFileSync(
      join(place.path, 'bad.mjs'),
      `export const bad = { key: 'bad', version: 1, isolation: 'inline', run: () => { throw new Error('bad on purpose') } }`,
    )
    for (const LOG_FORMAT of ['json', 'text']) {
      const server = place.run('server', {
        LOG_FORMAT,
        BACKOFF_BASE_SECONDS: '0',
        JOB_DEFINITIONS: 'bad.mjs',
      })
      const [, url] = await server.prints(/is ready at (\S+)/)
      const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'bad', maxAttempts: 2 })
      await untilStatus(url ?? '', body['jobId'], 'failed')
      await server.prints(/job failed/)
      const lines = server.stdout.split('\n').filter((line) => line.includes(String(body['jobId'])))
      const has = (message: string, attempt: number, more = '') => {
        const inJson = (line: string) =>
          line.includes(`"message":"${message}"`) && line.includes(`"attempt":${attempt}`)
        const inText = (line: string) => line.includes(` ${message} `) && line.includes(` attempt=${attempt}`)
        const found = lines.some(
          (line) => (LOG_FORMAT === 'json' ? inJson : inText)(line) && line.includes(more),
        )
        expect(found, `${LOG_FORMAT}: ${message} ${attempt}\n${lines.join('\n')}`).to.equal(true)
      }
      has('job queued', 0)
      has('job started', 1)
      has('attempt failed', 1, 'bad on purpose')
      has('job started', 2)
      has('job failed', 2, 'bad on purpose')
      expect(await server.stop()).to.equal(0)
    }
  })

  it('is at HEALTH_PORT that it drains, until the last job has ended', async () => {
    writeFileSync(
      join(place.path, 'slow.mjs'),
      `export const slow = { key: 'slow', version: 1, isolation: 'inline', run: () => new Promise((resolve) => setTimeout(resolve, 2000)) }`,
    )
    const port = await freePort()
    const env = { JOB_DEFINITIONS: 'slow.mjs', HEALTH_PORT: String(port), CANCEL_GRACE_MS: '10000' }
    const api = place.run('api', env)
    const worker = place.run('worker', env)
    const [url] = await Promise.all([api.ready(), worker.ready()])
    const ready = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
      return { status: answer.status, ...((await answer.json()) as { checks: object }) }
    }
    expect(await ready()).to.deep.include({
      status: 'ready',
      checks: { stop: 'ok', database: 'ok', migrations: 'ok', disk: 'ok', worker: 'ok' },
    })
    const { body } = await post(`${url}/v1/jobs`, { definitionKey: 'slow' })
    await untilStatus(url, body['jobId'], 'running')
    worker.signal('SIGTERM')
    await worker.prints(/"message":"stopping"/)
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).to.equal(503)
    expect(await ready()).to.have.nested.property('checks.stop', 'the server is stopping')
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200)
    expect(await worker.ended()).to.equal(0)
    await untilStatus(url, body['jobId'], 'succeeded')
  })
})
