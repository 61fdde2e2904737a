import { expect } from 'chai'
import { runJob } from '../../src/application/run-job.js'
import type {
  AnyJobDefinition,
  HookContext,
  JobContext,
  JobDefinition,
} from '../../src/domain/job-definition.js'
import { PermanentError, RetryAfterError, SnoozeError } from '../../src/domain/handler-signals.js'
import type { RunResult } from '../../src/domain/run-result.js'
import { aRunningJob } from '../support/factories.js'
import { recordingLogger } from '../support/recording.js'

type Handler = JobDefinition<unknown>['run']

interface Trial {
  readonly definition?: Partial<JobDefinition<never>>
  readonly params?: Record<string, string>
  readonly aborted?: boolean
  readonly classify?: (end: RunResult) => RunResult
  readonly givenUp?: Promise<RunResult>
}

async function run(
  handler: Handler,
  trial: Trial = {},
): Promise<{ result: RunResult; calls: string[]; lines: string[] }> {
  const calls: string[] = []
  const logger = recordingLogger()
  const controller = new AbortController()
  if (trial.aborted === true) controller.abort()
  const job = aRunningJob({ params: trial.params ?? {} })
  const context: JobContext = {
    jobId: job.id,
    definitionKey: 'work',
    definitionVersion: 1,
    attempt: 1,
    maxAttempts: 3,
    traceparent: null,
    run: 1,
    logger,
    tempDir: '/nowhere',
    snooze: (seconds) => {
      throw new SnoozeError(seconds)
    },
    abortSignal: controller.signal,
    emitEvent: () => Promise.resolve(),
    progress: () => Promise.resolve(),
  }
  const hook = (name: string) => (ctx: HookContext<never, never>) => {
    calls.push(`${name} ${JSON.stringify([ctx.params, ctx.result, ctx.error, ctx.outcome, ctx.willRetry])}`)
  }
  const definition = {
    key: 'work',
    version: 1,
    onStart: hook('onStart'),
    onSuccess: hook('onSuccess'),
    onFail: hook('onFail'),
    onEnd: hook('onEnd'),
    ...trial.definition,
    run: (params: unknown, ctx: JobContext) => {
      calls.push(`run ${JSON.stringify(params)}`)
      return handler(params, ctx)
    },
  } as unknown as AnyJobDefinition
  const { result } = await runJob({
    job,
    definition,
    context,
    warn: (message, fields) => {
      logger.warn(message, fields)
    },
    isAborted: () => controller.signal.aborted,
    resultOf: (handler) =>
      Promise.race([
        handler.then(trial.classify ?? ((end) => end)),
        trial.givenUp ?? new Promise<never>(() => undefined),
      ]),
    handlerEnded: () => undefined,
    within: (work) => work,
  })
  return { result, calls, lines: logger.lines }
}

function throwing(error: unknown): Handler {
  return () => {
    throw error
  }
}

