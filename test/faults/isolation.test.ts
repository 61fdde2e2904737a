import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { storesWanted } from '../contract/stores-wanted.js'
import { get, post, untilStatus, Workplace } from '../e2e/support/workplace.js'
import { processesNaming } from '../support/processes.js'
import { untilPasses } from '../support/until.js'

const DEFINITIONS = fileURLToPath(new URL('./support/hostile-definitions.mjs', import.meta.url))
const ISOLATE = 'bootstrap/isolate.js'

if (storesWanted().has('sqlite')) {
  describe('hostile handlers', function () {
    this.timeout(90_000)
    let place: Workplace
    let url: string
    let pid: number
    beforeEach(async () => {
      place = new Workplace()
      const env = { JOB_DEFINITIONS: DEFINITIONS, CANCEL_GRACE_MS: '500', BACKOFF_BASE_SECONDS: '0.05' }
      const server = place.run('server', env)
      url = await server.ready()
      pid = server.pid
    })
    afterEach(() => place.close())

    const start = async (definitionKey: string, params: Record<string, unknown> = {}): Promise<string> => {
      const { status, body } = await post(`${url}/v1/jobs`, { definitionKey, params })
      expect(status).to.equal(201)
      return String(body['jobId'])
    }

    it('end with the right outcome, and neither their neighbours nor what follows them notice', async () => {
      const neighbours = await Promise.all([1, 2, 3].map(() => start('neighbour')))
      const file = join(place.path, 'orphan')
      const crashed = (error: string, exitCode: number | null, signal: string | null = null): object => ({
        ...{ outcome: 'crashed', error, exitCode, signal },
      })
      const ends = {
        spins: { outcome: 'timeout', error: 'timed out after 0.5 s', signal: 'SIGKILL' },
        allocates: { outcome: 'oom', error: 'used more than its 128 MiB of memory' },
        exits: crashed('its process ended with exit code 0 before the handler did', 0),
        faults: crashed('its process was ended by SIGSEGV', null, 'SIGSEGV'),
        'rejects.during': crashed(
          'its process ended with exit code 1 before the handler did: Error: nobody waits',
          1,
        ),
        orphans: crashed('its process ended with exit code 3 before the handler did', 3),
      }
      const ids = await Promise.all(
        Object.keys(ends).map(async (key) => [key, await start(key, { file })] as const),
      )
      const returned = await start('rejects.after')
      const attemptsOf = async (id: string): Promise<Record<string, unknown>[]> =>
        (await get<{ attempts: Record<string, unknown>[] }>(`${url}/v1/jobs/${id}/attempts`)).attempts
      for (const [key, id] of ids) {
        const end = ends[key as keyof typeof ends] as { error: string }
        expect(await untilStatus(url, id, 'failed'), key).to.include({ errorSummary: end.error, attempts: 1 })
        const [attempt, ...others] = await attemptsOf(id)
        expect(attempt, key).to.include({ run: 1, attempt: 1, ...end })
        expect(attempt?.['endedAt'], key).to.be.a('string')
        expect(others, key).to.deep.equal([])
        if (process.platform !== 'linux' || (key !== 'spins' && key !== 'allocates')) continue
        expect(attempt?.['cpuMs'], key).to.be.above(0)
        expect(attempt?.['maxRssBytes'], key).to.be.above(32 * 1024 * 1024)
      }
      expect(await untilStatus(url, returned, 'succeeded')).to.include({ result: 'done' })
      const [success] = await attemptsOf(returned)
      expect(success).to.include({ outcome: 'succeeded', error: null, exitCode: null, signal: null })
      expect(success?.['cpuMs']).to.be.a('number')
      for (const id of neighbours) await untilStatus(url, id, 'succeeded')

      const next = await Promise.all(Array.from({ length: 20 }, () => start('quick')))
      const pids = await Promise.all(
        next.map(async (id) => Number((await untilStatus(url, id, 'succeeded'))['result'])),
      )
      expect(pids).not.to.include(pid)
      const workers = await get<{ status: string }>(`${url}/healthz`)
      expect(workers.status).to.be.a('string')
      await untilPasses(() => {
        expect(() => process.kill(Number(readFileSync(file, 'utf8')), 0)).to.throw('ESRCH')
      })
    })

    it('that crash three times in a row are given up as a crash loop', async () => {
      const id = await start('crashes')
      const job = await untilStatus(url, id, 'failed')
      expect(job).to.include({ attempts: 3, maxAttempts: 10 })
      const { events } = await get<{ events: { eventType: string; payload: Record<string, unknown> }[] }>(
        `${url}/v1/jobs/${id}/events`,
      )
      expect(events.at(-2)).to.have.nested.property('payload.reason', 'crash_loop')
    })

    it('that spin are cancelled by ending their process', async () => {
      const id = await start('spins.on')
      await untilStatus(url, id, 'running')
      await post(`${url}/v1/jobs/${id}/cancel`, {})
      await untilStatus(url, id, 'cancelled')
    })

    it('are gone with their worker, whatever ends it', async () => {
      const spinning = await Promise.all([start('spins.on'), start('spins.on')])
      await start('neighbour')
      for (const id of spinning) await untilStatus(url, id, 'running')
      // At least: the pool may have started one for a run that then found another, and keeps it for a while.
      let isolates: readonly number[] = []
      await untilPasses(async () => {
        isolates = await isolatesOf(pid)
        expect(isolates).to.have.length.at.least(3)
      })
      process.kill(pid, 'SIGKILL')
      await untilPasses(() => {
        for (const isolate of isolates) expect(() => process.kill(isolate, 0)).to.throw('ESRCH')
      })
    })

    it('leave no temporary directory behind when their worker is killed', async () => {
      const files = ['one', 'other'].map((name) => join(place.path, name))
      for (const file of files) await start('scratches', { file })
      await untilPasses(() => {
        for (const file of files) expect(existsSync(readFileSync(file, 'utf8'))).to.equal(true)
      })
      process.kill(pid, 'SIGKILL')
      await untilPasses(() => {
        for (const file of files) expect(existsSync(readFileSync(file, 'utf8'))).to.equal(false)
      })
    })
  })
}

async function isolatesOf(worker: number): Promise<number[]> {
  const isolates = await processesNaming(ISOLATE)
  return isolates.filter((isolate) =>
    new RegExp(`^PPid:\\s+${worker}$`, 'm').test(readFileSync(`/proc/${isolate}/status`, 'latin1')),
  )
}
