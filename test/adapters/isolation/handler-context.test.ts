import { rmdirSync } from 'node:fs'
import { expect } from 'chai'
import { HandlerSide } from '../../../src/adapters/isolation/handler-context.js'
import type { RunIo } from '../../../src/application/ports/executor.js'
import type { JobContext } from '../../../src/domain/job-definition.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { aRunningJob } from '../../support/factories.js'
import { recordingLogger } from '../../support/recording.js'

type Emitted = Parameters<RunIo['emit']>[0]

describe('handlerContext', () => {
  let emitted: Emitted[]
  let ctx: JobContext
  let flush: () => Promise<void>
  let lines: string[]

  function open(write: () => Promise<void> = () => Promise.resolve()): void {
    emitted = []
    const logger = recordingLogger()
    lines = logger.lines
    const emit: RunIo['emit'] = (event) => {
      emitted.push(event)
      return write()
    }
    const io = { emit, log: () => undefined }
    const job = aRunningJob({ attempts: 2, run: 5 })
    const side = new HandlerSide(job, new AbortController(), io, () => logger)
    ctx = side.context
    flush = async () => {
      await side.flush()
    }
  }
  beforeEach(() => {
    open()
  })

  const types = (): string[] =>
    emitted.map(({ type, progress }) => (progress === undefined ? type : String(progress)))

  async function refusal(work: Promise<void>): Promise<string> {
    return work.then(
      () => 'accepted',
      (error: unknown) => (error as Error).message,
    )
  }

  it('tells a handler which run of which job it is', () => {
    const { jobId, definitionKey, definitionVersion, attempt, maxAttempts, run } = ctx
    expect([definitionKey, definitionVersion, attempt, maxAttempts, run]).to.deep.equal(['work', 1, 2, 3, 5])
    expect(jobId).to.equal(aRunningJob().id)
  })

  it('is whole in a copy, and in parts that a handler takes out of it', async () => {
    const copy = { ...ctx }
    const { abortSignal, logger, emitEvent, progress } = copy
    logger.info('from the copy')
    await Promise.all([emitEvent('taken'), progress(50)])
    expect(abortSignal).to.equal(ctx.abortSignal)
    expect(lines.join()).to.include('from the copy')
    expect(types()).to.deep.equal(['taken', '50'])
    rmdirSync(copy.tempDir)
  })

  it('adds events with payloads that every store can hold', async () => {
    await ctx.emitEvent('result', { a: 'x\u0000', b: undefined })
    await ctx.emitEvent('plain')
    await ctx.emitEvent('list', [1, 2])
    expect(emitted).to.deep.equal([
      { type: 'result', payload: { a: 'x\uFFFD' } },
      { type: 'plain', payload: {} },
      { type: 'list', payload: { value: [1, 2] } },
    ])
  })

  it('refuses the types of the server, odd ones, and payloads that are too large or no JSON', async () => {
    expect(await refusal(ctx.emitEvent('succeeded'))).to.match(/not one of the server's own, got "succeeded"/)
    expect(await refusal(ctx.emitEvent('a b'))).to.match(/event type/)
    expect(await refusal(ctx.emitEvent(7 as never))).to.match(/event type/)
    expect(await refusal(ctx.emitEvent(undefined as never))).to.match(/event type .* got undefined/)
    expect(await refusal(ctx.emitEvent('large', { text: 'x'.repeat(70_000) }))).to.match(/65536 bytes/)
    expect(await refusal(ctx.emitEvent('odd', 1n))).to.match(/BigInt/)
    expect(await refusal(ctx.progress(NaN))).to.match(/progress must be a number/)
    expect(await refusal(ctx.progress('5' as never))).to.match(/progress must be a number/)
    expect(emitted).to.deep.equal([])
  })

  it('survives a handler that does not await what is refused or cannot be written', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.prependListener('unhandledRejection', note)
    open(() => Promise.reject(new Error('abandoned')))
    void ctx.emitEvent('not a type')
    void ctx.emitEvent('fine')
    void ctx.progress(5)
    void ctx.progress(6)
    await flush()
    await turns()
    process.removeListener('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
    expect(lines.filter((line) => line === 'warn a report of the handler was refused')).to.have.length(3)
  })

  it('survives a payload that throws what has no text', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.prependListener('unhandledRejection', note)
    const mute = Object.assign(new Error(), { message: Symbol('no text') })
    const told = await Promise.allSettled(
      [Object.create(null) as unknown, mute].map((thrown) =>
        ctx.emitEvent('odd', {
          toJSON() {
            throw thrown
          },
        }),
      ),
    )
    await turns()
    process.removeListener('unhandledRejection', note)
    expect(unhandled).to.deep.equal([])
    expect(told.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
    expect(lines.filter((line) => line === 'warn a report of the handler was refused')).to.have.length(2)
  })

  it('clamps progress to 0–100 and tells the step', async () => {
    await ctx.progress(-5, 'probe\u0000')
    expect(emitted).to.deep.equal([
      { type: 'progress', payload: { step: 'probe\uFFFD', progress: 0 }, progress: 0 },
    ])
    open()
    await ctx.progress(1e9)
    expect(emitted[0]).to.deep.equal({
      type: 'progress',
      payload: { step: null, progress: 100 },
      progress: 100,
    })
  })

  it('keeps steps short, and refuses those that are no text, held back or not', async () => {
    await ctx.progress(1, 'x'.repeat(5_000))
    expect(emitted[0]?.payload['step']).to.equal('x'.repeat(1_000))
    const none = Object.create(null) as string
    expect(await refusal(ctx.progress(2, none))).to.include('Cannot convert object')
    await flush()
    expect(emitted).to.have.length(1)
  })

  it('writes progress at most four times a second, the last value always', async () => {
    for (let percent = 0; percent <= 100; percent++) await ctx.progress(percent)
    expect(types()).to.deep.equal(['0'])
    await flush()
    expect(types()).to.deep.equal(['0', '100'])
  })

  it('writes what was held back when its time has come, and then holds back again', async () => {
    await ctx.progress(1)
    await ctx.progress(2)
    await eventually(() => emitted.length === 2)
    await ctx.progress(3)
    expect(types()).to.deep.equal(['1', '2'])
    await flush()
    expect(types()).to.deep.equal(['1', '2', '3'])
  })

  it('keeps the order of calls, progress held back included, however slow the writer is', async () => {
    const gate = deferred()
    open(() => gate.promise)
    void ctx.progress(10)
    void ctx.progress(20)
    void ctx.emitEvent('a')
    void ctx.emitEvent('b')
    void ctx.progress(30)
    void ctx.emitEvent('c')
    await turns()
    expect(types()).to.deep.equal(['10', '20', 'a', 'b', '30', 'c'])
    let flushed = false
    const done = flush().then(() => (flushed = true))
    await turns()
    expect(flushed).to.equal(false)
    gate.resolve()
    await done
  })
})
