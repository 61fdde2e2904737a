import { expect } from 'chai'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { processesNaming } from '../../support/processes.js'
import { buildIsolateProgram, type IsolateProgram } from './support/build-isolate.js'
import { hostileExecutor } from './support/hostile-executor.js'

describe('isolates whose program was replaced by that of another version', function () {
  this.timeout(60_000)
  let program: IsolateProgram
  let executor: ProcessExecutor

  before(async () => {
    program = await buildIsolateProgram()
  })
  after(() => program.remove())
  afterEach(async () => {
    await executor.close()
    expect(await processesNaming(program.path)).to.deep.equal([])
  })

  function run(n: number): Promise<RunResult> {
    const facts = { id: uuid(n), definitionKey: 'answer', params: { n } }
    const io = { emit: () => Promise.resolve(), log: () => undefined }
    return executor.start(aRunningJob(facts), io).result
  }

  it('start no more: what would run in them is given back', async () => {
    let isReplaced = false
    executor = hostileExecutor(program.path, [], { isReplaced: () => isReplaced, idleMs: 100 })
    expect((await run(1)).kind).to.equal('succeeded')
    expect(executor.isReplaced).to.equal(false)
    isReplaced = true
    await new Promise((resolve) => setTimeout(resolve, 500))
    const results = await Promise.all([run(2), run(3), run(4)])
    expect(results.map(({ kind }) => kind)).to.deep.equal(Array(3).fill('interrupted'))
    expect(executor.isReplaced).to.equal(true)
  })

  it('are not used when that was done while they started', async () => {
    let asked = 0
    executor = hostileExecutor(program.path, [], { isReplaced: () => (asked += 1) > 1 })
    expect((await run(1)).kind).to.equal('interrupted')
  })
})
