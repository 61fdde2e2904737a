import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { openHarness, type Harness } from './harness.js'

const QUERIES: readonly string[] = [
  ...[
    'limit=0',
    'limit=1001',
    'limit=x',
    'offset=-1',
    'offset=1000001',
    'limit=1&limit=2',
    'status=failed',
    'cursor=x',
  ],
  ...['definitionKey=%00', 'errorContains=%0a', `errorContains=${'x'.repeat(256)}`],
  ...['before=yesterday', 'before=2026-01-01', 'before=2026-02-30T00:00:00Z', 'before=1'],
]

const JOB_QUERIES: readonly string[] = [
  ...[
    'yesterday',
    '2026-01-01',
    '2026-13-01T00:00:00Z',
    '1767225600000',
    '2026-01-01T00:00:00',
    '-1',
  ].flatMap((text) => [`createdAfter=${text}`, `createdBefore=${text}`]),
  ...['q=%00', 'q=%0a', `q=${'x'.repeat(256)}`, 'q=a&q=b', 'ids=x', 'all=true'],
]

/** A filter, and where its flaw is. */
const COMMON: readonly (readonly [unknown, string])[] = [
  [undefined, '/filter'],
  [null, '/filter'],
  ['all', '/filter'],
  [[], '/filter'],
  [{}, '/filter'],
  [{ everything: true }, '/filter'],
  [{ all: false }, '/filter/all'],
  [{ all: 'true' }, '/filter/all'],
  [{ all: true, definitionKey: 'echo' }, '/filter'],
  [{ definitionKey: '' }, '/filter/definitionKey'],
  [{ definitionKey: 5 }, '/filter/definitionKey'],
  [{ definitionKey: 'a\u0000' }, '/filter/definitionKey'],
  [{ ids: [] }, '/filter/ids'],
  [{ ids: 'all' }, '/filter/ids'],
  [{ ids: [uuidv7(), 'x'] }, '/filter/ids/1'],
  [{ ids: Array.from({ length: 1_001 }, () => uuidv7()) }, '/filter/ids'],
]

const OF_JOBS: readonly (readonly [unknown, string])[] = [
  [{ status: 'done' }, '/filter/status'],
  [{ status: [] }, '/filter/status'],
  [{ status: '' }, '/filter/status'],
  [{ createdAfter: 'now' }, '/filter/createdAfter'],
  [{ createdBefore: 1 }, '/filter/createdBefore'],
  [{ q: '' }, '/filter/q'],
  [{ errorContains: 'x' }, '/filter'],
]

const OF_DEAD_LETTERS: readonly (readonly [unknown, string])[] = [
  [{ errorContains: '' }, '/filter/errorContains'],
  [{ errorContains: 'x'.repeat(256) }, '/filter/errorContains'],
  [{ before: 'now' }, '/filter/before'],
  [{ status: 'failed' }, '/filter'],
]

const BULK: readonly (readonly [string, readonly (readonly [unknown, string])[]])[] = [
  ['/v1/jobs/cancel', OF_JOBS],
  ['/v1/jobs/retry', OF_JOBS],
  ['/v1/dlq/retry', OF_DEAD_LETTERS],
  ['/v1/dlq/discard', OF_DEAD_LETTERS],
]

describe('HTTP: bad input of operators', () => {
  let api: Harness
  let jobId: string
  before(async () => {
    api = await openHarness()
    jobId = (await api.post('/v1/jobs', { definitionKey: 'echo' })).body.jobId as string
  })
  after(() => api.close())
  afterEach('nothing was changed and nothing failed', async () => {
    expect((await api.call('GET', `/v1/jobs/${jobId}`)).body.status).to.equal('queued')
    expect(await api.jobCount()).to.equal(1)
    expect(api.logged).to.deep.equal([])
  })

  for (const path of [
    ...QUERIES.map((query) => `/v1/dlq?${query}`),
    ...JOB_QUERIES.map((query) => `/v1/jobs?${query}`),
  ])
    it(`refuses GET ${path.slice(0, 60)}`, async () => {
      const answer = await api.call('GET', path)
      expect([answer.status, answer.body.code]).to.deep.equal([400, 'invalid-query'])
    })

  for (const id of ['x', '1', '%00', `${uuidv7()}0`, 'retry', '..%2f..'])
    for (const [method, path] of [
      ['GET', `/v1/dlq/${id}`],
      ['POST', `/v1/dlq/${id}/retry`],
    ] as const)
      it(`refuses ${method} ${path}`, async () => {
        const answer = await api.call(method, path)
        expect([answer.status, answer.body.code]).to.deep.equal([400, 'malformed-id'])
      })

  for (const maxAttempts of [0, -1, 1_001, 1.5, '3', null, [], true])
    it(`refuses a retry with ${JSON.stringify(maxAttempts)} attempts`, async () => {
      const { status, body } = await api.post(`/v1/dlq/${uuidv7()}/retry`, { maxAttempts })
      expect([status, body.code, body.errors[0].pointer]).to.deep.equal([
        400,
        'validation-error',
        '/maxAttempts',
      ])
    })

  it('refuses a retry whose body is something else', async () => {
    const path = `/v1/dlq/${uuidv7()}/retry`
    expect((await api.post(path, { attempts: 3 })).status).to.equal(400)
    expect((await api.post(path, '[]')).status).to.equal(400)
    expect((await api.post(path, '{')).body.code).to.equal('malformed-json')
    expect((await api.call('POST', path, { body: 'maxAttempts=3' })).status).to.equal(415)
  })

  for (const [path, own] of BULK) {
    for (const [filter, pointer] of [...COMMON, ...own])
      it(`refuses ${path} with the filter ${String(JSON.stringify(filter)).slice(0, 50)}`, async () => {
        for (const dryRun of [false, true]) {
          const { status, body } = await api.post(path, { filter, dryRun })
          expect([status, body.code]).to.deep.equal([400, 'validation-error'])
          expect(body.errors[0].pointer).to.equal(pointer)
        }
      })

    it(`says what ${path} takes in place of an empty filter`, async () => {
      const { body } = await api.post(path, { filter: {} })
      expect(body.errors[0].message).to.match(
        /^needs one of (status, )?definitionKey, .*ids, or \{"all": true\} alone$/,
      )
    })

    it(`refuses other bodies for ${path}`, async () => {
      const filter = { definitionKey: 'echo' }
      for (const body of [
        { filter, dryRun: 'yes' },
        { filter, dryRun: null },
        { filter, dryrun: true },
        { dryRun: true },
      ])
        expect((await api.post(path, body)).body.code, JSON.stringify(body)).to.equal('validation-error')
      expect((await api.call('POST', path)).body.code).to.equal('malformed-json')
    })
  }
})
