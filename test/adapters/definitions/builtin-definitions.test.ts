import { expect } from 'chai'
import sinon from 'sinon'
import { builtinDefinitions } from '../../../src/adapters/definitions/builtin-definitions.js'
import { JobRegistry } from '../../../src/application/job-registry.js'
import type { FileStore } from '../../../src/application/ports/file-store.js'
import type { VideoEncoder } from '../../../src/application/ports/video-encoder.js'
import type { AnyJobDefinition } from '../../../src/domain/job-definition.js'
import { runRecorded } from './recording-context.js'

const definitions = builtinDefinitions({
  encoder: {} as VideoEncoder,
  files: {} as FileStore,
  callApiMode: 'simulate',
})
const definition = (key: string): AnyJobDefinition => {
  const found = definitions.find((candidate) => candidate.key === key)
  if (found === undefined) throw new Error(`there is no ${key}`)
  return found
}
/** 1,024 bytes. */
const LONGEST_PATH = 'é'.repeat(512)

describe('definitions: what comes with the server', () => {
  it('is what the contract lists', () => {
    const registry = new JobRegistry()
    for (const each of definitions) registry.register(each as never)
    const listed = registry
      .published(() => null)
      .map((each) => [
        `${each.key}@${each.version}`,
        each.defaultMaxAttempts,
        each.timeoutSeconds,
        each.concurrencyLimit,
      ])
    expect(listed).to.deep.equal([
      ['echo@1', 3, 3600, 0],
      ['failing@1', 3, 3600, 0],
      ['compute.math@1', 3, 3600, 0],
      ['process.data@1', 3, 1800, 0],
      ['call.api@1', 3, 300, 0],
      ['process.batch@1', 2, 3600, 5],
      ['encode.video@1', 2, 7200, 3],
    ])
  })

  describe('params', () => {
    const api = { endpoint: 'https://api.example.com/users' }
    const accepted: readonly [string, unknown][] = [
      ['echo', {}],
      ['echo', { message: 'hello', more: [1] }],
      ['failing', { anything: 1 }],
      ['compute.math', { operation: 'sum', numbers: [1.5, -2], unknown: true }],
      ['compute.math', { operation: 'fibonacci', numbers: [45] }],
      ['compute.math', { operation: 'prime', numbers: [-7] }],
      ['process.data', { dataset: 'sales-2024', operation: 'aggregate' }],
      ['call.api', api],
      ['call.api', { ...api, method: 'post', payload: { a: [1] } }],
      ['process.batch', { items: [] }],
      ['process.batch', { items: ['a'], batchSize: 1_000 }],
      ['encode.video', { inputPath: 'uploads/x.mp4' }],
      ['encode.video', { inputPath: 'uploads/x.mp4', originalFilename: 'x', format: 'avi', quality: '4k' }],
      ['encode.video', { inputPath: LONGEST_PATH }],
    ]
    for (const [key, params] of accepted) {
      it(`of ${key} may be ${JSON.stringify(params).slice(0, 80)}`, () => {
        expect(() => definition(key).params?.parse(params)).not.to.throw()
      })
    }

    const refused: readonly [string, unknown][] = [
      ['echo', []],
      ['echo', 'text'],
      ['failing', null],
      ['compute.math', {}],
      ['compute.math', { operation: 'divide', numbers: [1] }],
      ['compute.math', { operation: 'sum', numbers: [] }],
      ['compute.math', { operation: 'sum', numbers: ['1'] }],
      ['compute.math', { operation: 'sum', numbers: [NaN] }],
      ['compute.math', { operation: 'sum', numbers: [Infinity] }],
      ['compute.math', { operation: 'sum', numbers: Array(1_001).fill(1) }],
      ['compute.math', { operation: 'fibonacci', numbers: [46] }],
      ['compute.math', { operation: 'fibonacci', numbers: [1e9] }],
      ['compute.math', { operation: 'fibonacci', numbers: [-1] }],
      ['compute.math', { operation: 'fibonacci', numbers: [1.5] }],
      ['compute.math', { operation: 'prime', numbers: [2.5] }],
      ['compute.math', { operation: 'prime', numbers: [2 ** 53] }],
      ['process.data', { dataset: '', operation: 'aggregate' }],
      ['process.data', { dataset: 'x'.repeat(256), operation: 'aggregate' }],
      ['process.data', { dataset: 'x', operation: 'drop' }],
      ['call.api', { endpoint: 'not a url' }],
      ['call.api', { ...api, method: 'TRACE' }],
      ['call.api', { ...api, method: 'GET\r\nX: y' }],
      ['call.api', { endpoint: `https://example.com/${'x'.repeat(2_048)}` }],
      ['process.batch', { items: ['a'], batchSize: 0 }],
      ['process.batch', { items: ['a'], batchSize: -1 }],
      ['process.batch', { items: ['a'], batchSize: 1.5 }],
      ['process.batch', { items: [1] }],
      ['process.batch', { items: Array(10_001).fill('a') }],
      ['encode.video', {}],
      ['encode.video', { inputPath: '' }],
      ['encode.video', { inputPath: `${LONGEST_PATH}é` }],
      ['encode.video', { inputPath: 'uploads/x.mp4', quality: '8k' }],
      ['encode.video', { inputPath: 'uploads/x.mp4', format: 'mp4;rm -rf' }],
      ['encode.video', { inputPath: 'uploads/x.mp4', format: '-f' }],
    ]
    for (const [key, params] of refused) {
      it(`of ${key} may not be ${String(JSON.stringify(params)).slice(0, 80)}`, () => {
        expect(() => definition(key).params?.parse(params)).to.throw()
      })
    }
  })

  describe('compute.math', () => {
    const cases: readonly [string, number[], number][] = [
      ['sum', [1, 2, 3.5], 6.5],
      ['product', [2, 3, -4], -24],
      ['fibonacci', [0], 0],
      ['fibonacci', [1], 1],
      ['fibonacci', [30], 832_040],
      ['prime', [2], 1],
      ['prime', [-7], 0],
      ['prime', [1], 0],
      ['prime', [9], 0],
      ['prime', [97], 1],
      ['prime', [999_983 * 999_983], 0],
      ['prime', [1_000_000_007], 1],
    ]
    for (const [operation, input, result] of cases) {
      it(`answers ${operation} of ${input.join(', ')} with ${result}`, async () => {
        const run = runRecorded(definition('compute.math'), { operation, numbers: input })
        expect(await run.result).to.equal(result)
        expect(run.events).to.deep.equal([{ type: 'result', payload: { operation, result, input } }])
      })
    }

    it('says for good that a product is too large', async () => {
      const { result } = runRecorded(definition('compute.math'), {
        operation: 'product',
        numbers: [1e300, 1e300],
      })
      const failure = await result.catch((error: unknown) => error)
      expect(failure).to.include({ name: 'PermanentError' })
      expect((failure as Error).message).to.contain('larger than any number')
    })

    it('lets the event loop turn while it computes, and stops when it is aborted', async () => {
      const controller = new AbortController()
      const params = { operation: 'fibonacci', numbers: [45] }
      const { result } = runRecorded(definition('compute.math'), params, controller.signal)
      // This timer only fires because the computation gives way.
      setTimeout(() => {
        controller.abort(new Error('stop'))
      }, 20)
      expect(await result.catch((error: unknown) => error)).to.have.property('message', 'stop')
    })
  })

  describe('those that wait', () => {
    let clock: sinon.SinonFakeTimers
    beforeEach(() => {
      clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'], now: 0 })
    })
    afterEach(() => {
      clock.restore()
    })

    async function lasting(key: string, params: unknown) {
      const run = runRecorded(definition(key), params)
      await clock.runAllAsync()
      return { ...run, value: await run.result, ms: clock.now }
    }

    it('echo gives its params back after a second', async () => {
      const params = { message: 'hello', extra: { deep: [1, null] } }
      const { value, ms } = await lasting('echo', params)
      expect(value).to.deep.equal(params)
      expect(ms).to.equal(1_000)
    })

    it('process.data tells its steps and how many records it had', async () => {
      const { value, progress, ms } = await lasting('process.data', {
        dataset: 'sales-2024',
        operation: 'aggregate',
      })
      expect(progress).to.deep.equal([
        [0, 'extract'],
        [25, 'validate'],
        [50, 'aggregate'],
        [75, 'load'],
        [100, 'done'],
      ])
      const { records, outputRecords } = value as { records: number; outputRecords: number }
      expect(outputRecords).to.equal(Math.ceil(records / 100))
      expect(ms).to.equal(2_000)
      const exported = await lasting('process.data', { dataset: 'sales-2024', operation: 'export' })
      expect(exported.value).to.deep.equal({ records, outputRecords: records })
    })

    it('process.batch says after each batch how far it is', async () => {
      const { value, events, progress, ms } = await lasting('process.batch', {
        items: ['a', 'b', 'c', 'd', 'e'],
        batchSize: 2,
      })
      expect(value).to.deep.equal({ processed: 5 })
      expect(events.map(({ payload }) => payload)).to.deep.equal([
        { batch: 1, totalBatches: 3, processed: 2, total: 5 },
        { batch: 2, totalBatches: 3, processed: 4, total: 5 },
        { batch: 3, totalBatches: 3, processed: 5, total: 5 },
      ])
      expect(events.every(({ type }) => type === 'batch_progress')).to.equal(true)
      expect(progress.map(([percent]) => percent)).to.deep.equal([40, 80, 100])
      expect(ms).to.equal(250)
    })

    it('process.batch takes ten at a time by default, and nothing at all', async () => {
      const { events } = await lasting('process.batch', { items: Array(11).fill('a') })
      expect(events).to.have.lengthOf(2)
      expect((await lasting('process.batch', { items: [] })).value).to.deep.equal({ processed: 0 })
    })

    it('process.batch tells of as many batches as a job can keep events of, and of the last', async () => {
      const items = Array(9_999).fill('a')
      const { events, progress } = runRecorded(definition('process.batch'), { items, batchSize: 1 })
      await clock.tickAsync(9_999 * 50)
      const told = events.map(({ payload }) => (payload as { batch: number }).batch)
      expect(told).to.have.lengthOf(1_000)
      expect([told[0], ...told.slice(-2)]).to.deep.equal([10, 9_990, 9_999])
      expect(progress).to.have.lengthOf(9_999)
    })

    it('call.api simulates a call', async () => {
      const { value, events, ms } = await lasting('call.api', { endpoint: 'https://api.example.com/users' })
      expect(value).to.deep.equal({
        status: 200,
        data: { simulated: true, endpoint: 'https://api.example.com/users', method: 'GET' },
      })
      expect(events).to.deep.equal([{ type: 'api_response', payload: value }])
      expect(ms).to.equal(800)
    })

    for (const [key, params] of [
      ['echo', {}],
      ['process.data', { dataset: 'x', operation: 'export' }],
      ['process.batch', { items: ['a', 'b'] }],
      ['call.api', { endpoint: 'https://api.example.com' }],
    ] as const) {
      it(`${key} stops at once when it is aborted, before or in the middle`, async () => {
        for (const afterMs of [0, 30]) {
          const controller = new AbortController()
          const { result } = runRecorded(definition(key), params, controller.signal)
          const failure = result.catch((error: unknown) => error)
          await clock.tickAsync(afterMs)
          controller.abort(new Error('stop'))
          expect(await failure).to.have.property('message', 'stop')
          expect(clock.countTimers()).to.equal(0)
        }
      })
    }
  })

  it('failing fails', async () => {
    const failure = await runRecorded(definition('failing'), {}).result.catch((error: unknown) => error)
    expect(failure).to.have.property('message', 'Intentional failure')
  })
})
