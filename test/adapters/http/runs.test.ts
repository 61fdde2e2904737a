import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { decideOutcome } from '../../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../../src/domain/retry-policy.js'
import type { RunResult } from '../../../src/domain/run-result.js'
import { openHarness, type Harness } from './harness.js'

describe('HTTP: runs', () => {
  let api: Harness
  beforeEach(async () => {
    api = await openHarness()
  })
  afterEach(() => api.close())

  const create = async (): Promise<string> =>
    (await api.post('/v1/jobs', { definitionKey: 'echo' })).body.jobId as string

  async function endNext(result: RunResult): Promise<void> {
    const { jobs, clock } = api.stores
    const [job] = await api.claim()
    if (job === undefined) throw new Error('nothing was claimed')
    const at = { now: clock.now(), random: 0, policy: { ...DEFAULT_RETRY_POLICY, baseMs: 0 }, newId: uuidv7 }
    await jobs.settle([{ lease: job.lease, outcome: decideOutcome(job, result, at) }], clock.now())
  }

  describe('attempts', () => {
    it('lists each run with its end and its figures, the one under way without', async () => {
      const jobId = await create()
      const empty = await api.call('GET', `/v1/jobs/${jobId}/attempts`)
      expect(empty).to.deep.include({ status: 200, body: { jobId, attempts: [] } })

      const usage = { cpuMs: 12, maxRssBytes: 50_000_000 }
      await endNext({ kind: 'crashed', message: 'gone', exitCode: null, signal: 'SIGSEGV', usage })
      await endNext({ kind: 'error', message: 'boom', stack: 'Error: boom\n    at handler.js:1:2' })
      await api.claim()
      const { attempts } = (await api.call('GET', `/v1/jobs/${jobId}/attempts`)).body
      expect(Object.keys(attempts[0])).to.deep.equal([
        'run',
        'attempt',
        'workerId',
        'startedAt',
        'endedAt',
        'outcome',
        'error',
        'exitCode',
        'signal',
        'cpuMs',
        'maxRssBytes',
      ])
      expect(attempts[0]).to.include({ run: 1, attempt: 1, outcome: 'crashed', error: 'gone', ...usage })
      expect(attempts[0]).to.include({ exitCode: null, signal: 'SIGSEGV' })
      expect(attempts[1]).to.include({ run: 2, outcome: 'error', cpuMs: null, maxRssBytes: null })
      expect(attempts[1].error).to.equal('Error: boom\n    at handler.js:1:2')
      expect(attempts[2]).to.include({ run: 3, attempt: 3, outcome: null, endedAt: null, error: null })
    })

    it('answers 404 for a job that is not there, and 400 for what is no id', async () => {
      expect((await api.call('GET', `/v1/jobs/${uuidv7()}/attempts`)).body.code).to.equal('job-not-found')
      expect((await api.call('GET', '/v1/jobs/x/attempts')).status).to.equal(400)
    })
  })
})
