import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { newLogLine } from '../../../src/domain/job-log.js'
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

  describe('logs', () => {
    const at = new Date('2024-01-01T10:00:00.000Z')
    const said = (message: string) => newLogLine('info', message, { n: 1 }, at)

    it('lists lines of all runs or of one, from where the caller stopped, and what was dropped', async () => {
      const jobId = await create()
      const read = async (query = '') => (await api.call('GET', `/v1/jobs/${jobId}/logs${query}`)).body
      expect(await read()).to.deep.equal({ jobId, lines: [], dropped: 0 })
      await api.stores.logs.append([
        { jobId, run: 1, lines: [said('a'), said('b')], dropped: 3 },
        { jobId, run: 2, lines: [said('c')], dropped: 0 },
      ])
      const { lines, dropped } = await read()
      expect(dropped).to.equal(3)
      expect(lines[0]).to.deep.equal({
        id: 1,
        at: '2024-01-01T10:00:00.000Z',
        run: 1,
        level: 'info',
        message: 'a',
        fields: { n: 1 },
      })
      expect(await read('?after=1&limit=1')).to.deep.equal({ jobId, lines: [lines[1]], dropped: 3 })
      expect(await read('?run=2')).to.deep.equal({ jobId, lines: [lines[2]], dropped: 0 })
      expect(await read('?after=3')).to.deep.equal({ jobId, lines: [], dropped: 3 })
    })

    it('refuses queries that make no sense, and knows no job that is not there', async () => {
      const jobId = await create()
      for (const query of ['after=-1', 'run=0', 'limit=10001', 'limit=x', 'since=1'])
        expect((await api.call('GET', `/v1/jobs/${jobId}/logs?${query}`)).status, query).to.equal(400)
      expect((await api.call('GET', `/v1/jobs/${uuidv7()}/logs`)).body.code).to.equal('job-not-found')
    })
  })
})
