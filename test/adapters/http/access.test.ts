import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { Guard } from '../../../src/adapters/http/access/guard.js'
import { KeyRing } from '../../../src/adapters/http/access/key-ring.js'
import { RateLimiter } from '../../../src/adapters/http/access/rate-limiter.js'
import { SCOPES, type Scope } from '../../../src/domain/access.js'
import { bearer, openGuarded, SECRETS } from './guarded-harness.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest } from './raw-request.js'

interface Operation {
  readonly method: string
  readonly path: string
  readonly needs: Scope | null
  /** Its answer goes on until the client leaves. */
  readonly isEndless: boolean
}

interface Described {
  readonly security: readonly { readonly apiKey: readonly [Scope] }[]
  readonly responses: Readonly<Record<string, { readonly content?: object }>>
}

/** Every operation of the router, with an id where the path takes one. */
async function operationsOf(api: Harness): Promise<Operation[]> {
  const { paths } = (await api.call('GET', '/openapi.json')).body as {
    paths: Record<string, Record<string, Described>>
  }
  const id = '0192f0c1-0000-7000-8000-000000000000'
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security, responses }]) => ({
      method: method.toUpperCase(),
      path: path.replace('{code}', 'not-found').replace(/\{\w+\}/g, id),
      needs: security[0]?.apiKey[0] ?? null,
      isEndless: Object.keys(responses['200']?.content ?? {}).join() === 'text/event-stream',
    })),
  )
}

describe('HTTP: keys', () => {
  let api: Harness
  let operations: readonly Operation[]
  before(async () => {
    api = await openGuarded({})
    operations = await operationsOf(api)
  })
  after(() => api.close())

  it('are asked for by every route but those that the contract names', () => {
    const open = operations.filter(({ needs }) => needs === null)
    const allowed = ['/healthz', '/readyz', '/openapi.json', '/problems', '/docs', '/dashboard']
    expect(open.map(({ path }) => path)).to.include.members(['/healthz', '/readyz', '/openapi.json'])
    for (const { method, path } of open) {
      expect(method).to.equal('GET')
      expect(
        allowed.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
        path,
      ).to.equal(true)
    }
  })

  it('need no more than read for a GET, and more than that for what changes something', () => {
    for (const { method, path, needs } of operations) {
      if (needs === null) continue
      if (method === 'GET') expect(needs, path).to.equal('read')
      else expect(needs, `${method} ${path}`).to.not.equal('read')
    }
    const submits = operations.filter(({ needs }) => needs === 'submit').map(({ path }) => path)
    expect(submits).to.include.members(['/v1/jobs', '/v1/videos/encode'])
  })

  it('are missed by every route that needs one', async () => {
    for (const { method, path, needs } of operations) {
      const answer = await api.call(method, path)
      if (needs === null) {
        expect(answer.status, path).to.equal(200)
        continue
      }
      expect([method, path, answer.status, answer.body.code]).to.deep.equal([
        method,
        path,
        401,
        'unauthorized',
      ])
      expect(answer.headers.get('www-authenticate')).to.equal('Bearer realm="job-server"')
    }
  })

  it('open nothing when they are wrong', async () => {
    for (const { method, path, needs } of operations) {
      const answer = await api.call(method, path, bearer('key-to-nothing'))
      if (needs === null) continue
      expect([method, path, answer.status, answer.body.code]).to.deep.equal([
        method,
        path,
        401,
        'unauthorized',
      ])
      expect(answer.headers.get('www-authenticate')).to.match(/^Bearer .*error="invalid_token"$/)
      expect(answer.text).to.not.include('key-to-nothing')
    }
  })

  it('open what their scope includes, and nothing beyond', async () => {
    for (const { method, path, needs, isEndless } of operations) {
      for (const scope of SCOPES) {
        const name = `${method} ${path} with ${scope}`
        if (isEndless) {
          expect(needs, name).to.equal('read')
          const stream = await fetch(`${api.url}${path}`, bearer(SECRETS[scope]))
          expect(stream.status, name).to.equal(200)
          await stream.body?.cancel()
          continue
        }
        const answer = await api.call(method, path, bearer(SECRETS[scope]))
        if (needs !== null && SCOPES.indexOf(scope) < SCOPES.indexOf(needs)) {
          expect([answer.status, answer.body.code], name).to.deep.equal([403, 'forbidden'])
          expect(answer.body.requiredScope, name).to.equal(needs)
          expect(answer.headers.get('www-authenticate')).to.include(
            `error="insufficient_scope", scope="${needs}"`,
          )
        } else expect(answer.status, name).to.not.be.oneOf([401, 403])
      }
    }
  })

  it('are needed to learn what there is: unknown addresses and methods are refused alike', async () => {
    for (const [method, path] of [
      ['GET', '/nope'],
      ['DELETE', '/v1/jobs'],
      ['OPTIONS', '/v1/jobs'],
      ['HEAD', '/v1/jobs'],
      ['GET', '/v1/jobs/'],
      ['GET', '//v1/jobs'],
      ['GET', '/V1/jobs'],
      ['GET', '/healthz/'],
      ['GET', '/%761/jobs'],
    ] as const) {
      expect((await api.call(method, path)).status, `${method} ${path}`).to.equal(401)
    }
    expect((await api.call('GET', '/nope', bearer(SECRETS.read))).status).to.equal(404)
    expect((await api.call('DELETE', '/v1/jobs', bearer(SECRETS.read))).status).to.equal(405)
  })

  it('come in one header only, in any case of its scheme', async () => {
    const statusOf = async (headers: Record<string, string>, query = '') =>
      (await fetch(`${api.url}/v1/jobs${query}`, { headers })).status
    expect(await statusOf({ Authorization: `bearer  ${SECRETS.read}` })).to.equal(200)
    for (const wrong of [
      SECRETS.read,
      `Basic ${SECRETS.read}`,
      `Bearer ${SECRETS.read} x`,
      'Bearer',
      'Bearer ',
    ])
      expect(await statusOf({ Authorization: wrong }), wrong).to.equal(401)
    expect(await statusOf({ 'X-Api-Key': SECRETS.read })).to.equal(401)
    expect(await statusOf({}, `?api_key=${SECRETS.read}`)).to.equal(401)
  })

  it('are looked at before a body is read or a query is judged', async () => {
    const answer = await api.post('/v1/jobs?x=1', 'not json')
    expect(answer.status).to.equal(401)
  })

  it('are described in the document', async () => {
    const { components } = (await api.call('GET', '/openapi.json')).body
    expect(components.securitySchemes.apiKey).to.include({ type: 'http', scheme: 'bearer' })
  })

  it('keep hosts and origins out of it: whoever has one may come from anywhere', async () => {
    const head = `GET /v1/jobs HTTP/1.1\r\nHost: jobs.example\r\nOrigin: https://evil.example\r\nConnection: close`
    const answer = await rawRequest(api.url, `${head}\r\nAuthorization: Bearer ${SECRETS.read}\r\n\r\n`)
    expect(answer).to.match(/^HTTP\/1\.1 200 /)
  })
})

