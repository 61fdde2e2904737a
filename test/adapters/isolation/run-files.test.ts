import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import { IsolatePool } from '../../../src/adapters/isolation/isolate-pool.js'
import { ProcessExecutor } from '../../../src/adapters/isolation/process-executor.js'
import { JobRegistry } from '../../../src/application/job-registry.js'
import type { Execution } from '../../../src/application/ports/executor.js'
import { deferred } from '../../support/eventually.js'
import { aRunningJob } from '../../support/factories.js'
import { recordingLogger } from '../../support/recording.js'
import { S3Files } from '../../support/s3-files.js'
import { untilPasses } from '../../support/until.js'
import { buildIsolateProgram, NODE_ARGUMENTS, type IsolateProgram } from './support/build-isolate.js'
import { filingDefinitions } from './support/filing-definitions.js'

describe('files of a run in an isolate', function () {
  this.timeout(60_000)
  let program: IsolateProgram
  let s3: S3Files
  let executor: ProcessExecutor
  before(async () => {
    program = await buildIsolateProgram()
  })
  after(() => program.remove())
  beforeEach(async () => {
    s3 = new S3Files()
    const files = await s3.open()
    await s3.write('uploads/a.mp4', 'content')
    const registry = new JobRegistry('process')
    for (const definition of filingDefinitions()) registry.register(definition as never)
    const pool = new IsolatePool({
      program: program.path,
      nodeArguments: NODE_ARGUMENTS,
      env: { PATH: process.env['PATH'] ?? '' },
      idleMs: 30_000,
      spares: 0,
      maxRuns: 1_000,
    })
    executor = new ProcessExecutor(
      registry,
      pool,
      recordingLogger([]),
      { graceMs: 200, hookMs: 1_000 },
      files,
    )
  })
  afterEach(async () => {
    await executor.close()
    await s3.close()
  })

  const start = (key: string, params: Record<string, string>): Execution =>
    executor.start(aRunningJob({ definitionKey: key, params }), {
      emit: () => Promise.resolve(),
      log: () => undefined,
    })

  const untilNothingIsLeftHere = (): Promise<void> =>
    untilPasses(async () => {
      expect(await readdir(join(s3.dataDir, 'tmp', 'work'))).to.deep.equal([])
    })

  it('come through its worker, and go back through it: the isolate has no keys', async () => {
    const result = await start('copies', { from: 'uploads/a.mp4', to: 'outputs/a.mp4' }).result
    expect(result.kind).to.equal('succeeded')
    const { input, env } = (result as { result: unknown }).result as { input: string; env: object }
    expect(input).to.match(new RegExp(`^${s3.dataDir}/tmp/work/`))
    expect(JSON.stringify(env)).to.not.match(/S3RVER|FILES|AWS/)
    expect(await s3.server.keys()).to.deep.equal(['some/prefix/outputs/a.mp4', 'some/prefix/uploads/a.mp4'])
    await untilNothingIsLeftHere()
  })

  it('say what is not there, and what is not to be had', async () => {
    const none = await start('copies', { from: 'uploads/none.mp4', to: 'outputs/a.mp4' }).result
    expect(none).to.deep.include({ kind: 'succeeded', result: null })
    const outside = await start('copies', { from: '../secret', to: 'outputs/a.mp4' }).result
    expect(outside).to.deep.include({
      kind: 'error',
      message: 'the path must lead to a file in uploads or outputs',
    })
  })

  it('are removed from this machine when the isolate dies with them', async () => {
    const { result, released } = start('fetchesAndDies', { from: 'uploads/a.mp4' })
    expect(await result).to.include({ kind: 'crashed' })
    await released
    await untilNothingIsLeftHere()
  })

  for (const reason of ['lease_lost', 'interrupted', 'cancelled'] as const) {
    it(`are no longer brought once the run has to end: ${reason}`, async () => {
      const gate = deferred()
      let held = 0
      s3.server.before = async (ctx) => {
        if (ctx.method !== 'GET') return
        held += 1
        await gate.promise
      }
      const execution = start('copies', { from: 'uploads/a.mp4', to: 'outputs/a.mp4' })
      await untilPasses(() => {
        expect(held).to.equal(1)
      })
      execution.abort(reason)
      expect(await execution.result).to.include({
        kind: reason === 'cancelled' ? 'cancelled' : 'interrupted',
      })
      await execution.released
      await untilNothingIsLeftHere()
      gate.resolve()
      expect(await s3.server.keys()).to.deep.equal(['some/prefix/uploads/a.mp4'])
    })
  }
})
