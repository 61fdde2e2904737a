import { expect } from 'chai'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { Execution } from '../../../src/application/ports/executor.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { childrenNaming, processesNaming } from '../../support/processes.js'
import { untilPasses } from '../../support/until.js'
import { buildIsolateProgram, type IsolateProgram } from './support/build-isolate.js'
import { hostileExecutor } from './support/hostile-executor.js'

describe('the isolates of a worker', function () {
  this.timeout(60_000)
  let program: IsolateProgram
  let executor: ProcessExecutor
  let jobs = 0

  before(async () => {
    program = await buildIsolateProgram()
  })
  after(() => program.remove())
  afterEach(async () => {
    await executor.close()
    expect(await processesNaming(program.path)).to.deep.equal([])
  })

  const start = (definitionKey: string): Execution =>
    executor.start(aRunningJob({ id: uuid((jobs += 1)), definitionKey }), {
      emit: () => Promise.resolve(),
      log: () => undefined,
    })
  const isolates = (): Promise<number[]> => processesNaming(program.path)
  const untilThereAre = (count: number): Promise<void> =>
    untilPasses(async () => {
      expect(await isolates()).to.have.length(count)
    })
  const untilThereAreChildren = (count: number): Promise<void> =>
    untilPasses(async () => {
      const guards = await childrenNaming('guard-program')
      expect([...guards, ...(await isolates())]).to.have.length(count)
    })
  const cancel = async (runs: readonly Execution[]): Promise<void> => {
    for (const run of runs) run.abort('cancelled')
    for (const run of runs) {
      expect(await run.result).to.include({ kind: 'cancelled' })
      await run.released
    }
  }

  for (const spares of [1, 2])
    it(`are ready before the first run, ${spares} of them, and as many stay when there is nothing to do`, async () => {
      executor = hostileExecutor(program.path, [], { idleMs: 200, spares })
      executor.warmUp()
      await untilThereAre(spares)
      const runs = ['polite', 'polite', 'polite'].map(start)
      await untilThereAre(3)
      await cancel(runs)
      await untilThereAre(spares)
      const kept = await isolates()
      await sleep(600)
      expect(await isolates()).to.deep.equal(kept)
    })

  it('go when there is nothing to do, and their guard with them, and both come back', async () => {
    executor = hostileExecutor(program.path, [], { idleMs: 200 })
    executor.warmUp()
    await untilThereAreChildren(2)
    await untilThereAreChildren(0)
    const run = start('polite')
    await untilThereAreChildren(2)
    await cancel([run])
    await untilThereAreChildren(0)
  })

  it('are few for short runs on a busy machine, and one each for long ones all the same', async () => {
    executor = hostileExecutor(program.path, [], { hasSpareProcessor: () => false })
    const ends = await Promise.all(Array.from({ length: 30 }, () => start('answer').result))
    const pids = ends.map((end) => (end.kind === 'succeeded' ? (end.result as { pid: number }).pid : end))
    expect(new Set(pids).size).to.be.at.most(2)
    const runs = ['polite', 'polite', 'polite', 'polite'].map(start)
    await untilThereAre(4)
    await cancel(runs)
  })

  it('are one each for runs that wait for something, as long as a processor is to spare', async () => {
    executor = hostileExecutor(program.path, [])
    let isOver = false
    const slots = Array.from({ length: 6 }, async () => {
      while (!isOver) {
        const run = start('pauses')
        expect(await run.result).to.include({ kind: 'succeeded' })
        await run.released
      }
    })
    try {
      await untilThereAre(slots.length)
    } finally {
      isOver = true
      await Promise.all(slots)
    }
  })

  it('are all killed when the worker does not say in time that they may go on', async () => {
    executor = hostileExecutor(program.path, [])
    const execution = start('spin')
    await start('answer').result
    executor.keepFor(300)
    expect(await execution.result).to.include({ kind: 'crashed', signal: 'SIGKILL' })
  })

  it('are so, too, when it was said before there was any of them', async () => {
    executor = hostileExecutor(program.path, [])
    executor.keepFor(1_500)
    expect(await start('polite').result).to.include({ kind: 'crashed', signal: 'SIGKILL' })
  })
})
