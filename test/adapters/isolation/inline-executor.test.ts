import fs, { existsSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { expect } from 'chai'
import { createSandbox } from 'sinon'
import { InlineExecutor } from '../../../src/adapters/isolation/inline-executor.js'
import { JobRegistry } from '../../../src/application/job-registry.js'
import type { Execution } from '../../../src/application/ports/executor.js'
import type { JobContext, JobDefinition } from '../../../src/domain/job-definition.js'
import { deferred, eventually, turns } from '../../support/eventually.js'
import { aRunningJob } from '../../support/factories.js'
import { recordingLogger } from '../../support/recording.js'

const OPTIONS = { graceMs: 15, hookMs: 40 }

describe('InlineExecutor', () => {
  let lines: string[]
  let calls: string[]
  let executor: InlineExecutor
  const sandbox = createSandbox()
  afterEach(() => {
    sandbox.restore()
    syncBuiltinESMExports()
  })

  beforeEach(() => {
    lines = []
    calls = []
  })

  function start(definition: Partial<JobDefinition<never>>, options = OPTIONS): Execution {
    const registry = new JobRegistry()
    const hook = (name: string) => () => void calls.push(name)
    const hooks = { onStart: hook('onStart'), onFail: hook('onFail'), onEnd: hook('onEnd') }
    registry.register<never, unknown>({ key: 'work', version: 1, run: () => null, ...hooks, ...definition })
    executor = new InlineExecutor(registry, recordingLogger(lines), options)
    return executor.start(aRunningJob(), { emit: () => Promise.resolve(), log: () => undefined })
  }

  async function isReleased(execution: Execution): Promise<boolean> {
    let released = false
    void execution.released.then(() => (released = true))
    await turns()
    return released
  }

  const untilAborted = (_params: never, { abortSignal }: JobContext): Promise<never> =>
    new Promise((_, reject) => {
      abortSignal.addEventListener('abort', () => {
        calls.push((abortSignal.reason as Error).message)
        reject(abortSignal.reason as Error)
      })
    })

  it('answers what the handler returns, and frees the slot', async () => {
    const execution = start({ run: () => 'done' })
    expect(await execution.result).to.deep.equal({ kind: 'succeeded', result: 'done' })
    expect(await isReleased(execution)).to.equal(true)
    expect(calls).to.deep.equal(['onStart', 'onEnd'])
  })

  it('times a handler out that listens', async () => {
    const execution = start({ timeoutSeconds: 0.01, run: untilAborted })
    expect(await execution.result).to.deep.equal({ kind: 'timeout', timeoutMs: 10 })
    expect(await isReleased(execution)).to.equal(true)
    expect(calls).to.deep.equal(['onStart', 'the job timed out', 'onFail', 'onEnd'])
  })

  it('gives up a handler that does not listen, and keeps its slot until it ends', async () => {
    const gate = deferred()
    const execution = start({ timeoutSeconds: 0.01, run: () => gate.promise })
    expect(await execution.result).to.deep.equal({ kind: 'timeout', timeoutMs: 10 })
    expect(await isReleased(execution)).to.equal(false)
    expect(executor.heldAfterEnd).to.equal(1)
    gate.resolve()
    expect(await isReleased(execution)).to.equal(true)
    expect(executor.heldAfterEnd).to.equal(0)
    expect(lines).to.deep.equal(['warn the handler of work@1 goes on after its end and keeps its slot'])
  })

  it('does not take a result that comes after the timeout for a success', async () => {
    const run = (params: never, ctx: JobContext): Promise<string> =>
      untilAborted(params, ctx).catch(() => 'too late')
    expect(await start({ timeoutSeconds: 0.01, run }).result).to.include({ kind: 'timeout' })
  })

  it('cancels: the signal first, then without the handler after its grace', async () => {
    const listening = start({ run: untilAborted })
    await turns()
    listening.abort('cancelled')
    listening.abort('cancelled')
    expect(await listening.result).to.deep.equal({ kind: 'cancelled' })
    expect(calls).to.deep.equal(['onStart', 'the job was cancelled', 'onEnd'])
    const deaf = start({ run: () => new Promise(() => undefined) })
    await turns()
    deaf.abort('cancelled')
    expect(await deaf.result).to.deep.equal({ kind: 'cancelled' })
  })

  it('counts a success that comes within the grace of a cancel', async () => {
    const run = (params: never, ctx: JobContext): Promise<string> =>
      untilAborted(params, ctx).catch(() => 'in time')
    const execution = start({ run })
    await turns()
    execution.abort('cancelled')
    expect(await execution.result).to.deep.equal({ kind: 'succeeded', result: 'in time' })
  })

  it('does not start a handler that is aborted before', async () => {
    const execution = start({ run: () => calls.push('run') })
    execution.abort('cancelled')
    expect(await execution.result).to.deep.equal({ kind: 'cancelled' })
    expect(calls).to.deep.equal(['onStart', 'onEnd'])
  })

  it('interrupts without hooks, and cuts short the grace of a cancel', async () => {
    const execution = start({ run: () => new Promise(() => undefined) }, { ...OPTIONS, graceMs: 60_000 })
    await turns()
    execution.abort('cancelled')
    execution.abort('lease_lost')
    expect(await execution.result).to.deep.equal({ kind: 'cancelled' })
    const interrupted = start({ run: untilAborted })
    await turns()
    calls = []
    interrupted.abort('interrupted')
    expect(await interrupted.result).to.deep.equal({ kind: 'interrupted' })
    expect(calls).to.deep.equal(['the worker is stopping'])
  })

  it('bounds each hook, and a hanging one changes nothing', async () => {
    const hang = (): Promise<never> => new Promise(() => undefined)
    const execution = start({ run: () => 1, onStart: hang, onSuccess: hang, onEnd: hang })
    expect(await execution.result).to.deep.equal({ kind: 'succeeded', result: 1 })
    expect(lines).to.deep.equal([
      'warn hook onStart failed; the outcome stays as it is',
      'warn hook onSuccess failed; the outcome stays as it is',
      'warn hook onEnd failed; the outcome stays as it is',
    ])
  })

  it('does not let hooks hold up a worker that has to stop', async () => {
    const hang = (): Promise<never> => new Promise(() => calls.push('hanging'))
    const execution = start({ run: () => 1, onSuccess: hang, onEnd: hang }, { ...OPTIONS, hookMs: 60_000 })
    await eventually(() => calls.includes('hanging'))
    execution.abort('interrupted')
    expect(await execution.result).to.deep.equal({ kind: 'succeeded', result: 1 })
  })

  it('gives back a job whose definition is not loaded, for a while, and says so in its log', async () => {
    const executor = new InlineExecutor(new JobRegistry(), recordingLogger(lines), OPTIONS)
    const logged: string[] = []
    const execution = executor.start(aRunningJob(), {
      emit: () => Promise.resolve(),
      log: (level, message) => logged.push(`${level} ${message}`),
    })
    execution.abort('cancelled')
    expect(await execution.result).to.deep.equal({ kind: 'snoozed', delayMs: 10_000 })
    await execution.released
    expect(logged).to.deep.equal([
      'error work@1 is not among the definitions that this process has loaded; if the modules of JOB_DEFINITIONS were changed, restart the worker',
    ])
  })

  it('ends with an error whatever is thrown, and frees the slot', async () => {
    const odd: readonly unknown[] = [
      Object.assign(new Error('x'), { message: Object.create(null) }),
      Object.assign(new Error('x'), { message: [Object.create(null)] }),
      Object.create(null),
      Symbol('odd'),
    ]
    for (const thrown of odd) {
      const execution = start({
        run: () => {
          throw thrown
        },
      })
      expect(await execution.result).to.include({ kind: 'error' })
      expect(await isReleased(execution)).to.equal(true)
    }
  })

  it('keeps its result when the files of the run cannot be removed', async () => {
    let removed = false
    const execution = start({
      run: (_params, { tempDir }: JobContext) => {
        removed = existsSync(tempDir)
        sandbox.stub(fs, 'rmSync').throws(new Error('EACCES'))
        syncBuiltinESMExports()
        return 'done'
      },
    })
    expect(await execution.result).to.deep.equal({ kind: 'succeeded', result: 'done' })
    expect(await isReleased(execution)).to.equal(true)
    expect(removed).to.equal(true)
    expect(lines).to.include('warn files of the run could not be removed')
  })

  it('waits for what the handler has reported before it tells the result or frees the slot', async () => {
    const written = deferred()
    const registry = new JobRegistry()
    registry.register<never, unknown>({
      key: 'work',
      version: 1,
      run: (_params, ctx) => {
        void ctx.emitEvent('unawaited')
        return 1
      },
    })
    const executor = new InlineExecutor(registry, recordingLogger(lines), OPTIONS)
    const execution = executor.start(aRunningJob(), { emit: () => written.promise, log: () => undefined })
    let known = false
    void execution.result.then(() => (known = true))
    expect(await isReleased(execution)).to.equal(false)
    expect(known).to.equal(false)
    written.resolve()
    expect(await isReleased(execution)).to.equal(true)
    expect(known).to.equal(true)
  })
})
