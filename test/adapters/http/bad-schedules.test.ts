import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { openHarness, type Harness } from './harness.js'

const JSON_TYPE = { 'Content-Type': 'application/json' }
const GOOD = { name: 'new', definitionKey: 'echo', cron: '0 0 * * *' }

type Bad = readonly [part: Record<string, unknown>, code: string, pointer: string]

const each = (name: string, values: readonly unknown[], code = 'validation-error'): readonly Bad[] =>
  values.map((value) => [{ [name]: value }, code, `/${name}`] as const)

/** What is wrong in a new schedule and in a change alike. */
const MEMBERS: readonly Bad[] = [
  ...each('name', ['', 'x'.repeat(256), 'a\nb', 'a\u0000', 5, null, ['a']]),
  ...each('definitionKey', ['', 'a b', 'x'.repeat(256), 5, null, '../etc']),
  ...each('definitionVersion', [0, -1, 1.5, '1', 2_147_483_648, true]),
  ...each('params', [null, [], 'x', 5]),
  ...each('priority', ['high', 1.5, 2_147_483_648, -2_147_483_649, null]),
  ...each('maxAttempts', [0, 1_001, 1.5, '3', true]),
  ...each('cron', [5, [], {}, true, 'x'.repeat(513)]),
  ...each('everySeconds', [0, -1, 0.5, 1.5, '60', true, 2_147_483_648]),
  ...each('timezone', [5, null, [], 'x'.repeat(256)]),
  ...each('startsAt', ['tomorrow', '2026-01-01', 1, '2026-02-30T00:00:00Z', true]),
  ...each('startsAt', ['0000-12-31T23:59:59Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']),
  ...each('endsAt', ['tomorrow', '2026-01-01', 1, '2026-02-30T00:00:00Z', true]),
  ...each('endsAt', ['0000-12-31T23:59:59Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']),
  ...each('enabled', ['true', 1, null]),
  ...each('catchUp', ['some', '', null, 1]),
  ...each('maxCatchUp', [0, -1, 1.5, '5', null, 10_001]),
  ...each('overlap', ['queue', '', null, 1]),
  ...['nextRunAt', 'scheduleId', 'declared', 'enable', '__proto__', 'constructor'].map((name): Bad => [
    JSON.parse(`{"${name}":"x"}`) as Record<string, unknown>,
    'validation-error',
    `/${name}`,
  ]),
  [{ startsAt: '2026-01-02T00:00:00Z', endsAt: '2026-01-02T00:00:00Z' }, 'validation-error', '/endsAt'],
  [{ definitionKey: 'nope' }, 'unknown-definition', '/definitionKey'],
  [{ definitionVersion: 3 }, 'unknown-definition', '/definitionVersion'],
  [{ definitionKey: 'typed', params: { n: 'x' } }, 'params-invalid', '/params/n'],
  [{ params: { a: '\u0000' } }, 'params-invalid', '/params/a'],
  ...each(
    'cron',
    [
      '',
      ' ',
      'x',
      '* * * *',
      '60 * * * *',
      '* * * * * * *',
      '0 0 30 2 *',
      '@never',
      '*/0 * * * *',
      '5-1 * * * *',
    ].concat(['0 0 * * 9', '0 0 0 * *', '\u0000', 'DROP TABLE', '0 0 L * * W']),
    'schedule-invalid',
  ),
  ...each('timezone', ['', 'Mars/X', 'utc+1', '../UTC', 'Europe/Berlin\u0000'], 'schedule-invalid'),
  [{ everySeconds: 31_536_001, cron: null }, 'schedule-invalid', '/everySeconds'],
]

const CREATED: readonly Bad[] = [
  [{ cron: undefined }, 'validation-error', '/cron'],
  [{ everySeconds: 5 }, 'validation-error', '/cron'],
  [{ name: undefined }, 'validation-error', '/name'],
  [{ definitionKey: undefined }, 'validation-error', '/definitionKey'],
]