describe('HTTP: stored keys', () => {
  let api: Harness
  let now = 0
  let lists = 0
  beforeEach(async () => {
    now = 0
    lists = 0
    api = await openHarness(({ limits }, stores) => {
      const store = {
        list: () => {
          lists += 1
          return stores.apiKeys.list()
        },
      }
      const keys = new KeyRing([], store, { monotonicMs: () => now })
      const guard = new Guard({ keys, listensOn: '127.0.0.1', origins: new Set(), limiter: null })
      return { guard, limits: { ...limits, bodyPace: { windowMs: 1_000, minBytes: 0 } } }
    })
  })
  afterEach(() => api.close())

  const secretHash = (secret: string) => createHash('sha256').update(secret).digest('hex')
  const create = (name: string, secret: string) =>
    api.stores.apiKeys.create({
      id: `0192f0c1-0000-7000-8000-${name.padStart(12, '0')}`,
      name,
      scope: 'read',
      secretHash: secretHash(secret),
      createdAt: new Date(),
    })
  const statusWith = async (secret?: string) =>
    (await api.call('GET', '/v1/jobs', secret === undefined ? {} : bearer(secret))).status

  it('cost no query for a request: they are read once in two seconds', async () => {
    await create('1', 'first')
    for (let n = 0; n < 20; n++) expect(await statusWith('first')).to.equal(200)
    expect(lists).to.equal(1)
    now = 2_000
    for (let n = 0; n < 20; n++) await statusWith('first')
    expect(lists).to.equal(2)
  })

  it('close a server that had none, and a new one is known within seconds', async () => {
    expect(await statusWith()).to.equal(200)
    await create('1', 'first')
    now = 5_000
    expect(await statusWith()).to.equal(401)
    expect(await statusWith('first')).to.equal(200)
  })

  it('work no longer than five seconds once they are revoked, and leave the server closed', async () => {
    await create('1', 'first')
    expect(await statusWith('first')).to.equal(200)
    await api.stores.apiKeys.revoke('1', new Date())
    now = 4_999
    await statusWith('first')
    now = 5_000
    expect(await statusWith('first')).to.equal(401)
    expect(await statusWith()).to.equal(401)
  })

  it('end the streams that were opened with them when they are revoked, and no others', async () => {
    await create('1', 'first')
    await create('2', 'second')
    const streams = await Promise.all(
      ['first', 'second'].map((secret) => fetch(`${api.url}/v1/events/stream`, bearer(secret))),
    )
    const [cut, kept] = streams.map(({ body }) => body!.getReader())
    await api.stores.apiKeys.revoke('1', new Date())
    now = 5_000
    const readToEnd = async (): Promise<never> => {
      for (;;) if ((await cut!.read()).done) throw new Error('ended')
    }
    const outcome = await Promise.race([readToEnd().catch(() => 'cut'), sleep(5_000, 'open')])
    expect(outcome).to.equal('cut')
    api.stores.apiKeys.list = () => Promise.reject(new Error('gone'))
    now = 10_000
    await sleep(1_200)
    for (let n = 0; n < 3; n++) expect((await kept!.read()).done).to.equal(false)
    await kept!.cancel()
  })

  it('are not believed for ever while they cannot be read', async () => {
    await create('1', 'first')
    expect(await statusWith('first')).to.equal(200)
    const { list } = api.stores.apiKeys
    api.stores.apiKeys.list = () => Promise.reject(new Error('gone'))
    now = 4_999
    expect(await statusWith('first')).to.equal(200)
    now = 5_000
    expect(await statusWith('first')).to.equal(500)
    api.stores.apiKeys.list = list
    expect(await statusWith('first')).to.equal(200)
  })
})

