import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { expect } from 'chai'
import { PROBLEMS } from '../../../src/adapters/http/problem.js'
import { openHarness, type Harness } from './harness.js'

interface Document {
  readonly openapi: string
  readonly info: Record<string, unknown>
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, object> }
}
interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: string[]
  readonly parameters?: { name: string; in: string; required?: boolean; schema: object }[]
  readonly requestBody?: { content: Record<string, { schema: object }> }
  readonly responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

describe('HTTP: the OpenAPI document', () => {
  let api: Harness
  let document: Document
  let operations: [path: string, method: string, operation: Operation][]
  before(async () => {
    api = await openHarness()
    document = (await api.call('GET', '/openapi.json')).body as Document
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
        path,
        method,
        operation,
      ]),
    )
  })
  after(() => api.close())

  it('is version 3.1 and lists every endpoint', () => {
    expect(document.openapi).to.match(/^3\.1\.\d+$/)
    expect(document.info).to.include.keys('title', 'version')
    expect(operations.map(([path, method]) => `${method.toUpperCase()} ${path}`)).to.have.members([
      'POST /v1/jobs',
      'POST /v1/jobs/batch',
      'GET /v1/jobs',
      'GET /v1/jobs/{jobId}',
      'POST /v1/jobs/{jobId}/cancel',
      'GET /v1/jobs/{jobId}/events',
      'GET /v1/jobs/{jobId}/attempts',
      'GET /v1/jobs/{jobId}/logs',
      'GET /v1/jobs/{jobId}/deliveries',
      'GET /v1/jobs/{jobId}/explain',
      'GET /v1/events/stream',
      'GET /v1/workers',
      'POST /v1/jobs/cancel',
      'POST /v1/jobs/retry',
      'GET /v1/dlq',
      'GET /v1/dlq/{dlqJobId}',
      'POST /v1/dlq/{dlqJobId}/retry',
      'POST /v1/dlq/retry',
      'POST /v1/dlq/discard',
      'POST /v1/definitions/{key}/pause',
      'POST /v1/definitions/{key}/resume',
      'POST /v1/schedules',
      'GET /v1/schedules',
      'GET /v1/schedules/{scheduleId}',
      'PATCH /v1/schedules/{scheduleId}',
      'DELETE /v1/schedules/{scheduleId}',
      'POST /v1/schedules/{scheduleId}/pause',
      'POST /v1/schedules/{scheduleId}/resume',
      'POST /v1/schedules/{scheduleId}/run',
      'GET /v1/schedules/{scheduleId}/preview',
      'POST /v1/schedules/preview',
      'GET /v1/schedules/{scheduleId}/ticks',
      'GET /v1/metrics',
      'GET /v1/metrics/definitions',
      'GET /v1/metrics/throughput',
      'GET /v1/metrics/performance',
      'GET /v1/metrics/latency',
      'GET /metrics',
      'GET /v1/definitions',
      'POST /v1/videos/encode',
      'GET /v1/videos/{jobId}/status',
      'GET /v1/videos/{jobId}/download',
      'GET /healthz',
      'GET /problems/{code}',
      'GET /readyz',
      'GET /openapi.json',
      'GET /',
    ])
  })

  it('holds only references that lead somewhere', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '')
    expect(refs).to.not.have.length(0)
    for (const ref of refs) {
      const target = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], document)
      expect(target, ref).to.be.an('object')
    }
  })

  it('holds only schemas that are JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ strict: false })
    addFormats.default(ajv)
    ajv.addSchema(document, 'openapi')
    const inside = operations.flatMap(([, , { parameters = [], requestBody, responses }]) => [
      ...parameters.map(({ schema }) => schema),
      ...Object.values(requestBody?.content ?? {}).map(({ schema }) => schema),
      ...Object.values(responses).flatMap(({ content = {} }) =>
        Object.values(content).map(({ schema }) => schema),
      ),
    ])
    for (const schema of [...inside, ...Object.values(document.components.schemas)]) {
      expect(ajv.validateSchema(schema), JSON.stringify(schema)).to.equal(true)
    }
  })

  it('gives every operation its own id, a summary, a tag, its path parameters and described answers', () => {
    const ids = operations.map(([, , { operationId }]) => operationId)
    expect(new Set(ids).size).to.equal(ids.length)
    for (const [path, , operation] of operations) {
      expect(operation.summary).to.not.equal('')
      expect(operation.tags).to.have.length(1)
      const inPath = (operation.parameters ?? []).filter(({ in: where }) => where === 'path')
      const expected = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(inPath.map(({ name }) => name)).to.deep.equal(expected)
      expect(inPath.every(({ required }) => required)).to.equal(true)
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(status).to.match(/^\d{3}$/)
        expect(response.description).to.not.equal('')
      }
    }
  })

  it('describes what a request takes as it is checked', () => {
    const create = document.components.schemas['CreateJob'] as {
      required: string[]
      additionalProperties: boolean
    }
    expect(create.required).to.deep.equal(['definitionKey'])
    expect(create.additionalProperties).to.equal(false)
    const list = document.paths['/v1/jobs']?.['get']?.parameters?.find(({ name }) => name === 'limit')
    expect(list?.schema).to.deep.equal({ type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  })

  it('promises every field of a job', () => {
    const { required, properties } = document.components.schemas['Job'] as {
      required: string[]
      properties: object
    }
    expect(required).to.have.members(Object.keys(properties))
  })

  it('says of every 503 when to come again', () => {
    for (const [, , { responses }] of operations)
      expect(responses['503']).to.have.nested.property('headers.Retry-After')
  })

  it('states the limits of queries as they are enforced', async () => {
    const { jobId } = (await api.post('/v1/jobs', { definitionKey: 'echo' })).body
    // Nobody waits for a job that is over.
    await api.post(`/v1/jobs/${jobId as string}/cancel`, '')
    const daily = { name: 'of limits', definitionKey: 'echo', cron: '@daily' }
    const { scheduleId } = (await api.post('/v1/schedules', daily)).body
    for (const [path, method, { parameters = [] }] of operations) {
      for (const { name, in: where, schema } of parameters) {
        const { minimum, maximum } = schema as { minimum?: number; maximum?: number }
        if (where !== 'query' || minimum === undefined || maximum === undefined) continue
        const at = path.replace('{jobId}', jobId).replace('{scheduleId}', scheduleId)
        const statusFor = async (value: number) => {
          const query = `${at}?${name}=${value}`
          // The one that takes a body looks at times.
          return (
            method === 'post' ? await api.post(query, daily) : await api.call(method.toUpperCase(), query)
          ).status
        }
        expect([path, name, await statusFor(minimum - 1)]).to.deep.equal([path, name, 400])
        expect([path, name, await statusFor(maximum + 1)]).to.deep.equal([path, name, 400])
        expect([path, name, await statusFor(minimum)]).to.deep.equal([path, name, 200])
        expect([path, name, await statusFor(maximum)]).to.deep.equal([path, name, 200])
      }
    }
  })

  const made = [
    ['CreateJob', '/v1/jobs', {}],
    ['CreateSchedule', '/v1/schedules', { everySeconds: 60 }],
  ] as const
  for (const [schema, path, more] of made)
    it(`states the limits of ${schema} as they are enforced, with examples that are accepted`, async () => {
      const { properties, examples } = document.components.schemas[schema] as {
        properties: Record<string, { minimum?: number; maximum?: number; type: string | string[] }>
        examples: { definitionKey: string }[]
      }
      let names = 0
      const statusOf = async (body: object) =>
        (await api.post(path, schema === 'CreateJob' ? body : { name: `${schema} ${names++}`, ...body }))
          .status
      for (const [name, { minimum, maximum, type }] of Object.entries(properties)) {
        if (minimum === undefined || maximum === undefined) continue
        const statusFor = (value: number) => statusOf({ ...more, definitionKey: 'echo', [name]: value })
        for (const value of [minimum - 1, maximum + 1]) expect(await statusFor(value), name).to.equal(400)
        // A version within the limits may still be one that is not published; a span one that is too long.
        for (const value of [minimum, maximum]) expect(await statusFor(value), name).to.be.oneOf([201, 422])
        expect(await statusFor(minimum + 0.5), name).to.equal([type].flat().includes('integer') ? 400 : 201)
      }
      for (const example of examples)
        expect(await statusOf({ ...example, definitionKey: 'echo' })).to.equal(201)
    })

  it('knows only client and server errors as problems', () => {
    for (const { status, title } of Object.values(PROBLEMS)) {
      expect(status).to.be.within(400, 503)
      expect(title).to.match(/^[A-Z]/)
    }
  })
})
