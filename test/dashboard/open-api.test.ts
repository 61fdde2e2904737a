import { expect } from 'chai'
import {
  endpointsOf,
  exampleOf,
  filledPath,
  typeName,
  type ApiDocument,
} from '../../dashboard/src/lib/open-api.js'
import { openHarness, type Harness } from '../adapters/http/harness.js'

describe('the API as the page shows it', () => {
  let api: Harness
  let document: ApiDocument

  before(async () => {
    api = await openHarness()
    document = (await api.call('GET', '/openapi.json')).body as ApiDocument
  })
  after(() => api.close())

  it('has every endpoint of the document', () => {
    const shown = [...endpointsOf(document).values()].flat()
    const told = Object.values(document.paths).flatMap((operations) => Object.keys(operations))
    expect(shown.length).to.equal(told.length)
    expect(new Set(shown.map(({ id }) => id)).size).to.equal(shown.length)
  })

  it('begins a request with an example that the server takes', async () => {
    const create = [...endpointsOf(document).values()].flat().find(({ id }) => id === 'createJob')!
    const answer = await api.post(filledPath(create, {}), create.body?.example)
    expect(answer.status).to.equal(201)
  })

  it('fills in paths, and leaves empty parameters out', () => {
    const endpoint = {
      path: '/v1/jobs/{jobId}/events',
      parameters: [
        { name: 'jobId', in: 'path' as const },
        { name: 'after', in: 'query' as const },
        { name: 'limit', in: 'query' as const },
      ],
    }
    expect(filledPath(endpoint, { jobId: 'a/b', after: '', limit: '5' })).to.equal(
      '/v1/jobs/a%2Fb/events?limit=5',
    )
  })

  it('names types in a few characters', () => {
    const ref = { $ref: '#/components/schemas/JobStatus' }
    expect(typeName({ type: 'array', items: ref })).to.equal('JobStatus[]')
    expect(typeName({ anyOf: [{ type: 'string' }, { type: 'null' }] })).to.equal('string | null')
    expect(typeName({ enum: ['a', 'b'] })).to.equal('"a" | "b"')
  })

  it('makes examples of what is needed only, and ends with a schema that holds itself', () => {
    const self = {
      type: 'object',
      properties: { next: { $ref: '#/components/schemas/Self' } },
      required: ['next'],
    }
    const looped: ApiDocument = { ...document, components: { schemas: { Self: self } } }
    expect(() => JSON.stringify(exampleOf(looped, self))).to.not.throw()
    const schema = { type: 'object', properties: { a: { type: 'integer' }, b: {} }, required: ['a'] }
    expect(exampleOf(document, schema)).to.deep.equal({ a: 1 })
  })
})