describe('runJob', () => {
  it('calls onStart, the handler, onSuccess, onEnd', async () => {
    const { result, calls } = await run(() => Promise.resolve({ n: 1 }), { params: { a: 'x' } })
    expect(result).to.deep.equal({ kind: 'succeeded', result: { n: 1 } })
    expect(calls).to.deep.equal([
      'onStart [{"a":"x"},null,null,null,false]',
      'run {"a":"x"}',
      'onSuccess [{"a":"x"},{"n":1},null,"succeeded",false]',
      'onEnd [{"a":"x"},{"n":1},null,"succeeded",false]',
    ])
  })

  it('calls onFail after a failure and tells whether it will be tried again', async () => {
    const retried = await run(throwing(new Error('boom')))
    expect(retried.calls.slice(2)).to.deep.equal([
      'onFail [{},null,"boom","error",true]',
      'onEnd [{},null,"boom","error",true]',
    ])
    const permanent = await run(throwing(new PermanentError('never')))
    expect(permanent.calls[2]).to.equal('onFail [{},null,"never","error",false]')
  })

  it('reads what a handler throws, by name, from whatever copy of the classes', async () => {
    class SnoozeErrorOfAnotherCopy extends Error {
      override readonly name = 'SnoozeError'
      readonly delayMs = 7
    }
    const results: readonly (readonly [unknown, RunResult])[] = [
      [new PermanentError('p'), { kind: 'error', permanent: true, message: 'p' }],
      [
        new RetryAfterError(0.5),
        { kind: 'error', retryAfterMs: 500, message: 'asked to be tried again later' },
      ],
      [new SnoozeError(0.5), { kind: 'snoozed', delayMs: 500 }],
      [new SnoozeErrorOfAnotherCopy(), { kind: 'snoozed', delayMs: 7 }],
      [new SnoozeError(-1), { kind: 'error', message: 'a job snoozes for 0 seconds or more, got -1' }],
      [new SnoozeError(NaN), { kind: 'error', message: 'a job snoozes for 0 seconds or more, got NaN' }],
      [new RetryAfterError(NaN), { kind: 'error', message: 'asked to be tried again later' }],
      [new TypeError(''), { kind: 'error', message: 'TypeError' }],
      ['just text', { kind: 'error', message: 'just text' }],
      [undefined, { kind: 'error', message: 'the handler threw something that is not an error' }],
      [{ message: 'x' }, { kind: 'error', message: 'the handler threw something that is not an error' }],
      [Object.assign(new Error(), { message: 42 }), { kind: 'error', message: '42' }],
    ]
    for (const [thrown, expected] of results) {
      const { result } = await run(throwing(thrown))
      const { stack, ...rest } = result
      expect(rest).to.deep.equal(expected)
      const wanted = rest.kind === 'error' && thrown instanceof Error ? thrown.stack : undefined
      expect(stack).to.equal(wanted)
    }
  })

  it('snoozes without onFail', async () => {
    const { calls } = await run(throwing(new SnoozeError(5)))
    expect(calls.map((call) => call.split(' ')[0])).to.deep.equal(['onStart', 'run', 'onEnd'])
  })

  it('waits for as long as can be told, whatever it is asked for', async () => {
    const tenYears = 315_360_000_000
    expect((await run(throwing(new SnoozeError(Infinity)))).result).to.include({ delayMs: tenYears })
    expect((await run(throwing(new RetryAfterError(1e300)))).result).to.include({ retryAfterMs: tenYears })
  })

  it('keeps at most 1 MiB of JSON as a result, and nothing that is not JSON', async () => {
    const fits = await run(() => 'x'.repeat(1024 * 1024 - 2))
    expect(fits.result.kind).to.equal('succeeded')
    const large = await run(() => 'é'.repeat(600_000))
    expect(large.result).to.deep.equal({
      kind: 'error',
      permanent: true,
      message: 'the result has 1200002 bytes of JSON, at most 1048576 are kept',
    })
    const odd = await run(() => 1n)
    expect(odd.result).to.include({ kind: 'error', permanent: true })
    expect((await run(() => undefined)).result).to.deep.equal({ kind: 'succeeded', result: null })
    expect((await run(() => ({ a: 'b\u0000' }))).result).to.deep.equal({
      kind: 'succeeded',
      result: { a: 'b\uFFFD' },
    })
  })

  it('checks params before the handler, gives it and the hooks what the schema answers', async () => {
    const parse = (input: unknown) => {
      const { n } = input as { n?: string }
      if (n === undefined) throw new Error('n is missing')
      return { n: Number(n) }
    }
    const definition = { params: { parse } } as unknown as Partial<JobDefinition<never>>
    const good = await run(() => null, { definition, params: { n: '4' } })
    expect(good.calls.slice(0, 2)).to.deep.equal(['onStart [{"n":4},null,null,null,false]', 'run {"n":4}'])
    const bad = await run(() => null, { definition })
    expect(bad.result).to.deep.equal({
      kind: 'error',
      permanent: true,
      message: 'params do not fit the definition: n is missing',
    })
    expect(bad.calls.map((call) => call.split(' ')[0])).to.deep.equal(['onStart', 'onFail', 'onEnd'])
  })

  it('never lets a hook change the outcome', async () => {
    const broken = (): never => {
      throw new Error('the hook broke')
    }
    const definition = { onStart: broken, onSuccess: () => Promise.reject(new Error('late')), onEnd: broken }
    const { result, calls, lines } = await run(() => 1, { definition })
    expect(result).to.deep.equal({ kind: 'succeeded', result: 1 })
    expect(calls).to.deep.equal(['run {}'])
    expect(lines).to.have.length(3)
    const failing = await run(throwing(new Error('boom')), { definition: { onFail: broken } })
    expect(failing.result).to.include({ kind: 'error', message: 'boom' })
  })

  it('keeps what a handler returned, whatever its hooks do to the result that they are given', async () => {
    const spoil = ({ result }: HookContext<never, { list: unknown[] }>): void => {
      result?.list.push(result, 10n)
    }
    const definition = { onSuccess: spoil, onEnd: spoil } as Partial<JobDefinition<never>>
    const { result } = await run(() => ({ list: [1] }), { definition })
    expect(result).to.deep.equal({ kind: 'succeeded', result: { list: [1] } })
  })

  it('does not start a handler that was aborted before', async () => {
    const { calls, result } = await run(() => 1, { aborted: true, classify: () => ({ kind: 'cancelled' }) })
    expect(result).to.deep.equal({ kind: 'cancelled' })
    expect(calls.map((call) => call.split(' ')[0])).to.deep.equal(['onStart', 'onEnd'])
  })

  it('runs no hooks after an interrupted run, and none waits for a handler that was given up', async () => {
    const givenUp = Promise.resolve<RunResult>({ kind: 'interrupted' })
    const { calls, result } = await run(() => new Promise(() => undefined), { givenUp })
    expect(result).to.deep.equal({ kind: 'interrupted' })
    expect(calls.map((call) => call.split(' ')[0])).to.deep.equal(['onStart', 'run'])
    const timedOut = Promise.resolve<RunResult>({ kind: 'timeout', timeoutMs: 2_500 })
    const timeout = await run(() => new Promise(() => undefined), { givenUp: timedOut })
    expect(timeout.calls[2]).to.equal('onFail [{},null,"timed out after 2.5 s","timeout",true]')
  })
})
