import { expect } from 'chai'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import type { Execution, RunIo } from '../../../src/application/ports/executor.js'
import type { JsonObject } from '../../../src/domain/json.js'
import { aRunningJob } from '../../support/factories.js'
import { uuid } from '../../support/ids.js'
import { processesNaming } from '../../support/processes.js'
import { untilPasses } from '../../support/until.js'
import { hostileExecutor } from './support/hostile-executor.js'

const PROGRAM = fileURLToPath(new URL('./support/isolate-program.ts', import.meta.url))

describe('what comes after the end of a handler in an isolate', function () {
  this.timeout(60_000)
  let folder: string
  let hooks: string
  let executor: ProcessExecutor
  let jobs = 0
  const told: string[] = []
  const io: RunIo = {
    emit: ({ type }) => Promise.resolve(void told.push(type)),
    log: (_level, message) => void told.push(message),
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'after-'))
    hooks = join(folder, 'hooks')
    told.length = 0
    executor = hostileExecutor(PROGRAM, [])
  })
  afterEach(async () => {
    await executor.close()
    rmSync(folder, { recursive: true, force: true })
    expect(await processesNaming(PROGRAM)).to.deep.equal([])
  })

  const start = (definitionKey: string, params: JsonObject = {}, to = io): Execution =>
    executor.start(aRunningJob({ id: uuid((jobs += 1)), definitionKey, params }), to)
  async function run(key: string, params: JsonObject = {}, to = io) {
    const execution = start(key, params, to)
    const result = await execution.result
    await execution.released
    execution.settled('applied')
    return result
  }

  it('changes nothing of its result, and no hook runs again, when a hook has to be killed', async () => {
    expect(await run('hookSpins', { hooks })).to.include({ kind: 'succeeded', result: 'done' })
    await sleep(300)
    expect(readFileSync(hooks, 'utf8')).to.equal('onStart -\nonSuccess spins\n')
  })

  it('changes nothing of its result, and no hook runs again, when a hook leaves an error behind', async () => {
    expect(await run('hookThrowsLater', { hooks })).to.include({ kind: 'succeeded', result: 'done' })
    await sleep(300)
    expect(readFileSync(hooks, 'utf8')).to.equal('onStart -\nonSuccess succeeded\n')
  })

  it('waits for what was reported for longer than hooks may take', async () => {
    const slow: RunIo = { ...io, emit: () => sleep(3_500) }
    expect(await run('doesNotAwait', {}, slow)).to.include({ kind: 'succeeded', result: 'done' })
  })

  it('tells nothing of a run to the one after it', async () => {
    expect((await run('keepsContext')).kind).to.equal('succeeded')
    told.length = 0
    expect(await run('usesKept')).to.include({ kind: 'succeeded', result: true })
    expect(told).to.deep.equal(['of.the.second'])
  })

  for (const of of ['message', 'disconnect', undefined])
    it(`is in another process when it has taken away the listeners of ${of ?? 'everything'}`, async () => {
      const deaf = await run('removesListeners', of === undefined ? {} : { of })
      const next = await Promise.race([run('answer'), sleep(10_000, 'nobody has heard of it')])
      expect(next).to.include({ kind: 'succeeded' })
      expect(next).to.not.have.nested.property('result.pid', (deaf as { result?: unknown }).result)
    })

  it('explains no end by what a run before it has written', async () => {
    expect((await run('grumbles')).kind).to.equal('succeeded')
    const message = 'its process ended with exit code 7 before the handler did'
    expect(await run('diesQuietly')).to.deep.include({ kind: 'crashed', message })
  })

  it('keeps no pipes of a process that is gone, though one that its handler has let go of holds them', async () => {
    expect((await run('answer')).kind).to.equal('succeeded')
    const pipes = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'PipeWrap').length
    const before = pipes()
    const file = join(folder, 'daemons')
    try {
      for (let n = 0; n < 3; n += 1)
        expect(await run('leavesDaemon', { file })).to.include({ kind: 'crashed', exitCode: 7 })
      expect(told.filter((line) => line === 'last words')).to.have.length(3)
      await untilPasses(() => expect(pipes()).to.be.at.most(before))
    } finally {
      for (const pid of readFileSync(file, 'utf8').trim().split('\n')) process.kill(Number(pid))
    }
  })

  it('leaves no files of a run that was killed', async () => {
    const file = join(folder, 'path')
    const execution = start('leavesFiles', { file })
    await untilPasses(() => expect(readFileSync(file, 'utf8')).to.include('job-'))
    const path = readFileSync(file, 'utf8')
    expect(existsSync(path)).to.equal(true)
    execution.abort('lease_lost')
    await execution.released
    await untilPasses(() => expect(existsSync(path)).to.equal(false))
  })

  it('leaves no files of a run in which the worker stops', async () => {
    const file = join(folder, 'path')
    start('leavesFiles', { file })
    await untilPasses(() => expect(readFileSync(file, 'utf8')).to.include('job-'))
    await executor.close()
    expect(existsSync(readFileSync(file, 'utf8'))).to.equal(false)
  })
})
