import { expect } from 'chai'
import { z } from 'zod'
import { createBodyOf } from '../../dashboard/src/lib/create-body.js'
import {
  fieldsOf,
  jsonFromValues,
  paramsFromJson,
  paramsOf,
  valuesFromJson,
  valuesOf,
} from '../../dashboard/src/lib/params-form.js'
import { sampleParams } from '../../dashboard/src/lib/samples.js'
import {
  builtinDefinitions,
  type BuiltinDependencies,
} from '../../src/adapters/definitions/builtin-definitions.js'

const SCHEMA = z.toJSONSchema(
  z.object({
    name: z.string(),
    count: z.int().min(1).max(10).default(3),
    ratio: z.number().optional(),
    mode: z.enum(['fast', 'slow']),
    tags: z.array(z.string()).optional(),
    sizes: z.array(z.number()).optional(),
    isDry: z.boolean().optional(),
    rest: z.unknown().optional(),
  }),
)
const fields = fieldsOf(SCHEMA)!

describe('the form of a definition', () => {
  it('has a field of the right kind for each of its params', () => {
    expect(Object.fromEntries(fields.map(({ name, kind }) => [name, kind]))).to.deep.equal({
      name: 'text',
      count: 'integer',
      ratio: 'number',
      mode: 'choice',
      tags: 'texts',
      sizes: 'numbers',
      isDry: 'switch',
      rest: 'json',
    })
    expect(fields.filter(({ isRequired }) => isRequired).map(({ name }) => name)).to.deep.equal([
      'name',
      'mode',
    ])
    expect(fields.find(({ name }) => name === 'count')).to.include({
      byDefault: '3',
      minimum: 1,
      maximum: 10,
    })
  })

  it('reads what was written, and leaves out what was not', () => {
    const { params, flaws } = paramsOf(fields, {
      name: 'a',
      mode: 'fast',
      tags: 'x\n y \n\n',
      sizes: '1, 2.5;3',
      isDry: 'false',
      rest: '{"deep": [1]}',
      ratio: ' ',
    })
    expect(flaws).to.deep.equal({})
    expect(params).to.deep.equal({
      name: 'a',
      mode: 'fast',
      tags: ['x', 'y'],
      sizes: [1, 2.5, 3],
      isDry: false,
      rest: { deep: [1] },
    })
  })

  it('says at each field what is wrong with it', () => {
    const { flaws } = paramsOf(fields, { count: '11', ratio: 'x', sizes: '1, b', rest: '{' })
    expect(Object.keys(flaws)).to.have.members(['name', 'mode', 'count', 'ratio', 'sizes', 'rest'])
    expect(flaws['count']).to.equal('must be at most 10')
  })

  it('shows params as they are, and gives way to JSON for those that it has no field for', () => {
    const params = { name: 'a', mode: 'slow', tags: ['x', 'y'], sizes: [1, 2], rest: null }
    expect(paramsOf(fields, valuesOf(fields, params)!).params).to.deep.equal(params)
    expect(valuesOf(fields, { name: 'a', unknown: 1 })).to.equal(null)
    expect(valuesOf(fields, { name: 5 })).to.equal(null)
    const changed = [
      { tags: ['two\nlines'] },
      { tags: [' a '] },
      { tags: [''] },
      { tags: [] },
      { sizes: [] },
      { name: ' ' },
      { name: 'two\r\nlines' },
      { mode: 'sideways' },
    ]
    for (const one of changed) expect(valuesOf(fields, one), JSON.stringify(one)).to.equal(null)
  })

  it('says why JSON cannot become fields, and fields not JSON', () => {
    const why = (text: string) => {
      const read = valuesFromJson(fields, text)
      return 'flaw' in read ? read.flaw : null
    }
    expect(why('{"name": "a",}')).to.equal('This is not valid JSON yet')
    expect(why('[1]')).to.match(/^Params must be an object/)
    expect(why('{"name": "a", "extra": 1}')).to.equal('“extra” has no field and can only be written as JSON')
    expect(why('{"count": 11}')).to.equal('“count” must be at most 10')
    expect(why('{"tags": [" a "]}')).to.match(/^The field of “tags” cannot show this value/)
    expect(why('{"name": "a\\nb"}')).to.equal(null)

    const unread = jsonFromValues(fields, { name: '', count: '11', rest: '{' })
    expect(unread).to.deep.equal({ flaw: '“count”, “rest” need attention' })
    expect(jsonFromValues(fields, { name: '', mode: 'fast' })).to.deep.equal({
      text: '{\n  "mode": "fast"\n}',
    })
  })

  it('takes no number that JSON has not', () => {
    const { flaws } = paramsOf(fields, { name: 'a', mode: 'fast', ratio: 'Infinity', sizes: '1, Infinity' })
    expect(Object.keys(flaws)).to.deep.equal(['ratio', 'sizes'])
  })

  it('gives way to JSON for a schema that names nothing', () => {
    expect([fieldsOf(null), fieldsOf({ type: 'object', properties: {} })]).to.deep.equal([null, null])
    expect(paramsFromJson(' ')).to.deep.equal({ value: {} })
    expect(paramsFromJson('[1]')).to.have.property('flaw')
    expect(paramsFromJson('{')).to.have.property('flaw')
  })

  it('begins with params that the definitions of the server take', () => {
    const byHand = builtinDefinitions({ callApiMode: 'simulate' } as BuiltinDependencies).filter(
      ({ key }) => key !== 'encode.video',
    )
    for (const { key, params } of byHand) expect(() => params?.parse(sampleParams(key)), key).to.not.throw()
  })
})

describe('the body that starts a job', () => {
  it('holds what was given and nothing else', () => {
    const none = { priority: '', maxAttempts: ' ', delaySeconds: '', idempotencyKey: '' }
    expect(createBodyOf('echo', {}, none)).to.deep.equal({ definitionKey: 'echo', params: {} })
    expect(createBodyOf('echo', {}, none, 2)).to.include({ definitionKey: 'echo', definitionVersion: 2 })
    expect(
      createBodyOf(
        'echo',
        {},
        { priority: '-5', maxAttempts: '2', delaySeconds: '1.5', idempotencyKey: 'k' },
      ),
    ).to.deep.equal({
      definitionKey: 'echo',
      params: {},
      priority: -5,
      maxAttempts: 2,
      delaySeconds: 1.5,
      idempotencyKey: 'k',
    })
  })

  it('lets the server refuse what is no number', () => {
    const body = createBodyOf(
      'echo',
      {},
      { priority: 'high', maxAttempts: '', delaySeconds: '', idempotencyKey: '' },
    )
    expect(body.priority).to.equal('high')
  })
})
