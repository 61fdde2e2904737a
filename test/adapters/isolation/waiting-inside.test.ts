import { expect } from 'chai'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { Execution, RunIo } from '../../../src/application/ports/executor.js'
import type { JsonObject } from '../../../src/domain/json.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { processesNaming } from '../../support/processes.js'
import { untilPasses } from '../../support/until.js'
import { hostileExecutor } from './support/hostile-executor.js'

const PROGRAM = fileURLToPath(new URL('./support/isolate-program.ts', import.meta.url))
const SILENT: RunIo = { emit: () => Promise.resolve(), log: () => undefined }
/** After so many brief runs of a definition others wait inside. */
const KNOWN = 20

const pidOf = (result: RunResult): number =>
  result.kind === 'succeeded' ? (result.result as { pid: number }).pid : 0

describe('brief runs that wait inside an isolate', function () {
  this.timeout(60_000)
  let folder: string
  let file: string
  let executor: ProcessExecutor
  let jobs = 0

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waiting-'))
    file = join(folder, 'begun')
    executor = hostileExecutor(PROGRAM, [], { hasSpareProcessor: () => false })
    for (let n = 0; n < KNOWN; n += 1) await ended(start('answer'))
    writeFileSync(file, '')
  })
  afterEach(async () => {
    await executor.close()
    rmSync(folder, { recursive: true, force: true })
    expect(await processesNaming(PROGRAM)).to.deep.equal([])
  })

  function start(does: string, params: JsonObject = {}, io = SILENT): Execution {
    const n = (jobs += 1)
    const facts = { id: uuid(n), definitionKey: 'mixed', params: { does, file, n, ...params } }
    return executor.start(aRunningJob(facts), io)
  }

  async function ended(execution: Execution): Promise<RunResult> {
    const result = await execution.result
    await execution.released
    return result
  }

  const begun = (): number[] => readFileSync(file, 'utf8').trim().split('\n').map(Number)
  /** The last of the jobs that were started, oldest first. */
  const last = (count: number): number[] =>
    Array.from({ length: count }, (_, index) => jobs - count + 1 + index)
  const succeed = async (executions: readonly Execution[]): Promise<RunResult[]> => {
    const results = await Promise.all(executions.map(ended))
    expect(results.map(({ kind }) => kind)).to.deep.equal(results.map(() => 'succeeded'))
    return results
  }
  const expectEachBegunOnce = (numbers: readonly number[]): void => {
    expect(begun().sort((a, b) => a - b)).to.deep.equal(numbers)
  }

  it('begin in their order, one after the other', async () => {
    const results = await succeed(Array.from({ length: 30 }, () => start('answer')))
    expect(new Set(results.map(pidOf)).size, 'processes').to.be.at.most(2)
    expectEachBegunOnce(last(30))
    for (const { usage } of results) expect(usage?.maxRssBytes).to.be.greaterThan(0)
  })

  const hostile = [
    'exit',
    'segfault',
    'heap',
    'buffers',
    'rejectsDuring',
    'leavesProcess',
    'throws',
    'rejectsAtOnce',
  ]
  for (const does of hostile) {
    it(`are unharmed by one before them that ${does}`, async () => {
      const first = start(does)
      const others = Array.from({ length: 6 }, () => start('answer'))
      await succeed(others)
      const { kind } = await ended(first)
      const end =
        { heap: 'oom', buffers: 'oom', leavesProcess: 'succeeded', throws: 'error' }[does] ?? 'crashed'
      expect(kind).to.equal(end)
      expectEachBegunOnce(last(7))
    })
  }

  it('go elsewhere while one before them spins', async () => {
    const first = start('spin')
    await succeed(Array.from({ length: 6 }, () => start('answer')))
    first.abort('cancelled')
    expect((await ended(first)).kind).to.equal('cancelled')
    expectEachBegunOnce(last(7))
  })

  it('go elsewhere while one before them waits, and none of them follows it', async () => {
    const first = start('polite')
    await succeed(Array.from({ length: 6 }, () => start('answer')))
    first.abort('cancelled')
    expect((await ended(first)).kind).to.equal('cancelled')
    await succeed([start('answer')])
    expectEachBegunOnce(last(8))
  })

  it('never begin when they are cancelled or interrupted before, and those beside them do', async () => {
    const executions = Array.from({ length: 6 }, () => start('answer'))
    const numbers = last(6)
    executions[2]?.abort('cancelled')
    executions[4]?.abort('interrupted')
    const results = await Promise.all(executions.map(ended))
    expect(results.map(({ kind }) => kind)).to.deep.equal([
      ...['succeeded', 'succeeded', 'cancelled', 'succeeded', 'interrupted', 'succeeded'],
    ])
    expectEachBegunOnce(numbers.filter((_, index) => index !== 2 && index !== 4))
  })

  it('are told to stop when they have begun already', async () => {
    const [brief, first, second] = [start('answer'), start('polite'), start('polite')]
    await ended(brief)
    await untilPasses(() => {
      expect(begun()).to.include.members(last(3))
    })
    for (const execution of [first, second]) execution.abort('cancelled')
    expect((await ended(first)).kind).to.equal('cancelled')
    expect((await ended(second)).kind).to.equal('cancelled')
    expectEachBegunOnce(last(3))
  })

  it('are told to stop, and not killed, when they are cancelled as soon as they are handed over', async () => {
    const pid = pidOf(await ended(start('answer')))
    const execution = start('polite')
    execution.abort('cancelled')
    expect((await ended(execution)).kind).to.equal('cancelled')
    expect(pidOf(await ended(start('answer')))).to.equal(pid)
  })

  it('are all given back without having begun, or stopped, when the worker stops', async () => {
    const executions = [start('spin'), ...Array.from({ length: 12 }, () => start('answer'))]
    for (const execution of executions) execution.abort('interrupted')
    const results = await Promise.all(executions.map(ended))
    expect(results.map(({ kind }) => kind)).to.deep.equal(results.map(() => 'interrupted'))
    expect(begun().filter((n) => n > jobs - 12)).to.deep.equal([])
  })

  it('lose no more than the one that runs when their process is killed from outside', async () => {
    for (let round = 0; round < 3; round += 1) {
      writeFileSync(file, '')
      const executions = Array.from({ length: 30 }, () => start('answer'))
      const results = Promise.all(executions.map(ended))
      await executions[8 * round]?.result
      const pids = await processesNaming(PROGRAM)
      for (const pid of pids) process.kill(pid, 'SIGKILL')
      const kinds = (await results).map(({ kind }) => kind)
      const numbers = last(30)
      const succeeded = numbers.filter((_, index) => kinds[index] === 'succeeded')
      expect(kinds.filter((kind) => kind !== 'succeeded')).to.deep.equal(
        Array.from({ length: 30 - succeeded.length }, () => 'crashed'),
      )
      expect(30 - succeeded.length, 'one of each process at most').to.be.at.most(pids.length)
      expect(begun().length, 'none twice').to.equal(new Set(begun()).size)
      expect(begun()).to.include.members(succeeded)
    }
  })

  it('go elsewhere when their process was killed while it had nothing to do, before anybody has noticed', async () => {
    process.kill(pidOf(await ended(start('answer'))), 'SIGKILL')
    const results = await Promise.all([start('answer'), start('answer')].map(ended))
    expect(results.map(({ kind }) => kind)).to.deep.equal(['succeeded', 'succeeded'])
    expectEachBegunOnce(last(3))
  })

  it('go elsewhere from an isolate that was held up after others had gone elsewhere from it', async () => {
    const cancel = async (execution: Execution | undefined): Promise<void> => {
      execution?.abort('cancelled')
      await execution?.released
    }
    const two = [start('polite'), start('polite')]
    await untilPasses(() => {
      expect(begun()).to.include.members(last(2))
    })
    // The first one is taken first from now on, when both are idle and when both are busy.
    await cancel(two[1])
    await cancel(two[0])
    for (let n = 0; n < 2 * KNOWN; n += 1) await ended(start('answer'))

    const [heldUp, other, elsewhere] = [start('isHeldUpAtItsEnd'), start('polite'), start('answer')]
    await cancel(other)
    await succeed([elsewhere, heldUp])
    const [spins, waits, after] = [start('spin'), start('polite'), start('answer')]
    await succeed([after])
    await Promise.all([spins, waits].map(cancel))
    expectEachBegunOnce(last(2 + 2 * KNOWN + 6))
  })

  it('have their own output, whoever of them wrote it', async () => {
    const heard = new Map<number, string[]>()
    const executions = Array.from({ length: 40 }, (_, index) => {
      const lines: string[] = []
      heard.set(index, lines)
      const io: RunIo = { emit: () => Promise.resolve(), log: (_level, message) => lines.push(message) }
      return start('prints', { lines: index === 20 ? 5_000 : 2, child: index % 10 === 5 }, io)
    })
    const results = await succeed(executions)
    results.forEach((result, index) => {
      const { printed } = (result as unknown as { result: { printed: string[] } }).result
      expect([...(heard.get(index) ?? [])].sort(), `run ${index}`).to.deep.equal([...printed].sort())
    })
  })
})
