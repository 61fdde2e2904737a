import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { jobServer } from './terminal.js'

const ID = '01900000-0000-7000-8000-000000000001'
const nightly = {
  scheduleId: ID,
  name: 'nightly',
  definitionKey: 'process.data',
  cron: '0 3 * * *',
  everySeconds: null,
  timezone: 'UTC',
  enabled: true,
  nextRunAt: '2026-01-02T03:00:00.000Z',
}
const runs = [{ at: '2026-01-02T03:00:00.000Z', local: '2026-01-02 03:00', offset: '+00:00', note: null }]

/** Answers of the API's shapes; what each command asks for is what matters here. */
const ANSWERS: Readonly<Record<string, object>> = {
  'GET /v1/schedules': { schedules: [nightly], total: 1 },
  'POST /v1/schedules': nightly,
  [`GET /v1/schedules/${ID}`]: nightly,
  [`PATCH /v1/schedules/${ID}`]: nightly,
  [`DELETE /v1/schedules/${ID}`]: {},
  [`POST /v1/schedules/${ID}/pause`]: { ...nightly, enabled: false },
  [`POST /v1/schedules/${ID}/resume`]: nightly,
  [`POST /v1/schedules/${ID}/run`]: { jobId: ID, status: 'queued' },
  [`GET /v1/schedules/${ID}/preview`]: { description: 'At 03:00', runs },
  'POST /v1/schedules/preview': { description: 'At 03:00', runs },
  [`GET /v1/schedules/${ID}/ticks`]: {
    ticks: [{ slot: runs[0]!.at, outcome: 'fired', jobId: ID, reason: null, delayMs: 4 }],
  },
}

describe('the command line: schedules', () => {
  let server: Server
  let env: Record<string, string>
  const asked: { line: string; query: string; body: unknown }[] = []
  before(async () => {
    server = createServer((request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      request.on('end', () => {
        const [path = '', query = ''] = (request.url ?? '').split('?')
        const line = `${request.method ?? ''} ${path}`
        asked.push({ line, query, body: text === '' ? undefined : JSON.parse(text) })
        const answer = ANSWERS[line]
        response.writeHead(answer === undefined ? 404 : 200, { 'Content-Type': 'application/json' })
        response.end(JSON.stringify(answer ?? { code: 'not-found' }))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    env = { JOB_SERVER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  })
  beforeEach(() => (asked.length = 0))
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  const run = (...args: string[]) => jobServer(['schedules', ...args], { env })
  const lines = (): string[] => asked.map(({ line }) => line)

  it('are made of what is said, and of nothing else', async () => {
    const options = ['--cron', '0 3 * * *', '--timezone', 'Europe/Berlin', '-p', 'n=1', '--overlap', 'skip']
    expect((await run('add', 'nightly', 'process.data', ...options)).code).to.equal(0)
    expect(asked[0]).to.deep.include({
      line: 'POST /v1/schedules',
      body: {
        name: 'nightly',
        definitionKey: 'process.data',
        cron: '0 3 * * *',
        timezone: 'Europe/Berlin',
        params: { n: 1 },
        overlap: 'skip',
      },
    })
    await run('change', ID, '--every-seconds', '60')
    expect(asked[1]).to.deep.include({ line: `PATCH /v1/schedules/${ID}`, body: { everySeconds: 60 } })
  })

  it('are listed, and found by their names', async () => {
    expect((await run('list')).out).to.match(/^SCHEDULE +NAME .*\n\S+ +nightly +process\.data +0 3 \* \* \*/)
    asked.length = 0
    for (const verb of ['show', 'pause', 'resume', 'run', 'remove', 'ticks']) {
      expect((await run(verb, 'nightly')).code, verb).to.equal(0)
    }
    expect(lines().filter((line) => line !== 'GET /v1/schedules')).to.deep.equal([
      `GET /v1/schedules/${ID}`,
      `POST /v1/schedules/${ID}/pause`,
      `POST /v1/schedules/${ID}/resume`,
      `POST /v1/schedules/${ID}/run`,
      `DELETE /v1/schedules/${ID}`,
      `GET /v1/schedules/${ID}/ticks`,
    ])
    expect(await run('pause', 'weekly')).to.deep.include({
      code: 1,
      err: 'error: there is no schedule named weekly\n',
    })
  })

  it('are previewed, those that are there and those that might be', async () => {
    const there = await run('preview', ID, '-n', '3')
    expect(there.out).to.match(/^AT +LOCAL +OFFSET +NOTE\n2026-01-02T03:00:00\.000Z +2026-01-02 03:00/)
    expect(there.err).to.equal('At 03:00\n')
    await run('preview', '--cron', '0 3 * * *')
    expect(asked[0]).to.include({ line: `GET /v1/schedules/${ID}/preview`, query: 'n=3' })
    expect(asked[1]).to.deep.include({
      line: 'POST /v1/schedules/preview',
      query: 'n=10',
      body: { cron: '0 3 * * *' },
    })
    expect((await run('preview')).code).to.equal(2)
  })
})
