import { expect } from 'chai'
import { createJobServer, defineJob, type JobServer } from '../../src/index.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { deferred, eventually } from '../support/eventually.js'
import { recordingLogger } from '../support/recording.js'

describe('An inline handler that goes on after its end', () => {
  const gate = deferred()
  const folder = tempDir()
  let server: JobServer
  const lines: string[] = []
  const answerOf = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${String(server.url)}${path}`)).json()) as T
  const workerState = async (): Promise<string | undefined> =>
    (await answerOf<{ checks: Record<string, string> }>('/readyz')).checks['worker']

  before(async () => {
    const hung = defineJob({
      key: 'hung',
      version: 1,
      timeoutSeconds: 0.02,
      defaultMaxAttempts: 1,
      run: () => gate.promise,
    })
    server = await createJobServer({
      definitions: [hung],
      http: { port: 0 },
      dataDir: folder.path,
      heartbeatMs: 20,
      worker: { slots: 1, cancelGraceMs: 10 },
      logger: recordingLogger(lines),
    })
    await server.start()
  })
  after(async () => {
    await server.stop()
    folder.remove()
  })

  it('is told of, by the log, readiness, workers and explanations, until it ends', async () => {
    expect(await workerState()).to.equal('ok')
    const first = await server.enqueue({ definitionKey: 'hung' })
    expect(await server.waitFor(first.job.id)).to.include({ status: 'failed' })
    await eventually(() =>
      lines.includes('warn the handler of hung@1 goes on after its end and keeps its slot'),
    )
    expect(await workerState()).to.equal('handlers of ended jobs keep all its slots')

    const { job } = await server.enqueue({ definitionKey: 'hung' })
    const codes = async (): Promise<string[]> =>
      (await answerOf<{ reasons: { code: string }[] }>(`/v1/jobs/${job.id}/explain`)).reasons.map(
        ({ code }) => code,
      )
    await eventually(async () => (await codes()).includes('workers_busy'))
    expect(await answerOf('/v1/workers')).to.have.nested.property('workers[0].running', 1)

    gate.resolve()
    expect(await server.waitFor(job.id)).to.include({ status: 'succeeded' })
    expect(await workerState()).to.equal('ok')
  })
})
