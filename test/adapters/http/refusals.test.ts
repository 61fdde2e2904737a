import { expect } from 'chai'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: what a refusal says', () => {
  let api: Harness
  before(async () => {
    api = await openHarness()
  })
  after(() => api.close())

  const INSTANT = 'must be an instant such as 2024-01-01T10:00:00Z'
  const STATUSES = 'must be one or more of queued, running, cancelling, succeeded, failed, cancelled'
  const filter = (member: object): [string, object] => ['/v1/jobs/cancel', { filter: member }]
  const refusals: readonly [path: string, body: object, errors: object[]][] = [
    ['/v1/jobs', { definitionKey: 'echo', runAt: '2024-01-01' }, [{ pointer: '/runAt', message: INSTANT }]],
    ['/v1/jobs', { definitionKey: 'echo', runAt: 5 }, [{ pointer: '/runAt', message: INSTANT }]],
    [
      '/v1/jobs',
      { definitionKey: 'echo', runAt: '2016-12-31T23:59:60Z' },
      [{ pointer: '/runAt', message: INSTANT }],
    ],
    [...filter({ status: 'done' }), [{ pointer: '/filter/status', message: STATUSES }]],
    [...filter({ status: null }), [{ pointer: '/filter/status', message: STATUSES }]],
    [
      ...filter({ ids: 'x'.repeat(1_001) }),
      [{ pointer: '/filter/ids', message: 'Invalid input: expected array, received string' }],
    ],
    [
      '/v1/jobs',
      { definitionKey: 'echo', idempotencyKey: [] },
      [{ pointer: '/idempotencyKey', message: 'Invalid input: expected string, received array' }],
    ],
  ]
  for (const [path, body, errors] of refusals)
    it(`names what is taken, for ${path} with ${JSON.stringify(body).slice(0, 70)}`, async () => {
      const answer = await api.post(path, body)
      expect(answer.status).to.equal(400)
      expect(answer.body.errors).to.deep.equal(errors)
    })

  it('names what a query takes', async () => {
    const { body } = await api.call('GET', '/v1/jobs?createdAfter=yesterday')
    expect(body.errors).to.deep.equal([{ pointer: '/createdAfter', message: INSTANT }])
  })
})