describe('HTTP: bad schedules', () => {
  let api: Harness
  let scheduleId: string
  let kept: unknown
  before(async () => {
    api = await openHarness()
    kept = (await api.post('/v1/schedules', { ...GOOD, name: 'old' })).body
    scheduleId = (kept as { scheduleId: string }).scheduleId
  })
  after(() => api.close())
  afterEach('nothing was made or changed, and nothing failed', async () => {
    expect((await api.call('GET', '/v1/schedules')).body).to.deep.equal({ schedules: [kept], total: 1 })
    expect(await api.jobCount()).to.equal(0)
    expect(api.logged).to.deep.equal([])
  })

  const patch = (body: unknown, id = scheduleId) =>
    api.call('PATCH', `/v1/schedules/${id}`, {
      headers: JSON_TYPE,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const expectRefusal = (
    { status, body, text }: Awaited<ReturnType<typeof patch>>,
    [, code, pointer]: Bad,
  ) => {
    expect([status, body.code, body.errors?.[0]?.pointer]).to.deep.equal([
      code === 'validation-error' ? 400 : 422,
      code,
      pointer,
    ])
    expect(body.errors[0].message).to.match(/^[^\n]{4,}$/)
    expect(text).to.not.match(/select |insert |node_modules|\.ts:|x{101}/i)
  }

  for (const bad of [...MEMBERS, ...CREATED])
    it(`refuses one with ${JSON.stringify(bad[0]).slice(0, 60)} with ${bad[1]}`, async () => {
      // `__proto__` is an own member of what is sent.
      const body = Object.assign(Object.create(null) as object, GOOD, bad[0])
      for (const [name, value] of Object.entries(bad[0]))
        Object.defineProperty(body, name, { value, enumerable: true })
      expectRefusal(await api.post('/v1/schedules', body), bad)
    })

  for (const bad of [...MEMBERS, [{ cron: null }, 'validation-error', '/cron'] as const])
    it(`refuses a change to ${JSON.stringify(bad[0]).slice(0, 60)} with ${bad[1]}`, async () => {
      expectRefusal(await patch(bad[0]), bad)
    })

  it('refuses to preview what has no times, and judges nothing else of it', async () => {
    const preview = (body: object) => api.post('/v1/schedules/preview', body)
    expect((await preview({})).body.errors[0].pointer).to.equal('/cron')
    expect((await preview({ cron: '61 * * * *' })).body).to.include({ status: 422, code: 'schedule-invalid' })
    expect((await preview({ cron: '@daily', timezone: 'Mars/X' })).body.errors[0].pointer).to.equal(
      '/timezone',
    )
    expect((await preview({ cron: '@daily', crom: 'x' })).body).to.include({
      status: 400,
      code: 'validation-error',
    })
    expect((await preview({ ...GOOD, definitionKey: 'nope' })).status).to.equal(200)
  })

  it('refuses bodies that are something else', async () => {
    for (const body of ['[]', '"x"', 'null']) {
      expect((await api.post('/v1/schedules', body)).body.code, body).to.equal('validation-error')
      expect((await patch(body)).body.code, body).to.equal('validation-error')
      expect((await api.post('/v1/schedules/preview', body)).body.code, body).to.equal('validation-error')
    }
    expect((await patch('{')).body.code).to.equal('malformed-json')
    expect((await patch('')).body.code).to.equal('malformed-json')
    expect((await api.call('PATCH', `/v1/schedules/${scheduleId}`, { body: 'a=1' })).status).to.equal(415)
  })

  for (const query of [
    ...['limit=0', 'limit=1001', 'limit=x', 'offset=-1', 'offset=1000001', 'name=old', 'limit=1&limit=2'].map(
      (text) => `?${text}`,
    ),
    ...['n=0', 'n=101', 'n=1.5', 'n=x', 'count=1'].map((text) => `/ID/preview?${text}`),
    ...['limit=0', 'limit=1001', 'before=now', 'before=2026-01-01', 'after=1'].map(
      (text) => `/ID/ticks?${text}`,
    ),
  ])
    it(`refuses GET /v1/schedules${query}`, async () => {
      const { status, body } = await api.call('GET', `/v1/schedules${query.replace('ID', scheduleId)}`)
      expect([status, body.code]).to.deep.equal([400, 'invalid-query'])
    })

  for (const id of ['x', '1', '%00', `${uuidv7()}0`, '..%2f..'])
    it(`refuses the id ${id} everywhere`, async () => {
      const path = `/v1/schedules/${id}`
      const answers = [
        await api.call('GET', path),
        await patch({ priority: 1 }, id),
        await api.call('DELETE', path),
        ...(await Promise.all(['pause', 'resume', 'run'].map((verb) => api.call('POST', `${path}/${verb}`)))),
        ...(await Promise.all(['preview', 'ticks'].map((what) => api.call('GET', `${path}/${what}`)))),
      ]
      for (const { status, body } of answers) expect([status, body.code]).to.deep.equal([400, 'malformed-id'])
    })

  it('tells of another method which ones there are', async () => {
    const methodsOf = async (method: string, path: string) => {
      const { status, headers } = await api.call(method, path)
      return [status, headers.get('allow')]
    }
    expect(await methodsOf('DELETE', '/v1/schedules')).to.deep.equal([405, 'POST, HEAD, GET, OPTIONS'])
    expect((await methodsOf('PUT', `/v1/schedules/${scheduleId}`))[0]).to.equal(405)
    expect((await methodsOf('GET', `/v1/schedules/${scheduleId}/run`))[0]).to.equal(405)
  })
})
