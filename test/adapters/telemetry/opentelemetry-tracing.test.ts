import { context, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import { expect } from 'chai'
import { OpenTelemetryTracing } from '../../../src/adapters/telemetry/opentelemetry-tracing.js'
import { InlineExecutor } from '../../../src/adapters/isolation/inline-executor.js'
import { EnqueueLanes } from '../../../src/application/enqueue-lanes.js'
import type { EnqueueRequest } from '../../../src/application/enqueue-jobs.js'
import { aRunningJob } from '../../support/factories.js'
import { WorkerWorld } from '../../support/worker-world.js'
import { untilPasses } from '../../support/until.js'

const SENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('tracing without an SDK', () => {
  const tracing = new OpenTelemetryTracing('0')

  it('passes on what came with the request', async () => {
    expect(await tracing.enqueuing('work', SENT, (traceparent) => Promise.resolve(traceparent))).to.equal(
      SENT,
    )
    expect(await tracing.enqueuing('work', null, (traceparent) => Promise.resolve(traceparent))).to.equal(
      null,
    )
    expect(tracing.running(aRunningJob({ traceparent: SENT })).traceparent).to.equal(SENT)
    expect(tracing.running(aRunningJob()).traceparent).to.equal(null)
  })

  it('leaves the answers of work and its failures as they are', async () => {
    const failure = new Error('refused')
    const outcome = await tracing
      .enqueuing('work', null, () => Promise.reject(failure))
      .catch((e: unknown) => e)
    expect(outcome).to.equal(failure)
    expect(tracing.within(SENT, () => 7)).to.equal(7)
  })
})

describe('tracing with an SDK', () => {
  const exporter = new InMemorySpanExporter()
  const tracing = new OpenTelemetryTracing('0')
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    )
  })
  after(() => {
    trace.disable()
    context.disable()
  })
  beforeEach(() => {
    exporter.reset()
  })

  const span = (name: string): ReadableSpan => {
    const found = exporter.getFinishedSpans().filter((one) => one.name === name)
    expect(found, name).to.have.length(1)
    return found[0] as ReadableSpan
  }

  it('puts the enqueue below the request, and links each run to its enqueue', async () => {
    const kept: (string | undefined)[] = []
    const lanes = new EnqueueLanes(
      {
        execute: (requests: readonly EnqueueRequest[]) => {
          kept.push(...requests.map(({ traceparent }) => traceparent))
          return Promise.resolve([])
        },
      },
      { execute: () => Promise.resolve([]) },
      tracing,
    )
    await lanes.enqueue({ definitionKey: 'work', traceparent: SENT })
    const enqueue = span('enqueue work')
    expect(enqueue.spanContext().traceId).to.equal('0af7651916cd43dd8448eb211c80319c')
    expect(enqueue.parentSpanContext?.spanId).to.equal('b7ad6b7169203331')
    expect(kept).to.deep.equal([`00-${enqueue.spanContext().traceId}-${enqueue.spanContext().spanId}-01`])
  })

  it('links a run to its enqueue, and makes what its handler does a part of it', async () => {
    const world = await WorkerWorld.open()
    await world.define({
      run: (_params, { traceparent }) => {
        trace.getTracer('handler').startSpan('inside').end()
        return { traceparent }
      },
    })
    const [id = ''] = await world.insert({ traceparent: SENT })
    const executor = new InlineExecutor(world.registry, world.log, { graceMs: 20, hookMs: 100, tracing })
    const worker = world.newWorker({}, { tracing, executor })
    await worker.heartbeat()
    await worker.poll()
    await untilPasses(async () => {
      expect(await world.statuses([id])).to.deep.equal(['succeeded'])
    })
    await worker.drain()
    const [inside, run] = [span('inside'), span('run work')]
    expect(run.links.map(({ context: { spanId } }) => spanId)).to.deep.equal(['b7ad6b7169203331'])
    expect(run.parentSpanContext).to.equal(undefined)
    expect(run.attributes).to.include({
      'messaging.message.id': id,
      'job.outcome': 'succeeded',
      'job.attempt': 1,
    })
    expect(run.status.code).to.equal(SpanStatusCode.UNSET)
    const { traceId, spanId } = run.spanContext()
    expect(inside.parentSpanContext).to.include({ traceId, spanId })
    expect(await world.job(id)).to.have.deep.property('result', {
      traceparent: `00-${traceId}-${spanId}-01`,
    })
  })

  it('tells of a failed run that it failed', () => {
    tracing.running(aRunningJob()).end({ kind: 'error', message: 'no disk' })
    expect(span('run work').status).to.deep.equal({ code: SpanStatusCode.ERROR, message: 'no disk' })
  })
})
