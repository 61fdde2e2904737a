import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { untilPasses } from '../support/until.js'
import { buildOnce } from './support/role-process.js'
import { get, post, untilStatus, Workplace } from './support/workplace.js'

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

describe('examples', function () {
  this.timeout(90_000)
  let place: Workplace
  before(buildOnce)
  beforeEach(() => (place = new Workplace()))
  afterEach(() => place.close())

  it('custom-definition.ts defines a job that checks its params, reports progress, and gives up for good', async () => {
    const server = place.run('server', { JOB_DEFINITIONS: file('examples/custom-definition.ts') })
    const url = await server.ready()
    const enqueue = (params: object) => post(`${url}/v1/jobs`, { definitionKey: 'report.sales', params })

    const written = await enqueue({ region: 'north', months: 3 })
    const job = await untilStatus(url, written.body['jobId'], 'succeeded')
    expect(job).to.deep.include({ result: { region: 'north', total: 600 }, progress: 100 })
    const { events } = await get<{ events: { eventType: string }[] }>(
      `${url}/v1/jobs/${String(job['jobId'])}/events`,
    )
    expect(events.map(({ eventType }) => eventType)).to.include('report_written')

    expect((await enqueue({ region: 'north', months: 99 })).status).to.equal(422)
    const refused = await enqueue({ region: 'nowhere' })
    const failed = await untilStatus(url, refused.body['jobId'], 'failed')
    expect(failed).to.include({ attempts: 1, errorSummary: 'there is no region nowhere' })
  })

  it('webhook-receiver.ts takes what is signed by the secret of both, once, and nothing else', async () => {
    const env = { WEBHOOK_SECRET: 'a-secret-of-both', CALLBACK_ALLOW_PRIVATE: 'true' }
    const tsx = file('node_modules/tsx/dist/esm/index.mjs')
    const receiver = spawn(process.execPath, ['--import', tsx, file('examples/webhook-receiver.ts')], {
      cwd: place.path,
      env: { PATH: process.env.PATH ?? '', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    try {
      let printed = ''
      receiver.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text))
      await untilPasses(() => expect(printed).to.match(/http:\S+/))
      const url = /http:\S+/.exec(printed)?.[0] ?? ''
      const api = await place.run('server', env).ready()
      const { body } = await post(`${api}/v1/jobs`, {
        definitionKey: 'compute.math',
        params: { operation: 'sum', numbers: [1, 2] },
        callback: { url },
      })
      await untilPasses(() => expect(printed).to.include(`job.succeeded ${String(body['jobId'])}\n`))
      const forged = { 'webhook-id': 'x', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) }
      const signed = { ...forged, 'webhook-signature': `v1,${'A'.repeat(43)}=` }
      for (const headers of [forged, signed])
        expect((await fetch(url, { method: 'POST', headers, body: '{}' })).status).to.equal(401)
    } finally {
      receiver.kill('SIGKILL')
    }
  })

  /** A host application from its source, which listens at an address that it prints; it is told to stop at the end. */
  const hosted = async (example: string, use: (url: string) => Promise<void>): Promise<void> => {
    const tsx = file('node_modules/tsx/dist/esm/index.mjs')
    const host = spawn(process.execPath, ['--import', tsx, file(example)], {
      cwd: place.path,
      env: { PATH: process.env.PATH ?? '', PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(host, 'close')
    try {
      const [line] = (await once(host.stdout.setEncoding('utf8'), 'data')) as [string]
      await use(/http:\S+/.exec(line)?.[0] ?? '')
      host.kill('SIGTERM')
      expect(await ended).to.deep.equal([0, null])
    } finally {
      host.kill('SIGKILL')
    }
  }

  it('embed-in-koa.ts runs jobs beside its own routes and ends when it is told to', () =>
    hosted('examples/embed-in-koa.ts', async (url) => {
      const signUp = () => post(`${url}/sign-up/ada`, {})
      const [first, second] = [await signUp(), await signUp()]
      expect(first.status).to.equal(202)
      expect(second.body).to.deep.equal(first.body)
      const job = await untilStatus(`${url}/jobs`, first.body['jobId'], 'succeeded')
      expect(job['result']).to.deep.equal({ sent: 'Welcome, ada!' })
    }))

  it('embed-in-express.ts mounts the API ahead of its body parser, and its addresses lead back there', () =>
    hosted('examples/embed-in-express.ts', async (url) => {
      const ordered = await post(`${url}/orders`, { item: 'book', count: 2 })
      expect(ordered.status).to.equal(202)
      const receipt = await untilStatus(`${url}/jobs`, ordered.body['jobId'], 'succeeded')
      expect(receipt['result']).to.deep.equal({ receipt: '2 × book' })
      expect((await post(`${url}/orders`, { item: 'book', count: 0 })).status).to.equal(400)

      const posted = await fetch(`${url}/jobs/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ definitionKey: 'order.receipt', params: { item: 'pen', count: 1 } }),
      })
      expect(posted.status).to.equal(201)
      const { jobId } = (await posted.json()) as { jobId: string }
      expect(posted.headers.get('location')).to.equal(`/jobs/v1/jobs/${jobId}`)
      await untilStatus(`${url}/jobs`, jobId, 'succeeded')
      expect(
        (await post(`${url}/jobs/v1/jobs`, { definitionKey: 'order.receipt', params: {} })).status,
      ).to.equal(422)
    }))
})
