import { expect } from 'chai'
import { openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createSandbox } from 'sinon'
import { Tickets } from '../../../src/adapters/isolation/tickets.js'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { processesNaming } from '../../support/processes.js'
import { hostileExecutor } from './support/hostile-executor.js'

const PROGRAM = fileURLToPath(new URL('./support/isolate-program.ts', import.meta.url))
/** Takes nothing that is written to it, as a full disk does. */
const FULL = '/dev/full'

describe('isolates where the system has no room for more', function () {
  this.timeout(60_000)
  const sandbox = createSandbox()
  let executor: ProcessExecutor
  afterEach(async () => {
    sandbox.restore()
    await executor.close()
    expect(await processesNaming(PROGRAM)).to.deep.equal([])
  })

  function run(n: number): Promise<RunResult> {
    const facts = { id: uuid(n), definitionKey: 'answer', params: { n } }
    const io = { emit: () => Promise.resolve(), log: () => undefined }
    return executor.start(aRunningJob(facts), io).result
  }

  it('end the runs of processes that cannot be started, each by itself', async () => {
    // As where there is no memory for it: what starts it throws.
    executor = hostileExecutor(PROGRAM, [], { nodeArguments: ['\0'] })
    executor.warmUp()
    const results = await Promise.all([run(1), run(2), run(3)])
    for (const result of results)
      expect(result).to.include({ kind: 'crashed', message: 'its process could not be started' })
  })

  it('go on with a disk that has become full', async () => {
    executor = hostileExecutor(PROGRAM, [])
    sandbox
      .stub(Tickets, 'create')
      .onFirstCall()
      .returns(new Tickets(openSync(FULL, 'r+')))
      .callThrough()
    const results = await Promise.all([run(1), run(2), run(3)])
    for (const result of results) expect(result.kind).to.equal('succeeded')
  })

  it('go on without tickets on a disk that is full from the beginning', async () => {
    executor = hostileExecutor(PROGRAM, [])
    sandbox.stub(Tickets, 'create').returns(null)
    for (let n = 1; n <= 30; n += 1) expect((await run(n)).kind).to.equal('succeeded')
  })
})
