import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { untilPasses } from '../support/until.js'
import { buildOnce } from './support/role-process.js'
import { get, untilStatus, Workplace } from './support/workplace.js'

const MODULE = `
import { defineJob } from 'job-server'
export const pulse = defineJob({
  key: 'pulse', version: 1, isolation: 'inline', run: ({ from }) => from,
  schedules: [{ name: 'from code', everySeconds: 1, params: { from: 'code' } }],
})`

interface Tick {
  readonly slot: string
  readonly outcome: string
  readonly jobId: string | null
}

describe('schedules, in processes', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  /** As a person would: with curl. */
  const curl = async (...args: readonly string[]): Promise<Record<string, any>> => {
    const { stdout } = await promisify(execFile)('curl', ['-s', ...args])
    return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, any>)
  }
  const send = (method: string, url: string, body: object) =>
    curl('-X', method, url, '-H', 'Content-Type: application/json', '-d', JSON.stringify(body))
  const fired = async (url: string, id: string, atLeast: number): Promise<readonly Tick[]> => {
    let ticks: readonly Tick[] = []
    await untilPasses(async () => {
      ticks = (await get<{ ticks: Tick[] }>(`${url}/v1/schedules/${id}/ticks`)).ticks
      expect(ticks.filter(({ outcome }) => outcome === 'fired').length).to.be.at.least(atLeast)
    }, 20_000)
    return ticks
  }

  /** What curl made and what code declares, both every second, fired at least twice and run. */
  const firing = async (env: Readonly<Record<string, string>>) => {
    writeFileSync(join(place.path, 'pulse.mjs'), MODULE)
    const server = place.run('server', env)
    const url = await server.ready()
    const byCurl = { name: 'by curl', definitionKey: 'pulse', params: { from: 'curl' }, everySeconds: 1 }
    const made = String((await send('POST', `${url}/v1/schedules`, byCurl))['scheduleId'])
    const { schedules } = await get<{ schedules: { name: string; scheduleId: string }[] }>(
      `${url}/v1/schedules`,
    )
    const declared = String(schedules.find(({ name }) => name === 'from code')?.scheduleId)
    for (const [id, from] of [
      [made, 'curl'],
      [declared, 'code'],
    ] as const) {
      const ticks = await fired(url, id, 2)
      const job = await untilStatus(url, ticks[0]?.jobId, 'succeeded')
      expect(job).to.include({ result: from, scheduleId: id })
      const slots = ticks.map(({ slot }) => Date.parse(slot))
      const newest = slots[0] ?? NaN
      expect(slots).to.deep.equal(slots.map((_, n) => newest - n * 1_000))
    }
    return { server, url, made, declared }
  }

  it('are fired by the all-in-one server, those by curl and those in code, and outlive a restart as they are', async () => {
    const env = { JOB_DEFINITIONS: 'pulse.mjs' }
    const { server, url, made, declared } = await firing(env)
    const change = await send('PATCH', `${url}/v1/schedules/${declared}`, { priority: 9 })
    expect(change).to.include({ priority: 9, declared: true })
    expect((await curl('-X', 'DELETE', `${url}/v1/schedules/${declared}`))['code']).to.equal(
      'schedule-declared',
    )
    expect((await curl('-X', 'POST', `${url}/v1/schedules/${made}/pause`))['enabled']).to.equal(false)
    const paused = await fired(url, made, 1)
    expect(await server.stop()).to.equal(0)

    const again = await place.run('server', env).ready()
    const { length } = await fired(again, declared, 1)
    await fired(again, declared, length + 1)
    expect(await get(`${again}/v1/schedules/${declared}`)).to.include({ priority: 9, enabled: true })
    expect(await fired(again, made, 1)).to.deep.equal(paused)
  })

  if (storesWanted().has('postgres'))
    describe('over postgres', () => {
      let database: Database
      before(async () => (database = await createDatabase()))
      after(() => database.drop())

      it('are fired by the all-in-one server', async () => {
        await firing({ JOB_DEFINITIONS: 'pulse.mjs', DATABASE_URL: database.url })
      })
    })

  it('stops the start with exit code 78 and one line when code declares what cannot be', async () => {
    writeFileSync(join(place.path, 'pulse.mjs'), MODULE.replace('everySeconds: 1', `cron: '0 61 * * *'`))
    const server = place.run('register-definitions', { JOB_DEFINITIONS: 'pulse.mjs' })
    expect(await server.ended()).to.equal(78)
    expect(server.stderr).to.match(
      /^JOB_DEFINITIONS: pulse@1 cannot declare the schedule from code: cron [^\n]*61[^\n]*\n$/,
    )
  })
})
