import { expect } from 'chai'
import fc from 'fast-check'
import { openHarness, type Harness } from './harness.js'
import { multipart, MULTIPART } from './uploads.js'

const SEED = 20_240_101
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', '__proto__', '%00', '9'.repeat(400)),
)
const instant = fc.date({ noInvalidDate: true }).map((date) => date.toISOString())
const anything = fc.oneof(fc.jsonValue(), text, instant, fc.double(), fc.integer())

/** A body that is right but for one field, which may be anything. */
const almostJob = fc
  .tuple(
    fc.constantFrom('echo', 'typed', 'nope'),
    fc.constantFrom('definitionKey', 'definitionVersion', 'params', 'priority', 'maxAttempts', 'other'),
    fc.constantFrom('idempotencyKey', 'runAt', 'delaySeconds', 'params'),
    anything,
    anything,
  )
  .map(([definitionKey, one, other, a, b]) => ({ definitionKey, [one]: a, [other]: b }))

const query = fc
  .array(fc.tuple(fc.constantFrom('status', 'limit', 'offset', 'cursor', 'definitionKey', 'x'), text), {
    maxLength: 3,
  })
  .map((pairs) =>
    pairs.map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&'),
  )

const part = fc
  .tuple(fc.constantFrom('video', 'format', 'quality', 'priority', 'x'), text, fc.boolean())
  .map(([name, value, isFile]): readonly [string, string] => {
    const filename = isFile ? `; filename="${value.replace(/[\r\n"]/g, '_')}"` : ''
    return [`Content-Disposition: form-data; name="${name}"${filename}`, value]
  })

describe('HTTP: requests that nobody thought of', () => {
  let api: Harness
  before(async () => {
    api = await openHarness()
  })
  after(() => api.close())
  // The harness holds every answer against the OpenAPI document.
  const answered = async (method: string, path: string, init?: RequestInit) => {
    const { status } = await api.call(method, path, init)
    expect(status).to.be.below(500)
    expect(api.logged).to.deep.equal([])
  }
  const holds = <T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>, numRuns: number) =>
    fc.assert(fc.asyncProperty(arbitrary, check), { seed: SEED, numRuns })

  it('answers every new job as documented, and then shows it', () =>
    holds(
      almostJob,
      async (body) => {
        const { status, body: answer } = await api.post('/v1/jobs', body)
        expect(status).to.be.oneOf([200, 201, 400, 422])
        if (status < 300) await answered('GET', `/v1/jobs/${answer.jobId}`)
      },
      150,
    ))

  it('answers every query as documented', () =>
    holds(query, (text) => answered('GET', `/v1/jobs?${text}`), 80))

  it('answers every path as documented', () =>
    holds(
      fc.tuple(fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS'), fc.webPath(), fc.boolean()),
      ([method, path, inApi]) => answered(method, `${inApi ? '/v1/jobs' : ''}/${path}`),
      80,
    ))

  it('answers every form as documented', () =>
    holds(
      fc.array(part, { maxLength: 4 }),
      (parts) => answered('POST', '/v1/videos/encode', { body: multipart(parts), headers: MULTIPART }),
      60,
    ))
})
