import { expect } from 'chai'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { Execution, RunIo } from '../../../src/application/ports/executor.js'
import type { Usage } from '../../../src/domain/attempt.js'
import type { JsonObject } from '../../../src/domain/json.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { processesNaming } from '../../support/processes.js'
import { untilPasses } from '../../support/until.js'
import { buildIsolateProgram, type IsolateProgram } from './support/build-isolate.js'
import { hostileExecutor } from './support/hostile-executor.js'

const MIB = 1024 * 1024
const isLinux = process.platform === 'linux'

const SILENT: RunIo = { emit: () => Promise.resolve(), log: () => undefined }

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    // A process that is dead but not waited for by its parent is gone all the same.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- names what the handler is known to return
function resultOf<T>(result: RunResult): T {
  if (result.kind !== 'succeeded') throw new Error(`the run did not succeed: ${JSON.stringify(result)}`)
  return result.result as T
}

function crashed(how: string): RunResult {
  return { kind: 'crashed', message: `its process ${how}` }
}

/** An end without the figures, which are different each time. */
function endOf({
  usage: _usage,
  exitCode: _code,
  signal: _signal,
  stack: _stack,
  ...end
}: RunResult): unknown {
  return end
}

describe('ProcessExecutor', function () {
  this.timeout(60_000)
  let program: IsolateProgram
  let folder: string
  let lines: string[]
  let executor: ProcessExecutor
  let jobs = 0

  before(async () => {
    program = await buildIsolateProgram()
  })
  after(() => program.remove())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'isolates-'))
    lines = []
    executor = hostileExecutor(program.path, lines)
  })
  afterEach(async () => {
    await executor.close()
    rmSync(folder, { recursive: true, force: true })
    expect(await processesNaming(program.path)).to.deep.equal([])
  })

  function start(key: string, params: JsonObject = {}, io = SILENT): Execution {
    const id = uuid((jobs += 1))
    return executor.start(aRunningJob({ id, definitionKey: key, params }), io)
  }

  async function run(key: string, params: JsonObject = {}): Promise<RunResult> {
    const execution = start(key, params)
    const result = await execution.result
    await execution.released
    execution.settled('applied')
    return result
  }

  async function pidOf(): Promise<number> {
    const { pid } = resultOf<{ pid: number }>(await run('answer'))
    return pid
  }

  it('answers what the handler returns, and uses the same process again', async () => {
    const result = await run('answer', { deep: { text: 'é\u2028' } })
    expect(result)
      .to.have.nested.property('result.params')
      .that.deep.equals({ deep: { text: 'é\u2028' } })
    const pids = [await pidOf(), await pidOf(), await pidOf()]
    expect(new Set(pids).size).to.equal(1)
    expect(pids).not.to.include(process.pid)
  })

  it('lets the server come first', async () => {
    const pid = await pidOf()
    expect(getPriority(pid)).to.equal(Math.min(19, getPriority() + 5))
    if (!existsSync('/proc/self/autogroup')) return
    // A process that never began a session, nor any of its ancestors, has no group of its own: the file is empty.
    const groupNice = (of: string | number): number =>
      Number(/nice (-?\d+)/.exec(readFileSync(`/proc/${of}/autogroup`, 'utf8'))?.[1] ?? 0)
    const [own, its] = [groupNice('self'), groupNice(pid)]
    expect(its).to.equal(Math.min(19, own + 5))
  })

  it('shows a handler the environment it is meant to see', async () => {
    const result = resultOf<Record<string, string>>(await run('environment'))
    expect(result).to.include({ GREETING: 'hello' })
    expect(result).not.to.have.any.keys('npm_lifecycle_event', 'NODE_OPTIONS')
  })

  it('hears nothing of what a handler says to whoever may have forked its process', async () => {
    const before = await pidOf()
    expect(await run('speaksToParent')).to.include({ kind: 'succeeded', result: 'undefined' })
    expect(await pidOf()).to.equal(before)
  })

  const ends: readonly [behaviour: string, key: string, end: RunResult][] = [
    ['spins beyond its time', 'briefSpin', { kind: 'timeout', timeoutMs: 300 }],
    ['does not listen beyond its time', 'briefDeaf', { kind: 'timeout', timeoutMs: 300 }],
    ['fills its heap', 'heap', { kind: 'oom', message: 'used more than its 64 MiB of memory' }],
    [
      'fills memory outside its heap',
      'buffers',
      { kind: 'oom', message: 'used more than its 64 MiB of memory' },
    ],
    ['calls process.exit', 'exit', crashed('ended with exit code 0 before the handler did')],
    ['raises SIGSEGV', 'segfault', crashed('was ended by SIGSEGV')],
    [
      'leaves a rejection to nobody while it runs',
      'rejectsDuring',
      crashed('ended with exit code 1 before the handler did: Error: left behind'),
    ],
    ['leaves a rejection for after its return', 'rejectsAfter', { kind: 'succeeded', result: 'done' }],
    ['snoozes', 'snoozes', { kind: 'snoozed', delayMs: 90_000 }],
  ]
  for (const [behaviour, key, end] of ends) {
    it(`says what became of a handler that ${behaviour}, and harms no neighbour`, async () => {
      const neighbour = start('polite')
      const before = await pidOf()
      expect(endOf(await run(key))).to.deep.equal(end)
      expect(await run('answer', { after: key })).to.have.nested.property('result.params.after', key)
      expect(isAlive(before), 'the process is used again').to.equal(key === 'snoozes')
      neighbour.abort('cancelled')
      expect(endOf(await neighbour.result)).to.deep.equal({ kind: 'cancelled' })
    })
  }

  it('tells what a run cost, and starts from nothing with the next one in the same process', async () => {
    const usage = async (key: string, params?: JsonObject): Promise<Usage> =>
      (await run(key, params)).usage ?? { cpuMs: -1, maxRssBytes: -1 }
    const first = await usage('answer')
    const second = await usage('uses', { cpuMs: 200, mb: 100 })
    expect(second.cpuMs).to.be.within(180, 2_000)
    expect(second.maxRssBytes - first.maxRssBytes).to.be.greaterThan(80 * MIB)
    // Freed memory goes back to the system in its own time.
    await untilPasses(async () => {
      const third = await usage('answer')
      expect(third.cpuMs).to.be.within(0, 100)
      if (isLinux) expect(third.maxRssBytes).to.be.lessThan(second.maxRssBytes - 50 * MIB)
    })
    const children = await usage('usesChild', { cpuMs: 300 })
    if (isLinux) expect(children.cpuMs).to.be.within(200, 4_000)
  })

  it('tells exit code, signal and the last figures of a run whose process did not live to tell them', async () => {
    expect(await run('exit')).to.include({ exitCode: 0, signal: null })
    expect(await run('segfault')).to.include({ exitCode: null, signal: 'SIGSEGV' })
    const killed = await run('briefSpin')
    expect(killed).to.include({ kind: 'timeout', exitCode: null, signal: 'SIGKILL' })
    const full = await run('buffers')
    expect(full).to.include({ kind: 'oom', signal: 'SIGKILL' })
    if (!isLinux) return
    // Beside others it gets a part of a processor.
    expect(killed.usage?.cpuMs).to.be.within(30, 3_000)
    expect(full.usage?.maxRssBytes).to.be.greaterThan(200 * MIB)
  })

  it('tells where an error was thrown', async () => {
    const { stack } = await run('throws')
    expect(stack).to.match(/^Error: thrown by a handler\n {4}at .*hostile-definitions/)
  })

  it('cancels a handler that listens at once, and one that spins within its grace', async () => {
    const polite = start('polite')
    const spinning = start('spin')
    await run('answer')
    polite.abort('cancelled')
    spinning.abort('cancelled')
    expect(endOf(await polite.result)).to.deep.equal({ kind: 'cancelled' })
    expect(endOf(await spinning.result)).to.deep.equal({ kind: 'cancelled' })
    await Promise.all([polite.released, spinning.released])
  })

  it('interrupts everything at once when the worker has to stop', async () => {
    const executions = [start('polite'), start('spin'), start('deaf')]
    await run('answer')
    executions.forEach((execution) => {
      execution.abort('interrupted')
    })
    expect((await Promise.all(executions.map(({ result }) => result))).map(endOf)).to.deep.equal(
      executions.map(() => ({ kind: 'interrupted' })),
    )
    await Promise.all(executions.map(({ released }) => released))
  })

  it('settles a run whose process is killed from outside', async () => {
    const execution = start('polite')
    const [pid = 0] = await processesNaming(program.path)
    process.kill(pid, 'SIGKILL')
    expect(endOf(await execution.result)).to.deep.equal({
      kind: 'crashed',
      message: 'its process was ended by SIGKILL',
    })
  })

  it('leaves no process of a handler behind, whether it returned or died', async () => {
    const left = resultOf<{ pid: number }>(await run('leavesProcess'))
    const file = join(folder, 'pid')
    expect(await run('diesWithProcess', { file })).to.include({ kind: 'crashed' })
    await untilPasses(() => {
      expect(isAlive(left.pid), 'of the one that returned').to.equal(false)
      expect(isAlive(Number(readFileSync(file, 'utf8'))), 'of the one that died').to.equal(false)
    })
  })

  it('carries events, progress, logs and output to the worker, in order', async () => {
    const events: unknown[] = []
    const logged: unknown[] = []
    const execution = start(
      'reports',
      {},
      {
        log: (level, message, fields) => logged.push([level, message, fields]),
        emit: (event) => {
          events.push(event)
          return Promise.resolve()
        },
      },
    )
    expect(endOf(await execution.result)).to.deep.equal({ kind: 'succeeded', result: 1 })
    expect(events).to.deep.equal([
      { type: 'progress', payload: { step: 'half', progress: 40 }, progress: 40 },
      { type: 'seen', payload: { when: '1970-01-01T00:00:00.000Z' } },
    ])
    // In order within each way that they took, and all there when the result is.
    expect(logged).to.have.deep.members([
      ['info', 'from the handler', { n: 1 }],
      ['info', 'to stdout', { stream: 'stdout' }],
      ['warn', 'to stderr', { stream: 'stderr' }],
    ])
    for (const expected of ['from the handler', 'to stdout', 'to stderr'])
      expect(lines.join('\n')).to.include(expected)
  })

  it('never credits the output of a run to the next one in the same process, and loses none of it', async () => {
    const pids = new Set<number>()
    for (let n = 0; n < 20; n += 1) {
      const heard: string[] = []
      const io: RunIo = {
        emit: () => Promise.resolve(),
        log: (_level, message) => heard.push(message),
      }
      // A last line without an end, and a child of the handler's that writes by itself.
      const execution = start('prints', { n, lines: n === 10 ? 20_000 : 3, child: n === 15 }, io)
      const { pid, printed } = resultOf<{ pid: number; printed: string[] }>(await execution.result)
      await execution.released
      pids.add(pid)
      expect([...heard].sort(), `run ${n}`).to.deep.equal([...printed].sort())
    }
    expect(pids.size, 'processes').to.be.below(5)
  })

  it('keeps a run that never stops talking from filling the log of the server, not its own', async () => {
    const heard: string[] = []
    const io: RunIo = { emit: () => Promise.resolve(), log: (_level, message) => heard.push(message) }
    expect((await start('prints', { n: 1, lines: 20_000 }, io).result).kind).to.equal('succeeded')
    expect(heard).to.have.length.above(20_000)
    expect(lines).to.have.length.within(1_000, 3_000)
    expect(lines.filter((line) => line.includes('says too much'))).to.have.length(1)
    expect(lines.join('\n'), 'of another level').to.include('1 err')

    lines.length = 0
    await run('reports')
    expect(lines.join('\n'), 'of another run').to.include('to stdout')
  })

  it('keeps what a process wrote before it died', async () => {
    const heard: string[] = []
    const io: RunIo = { emit: () => Promise.resolve(), log: (_level, message) => heard.push(message) }
    expect(await start('printsAndDies', {}, io).result).to.include({ kind: 'crashed', exitCode: 7 })
    expect(heard).to.include.members(['last words', 'without an end'])
  })

  it('gives a run a directory of its own and removes it', async () => {
    const path = resultOf<string>(await run('files'))
    await untilPasses(() => {
      expect(existsSync(path)).to.equal(false)
    })
  })

  it('runs hooks in the isolate, and those of a run that died in a fresh one, after its settle', async () => {
    const hooks = join(folder, 'hooks')
    await run('reports', { hooks })
    expect(readFileSync(hooks, 'utf8')).to.equal('onStart -\nonSuccess succeeded\nonEnd succeeded\n')
    rmSync(hooks)
    await run('segfault', { hooks })
    await untilPasses(() => {
      expect(readFileSync(hooks, 'utf8')).to.equal('onStart -\nonFail crashed\nonEnd crashed\n')
    })
  })
})