describe('HTTP: the rate limit', () => {
  let now = 0
  let api: Harness
  before(async () => {
    api = await openGuarded({ limiter: new RateLimiter(3, () => now) })
  })
  beforeEach(() => (now += 60_000))
  after(() => api.close())

  const statuses = async (count: number, init: RequestInit = {}) => {
    const found: number[] = []
    for (let n = 0; n < count; n++) found.push((await api.call('GET', '/v1/jobs', init)).status)
    return found
  }

  it('lets each key through so many times a second, and says when to come again', async () => {
    expect(await statuses(4, bearer(SECRETS.read))).to.deep.equal([200, 200, 200, 429])
    expect(await statuses(1, bearer(SECRETS.admin))).to.deep.equal([200])
    const refused = await api.call('GET', '/v1/jobs', bearer(SECRETS.read))
    expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).to.deep.equal([
      429,
      'rate-limited',
      '1',
    ])
    now += 334
    expect(await statuses(2, bearer(SECRETS.read))).to.deep.equal([200, 429])
  })

  it('counts an address without a key, so that keys cannot be tried', async () => {
    expect(await statuses(2, bearer('a'))).to.deep.equal([401, 401])
    expect(await statuses(2, bearer('b'))).to.deep.equal([401, 429])
    expect(await statuses(1, bearer(SECRETS.read))).to.deep.equal([200])
  })

  it('never stops a probe', async () => {
    for (let n = 0; n < 10; n++) expect((await api.call('GET', '/healthz')).status).to.equal(200)
  })
})

describe('RateLimiter', () => {
  it('remembers a bounded number of callers, the latest', () => {
    const limiter = new RateLimiter(1, () => 0)
    expect(limiter.take('a')).to.equal(0)
    for (let n = 0; n < 9_999; n++) limiter.take(`other ${n}`)
    expect(limiter.take('a')).to.equal(1_000)
    limiter.take('one more')
    expect(limiter.take('a')).to.equal(0)
    expect(limiter.take('other 9998')).to.equal(1_000)
  })

  it('gives exactly the rate over a long time, however it is used', () => {
    let now = 0
    const limiter = new RateLimiter(7, () => now)
    let passed = 0
    for (; now < 60_000; now += 13) if (limiter.take('a') === 0) passed += 1
    expect(passed).to.be.within(7 * 60, 7 * 61)
  })
})
