import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect } from 'chai'
import { z } from 'zod'
import {
  createJobServer,
  createMemoryStores,
  defineJob,
  type EmbeddedRequest,
  type JobServerError,
  jobRegistry,
  systemClock,
  type JobServer,
  type JobServerOptions,
} from '../../src/index.js'
import { isSignedBy, WebhookReceiver } from '../support/webhook-receiver.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { untilPasses } from '../support/until.js'

const double = defineJob({
  key: 'double',
  version: 1,
  params: z.object({ n: z.number() }),
  run: ({ n }) => ({ doubled: n * 2 }),
})
const greet = (greeting: string) =>
  defineJob({ key: 'greet', version: 1, run: () => greeting, onEnd: () => undefined })
const patient = defineJob({
  key: 'patient',
  version: 1,
  run: (_params, ctx) =>
    new Promise<void>((_, reject) => {
      ctx.abortSignal.addEventListener('abort', () => {
        reject(new Error('told to stop'))
      })
    }),
})

for (const kind of ['memory', 'sqlite'] as const) {
  describe(`createJobServer over ${kind}`, () => {
    const folder = tempDir()
    const servers: JobServer[] = []
    let files = 0

    const create = async (options: JobServerOptions = {}): Promise<JobServer> => {
      const database = kind === 'memory' ? 'memory' : `sqlite:${join(folder.path, `${files++}.db`)}`
      const server = await createJobServer({ database, dataDir: join(folder.path, 'data'), ...options })
      servers.push(server)
      return server
    }

    afterEach(async () => {
      await Promise.all(servers.splice(0).map((server) => server.stop()))
    })
    after(() => {
      folder.remove()
    })

    it('runs a job from request to result', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const { job, duplicate } = await server.enqueue({ definitionKey: 'double', params: { n: 21 } })
      expect(duplicate).to.equal(false)
      const finished = await server.waitFor(job.id)
      expect(finished).to.deep.include({ status: 'succeeded', result: { doubled: 42 } })
      const events = await server.events(job.id)
      expect(events?.map(({ type }) => type)).to.deep.equal(['queued', 'started', 'succeeded'])
      expect(await server.events(job.id, { after: 1, limit: 1 })).to.have.length(1)
    })

    it('keeps two servers of one process apart', async () => {
      const [first, second] = await Promise.all(
        ['one', 'two'].map((text) => create({ definitions: [greet(text)] })),
      )
      if (first === undefined || second === undefined) throw new Error('two servers were created')
      await Promise.all([first.start(), second.start()])
      const jobs = await Promise.all(
        [first, second].map((server) => server.enqueue({ definitionKey: 'greet' })),
      )
      const ends = await Promise.all(
        [first, second].map((server, index) => server.waitFor(jobs[index]?.job.id ?? '')),
      )
      expect(ends.map(({ result }) => result)).to.deep.equal(['one', 'two'])
      expect(await first.get(jobs[1]?.job.id ?? '')).to.equal(null)
      await first.stop()
      const { job } = await second.enqueue({ definitionKey: 'greet' })
      expect((await second.waitFor(job.id)).result).to.equal('two')
    })

    it('refuses unknown definitions and params that do not fit, and answers many one by one', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const refused = (request: Parameters<JobServer['enqueue']>[0]) =>
        server.enqueue(request).then(
          () => null,
          (error: unknown) => (error as JobServerError).code,
        )
      expect(await refused({ definitionKey: 'nobody' })).to.equal('unknown-definition')
      expect(await refused({ definitionKey: 'double', params: { n: 'x' } })).to.equal('params-invalid')
      const answers = await server.enqueueMany([
        { definitionKey: 'double', params: { n: 1 } },
        { definitionKey: 'nobody' },
        { definitionKey: 'double', params: { n: 2 } },
      ])
      expect(answers.map((answer) => 'job' in answer)).to.deep.equal([true, false, true])
    })

    it('finds the job of an idempotency key again, and refuses the key for another request', async () => {
      const server = await create({ definitions: [double], worker: false })
      await server.start()
      const request = { definitionKey: 'double', params: { n: 1 }, idempotencyKey: 'once' }
      const first = await server.enqueue(request)
      const second = await server.enqueue(request)
      expect(second).to.deep.include({ duplicate: true })
      expect(second.job.id).to.equal(first.job.id)
      const other = await server
        .enqueue({ ...request, params: { n: 2 } })
        .catch((error: unknown) => (error as JobServerError).code)
      expect(other).to.equal('idempotency-key-reused')
    })

    it('cancels a running job, and says so of one it does not know', async () => {
      const server = await create({ definitions: [patient], heartbeatMs: 50, leaseMs: 10_000 })
      await server.start()
      const { job } = await server.enqueue({ definitionKey: 'patient' })
      while ((await server.get(job.id))?.status !== 'running')
        await new Promise((resolve) => setTimeout(resolve, 5))
      expect(await server.cancel(job.id)).to.have.property('outcome', 'cancelling')
      expect(await server.waitFor(job.id)).to.have.property('status', 'cancelled')
      expect(await server.cancel('not an id')).to.deep.equal({ outcome: 'not_found' })
      expect(await server.get('not an id')).to.equal(null)
    })

    it('tells who waits too long, and for what does not exist', async () => {
      const server = await create({ definitions: [double], worker: false })
      await server.start()
      const { job } = await server.enqueue({ definitionKey: 'double', params: { n: 1 } })
      const late = await server.waitFor(job.id, { timeoutMs: 20 }).catch((error: unknown) => error)
      expect(late).to.have.property('name', 'TimeoutError')
      const unknown = await server
        .waitFor('00000000-0000-7000-8000-000000000000')
        .catch((error: unknown) => error)
      expect(unknown).to.have.property('code', 'job-not-found')
    })

    it('gives running jobs back when it stops, with their attempt', async () => {
      const stores = createMemoryStores({ clock: systemClock })
      const server = await create({
        stores,
        definitions: [patient],
        worker: { cancelGraceMs: 20 },
      })
      await server.start()
      const { job } = await server.enqueue({ definitionKey: 'patient' })
      while ((await server.get(job.id))?.status !== 'running')
        await new Promise((resolve) => setTimeout(resolve, 5))
      await server.stop()
      const given = (await stores.queries.get(job.id))?.job
      expect(given).to.deep.include({ status: 'queued', attempts: 0, interruptions: 1 })
    })

    it('serves the REST API on a port of its own', async () => {
      const server = await create({ definitions: [double], http: { port: 0 } })
      expect(server.url).to.equal(null)
      await server.start()
      const answer = await fetch(`${server.url}/v1/jobs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ definitionKey: 'double', params: { n: 4 } }),
      })
      expect(answer.status).to.equal(201)
      const { jobId } = (await answer.json()) as { jobId: string }
      expect((await server.waitFor(jobId)).result).to.deep.equal({ doubled: 8 })
    })

    it('mounts its API into a server of yours', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const host = createServer(server.callback())
      await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve))
      try {
        const { port } = host.address() as AddressInfo
        const answer = await fetch(`http://127.0.0.1:${port}/v1/definitions`)
        const { definitions } = (await answer.json()) as { definitions: { key: string }[] }
        expect(definitions.map(({ key }) => key)).to.deep.equal(['callback.deliver', 'double'])
      } finally {
        host.closeAllConnections()
        await new Promise((resolve) => host.close(resolve))
      }
    })

    it('knows the built-ins only when asked to, and never the definitions of the command line', async () => {
      const before = jobRegistry.refs().length
      const bare = await create()
      await bare.start()
      const error = await bare.enqueue({ definitionKey: 'echo' }).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'unknown-definition')
      const full = await create({ builtins: true, definitions: [double] })
      await full.start()
      const { job } = await full.enqueue({
        definitionKey: 'compute.math',
        params: { operation: 'sum', numbers: [1, 2] },
      })
      expect((await full.waitFor(job.id)).result).to.equal(3)
      expect(jobRegistry.refs()).to.have.length(before)
    })

    it('tells a callback how its job ended, with no definitions but its own', async () => {
      const receiver = await new WebhookReceiver().open()
      try {
        const server = await create({
          definitions: [double],
          callbacks: { secret: 'of-the-two-of-us', allowPrivate: true },
        })
        await server.start()
        const callback = { url: receiver.url }
        const { job } = await server.enqueue({ definitionKey: 'double', params: { n: 21 }, callback })
        await untilPasses(() => Promise.resolve(expect(receiver.received).to.have.length(1)))
        const [request] = receiver.received
        expect(isSignedBy(Buffer.from('of-the-two-of-us'), request!)).to.equal(true)
        const { type, data } = JSON.parse(request!.body) as { type: string; data: object }
        expect(type).to.equal('job.succeeded')
        expect(data).to.deep.include({ jobId: job.id, status: 'succeeded', result: { doubled: 42 } })
        const refused = await create({ definitions: [double] })
        await refused.start()
        const error = await refused
          .enqueue({ definitionKey: 'double', params: { n: 1 }, callback })
          .catch((reason: unknown) => reason)
        expect(error).to.have.property('code', 'callback-not-allowed')
      } finally {
        await receiver.close()
      }
    })

    it('leaves no listener, no handler and no output behind', async () => {
      const signals = ['SIGTERM', 'SIGINT', 'uncaughtException', 'unhandledRejection']
      const listeners = () => signals.map((name) => process.listenerCount(name))
      const before = listeners()
      const server = await create({ definitions: [double], http: { port: 0 } })
      await server.start()
      expect(listeners()).to.deep.equal(before)
      await Promise.all([server.stop(), server.stop()])
      const refused = await fetch(`${server.url}/healthz`).catch((error: unknown) => error)
      expect(refused).to.be.instanceOf(Error)
    })

    it('makes a job a part of what its caller says, which says nothing of which job it is', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
      const request = { definitionKey: 'double', params: { n: 1 }, idempotencyKey: 'traced' }
      const { job } = await server.enqueue({ ...request, traceparent })
      expect(job.traceparent).to.equal(traceparent)
      expect(await server.enqueue({ ...request, traceparent: undefined })).to.have.nested.include({
        duplicate: true,
        'job.id': job.id,
      })
    })

    it('refuses what the types let through, alone and among others', async () => {
      const server = await create({ definitions: [double] })
      await server.start()
      const wrong: readonly [EmbeddedRequest, string][] = [
        [{ definitionKey: 'double', priority: 1.5 }, 'priority: '],
        [{ definitionKey: 'double', maxAttempts: 0 }, 'maxAttempts: '],
        [{ definitionKey: 'double', runAt: new Date('tomorrow') }, 'runAt: '],
        [{ definitionKey: 'double', runAt: new Date(8.64e15) }, 'runAt: must be before the year 10000'],
        [{ definitionKey: 'double', delaySeconds: -1 }, 'delaySeconds: '],
        [{ definitionKey: 'double', runAt: new Date(), delaySeconds: 1 }, 'delaySeconds: '],
        [{ definitionKey: 'double', params: [1] as never }, 'params: '],
        [{ definitionKey: 'double', idempotencyKey: '' }, 'idempotencyKey: '],
        [{ definitionKey: 'double', callback: { url: 'x' } }, 'callback/url: '],
        [{ definitionKey: 'double', retries: 3 } as never, 'retries: '],
      ]
      for (const [request, flaw] of wrong) {
        const error = (await server.enqueue(request).catch((reason: unknown) => reason)) as JobServerError
        expect(error, flaw).to.have.property('code', 'validation-error')
        expect(error.message).to.include(`the request is not valid: ${flaw}`)
      }
      const right = { definitionKey: 'double', params: { n: 1 }, runAt: new Date(), priority: -3 }
      const answers = await server.enqueueMany([right, ...wrong.map(([request]) => request), right])
      const refused = answers.map((answer) => 'error' in answer)
      expect(refused).to.deep.equal([false, ...wrong.map(() => true), false])
    })

    it('takes nothing and does not start once it was stopped', async () => {
      const server = await create({ definitions: [double] })
      await server.stop()
      for (const call of [
        () => server.start(),
        () => server.enqueue({ definitionKey: 'double' }),
        () => server.enqueueMany([{ definitionKey: 'double' }]),
      ]) {
        const error = (await call().catch((reason: unknown) => reason)) as Error
        expect(error.message).to.equal('this job server was stopped; make another one')
      }
    })

    it('can be stopped without ever being started', async () => {
      const server = await create({ definitions: [double] })
      await server.stop()
    })
  })
}

describe('createJobServer', () => {
  const codeOf = (error: unknown) => (error as Error).message

  it('refuses a malformed definition, two with one name, and a malformed option', async () => {
    const bad = defineJob({ key: 'bad key', version: 1, run: () => 1 })
    expect(await createJobServer({ definitions: [bad] }).catch(codeOf)).to.include('key must be')
    expect(await createJobServer({ definitions: [double, { ...double }] }).catch(codeOf)).to.include(
      'double@1 is registered already',
    )
  })

  it('names every option that cannot be used, as it is written here', async () => {
    const wrong: JobServerOptions = {
      http: { port: 70_000 },
      worker: { slots: 0, cancelGraceMs: -1 },
      callbacks: { maxConcurrent: 0 },
      leaseMs: 1_000,
      heartbeatMs: 900,
      pollIntervalMs: Number.NaN,
      retryPolicy: { baseMs: -1, maxMs: Infinity, jitter: 2 },
    }
    const message = (await createJobServer(wrong).catch(codeOf)) as string
    expect(message.split('\n')).to.deep.equal([
      'http.port: got 70000, takes an integer, 0–65535',
      'worker.slots: got 0, takes an integer, 1–10000',
      'worker.cancelGraceMs: got -1, takes a number, 0–86400000',
      'callbacks.maxConcurrent: got 0, takes an integer, 1–10000',
      'heartbeatMs: got 900, takes a number, 1–500',
      'pollIntervalMs: got NaN, takes a number, 10–86400000',
      'retryPolicy.baseMs: got -1, takes a number, 0–2592000000',
      'retryPolicy.maxMs: got Infinity, takes a number, 0–2592000000',
      'retryPolicy.jitter: got 2, takes a number, 0–1',
    ])
    expect(await createJobServer({ database: 'mysql://x' }).catch(codeOf)).to.match(
      /^database: got "mysql:…"/,
    )
  })

  it('removes finished jobs when they have been kept for as long as it was told', async () => {
    const stores = createMemoryStores({ clock: systemClock })
    const first = await createJobServer({ stores, definitions: [double] })
    await first.start()
    const { job } = await first.enqueue({ definitionKey: 'double', params: { n: 1 } })
    await first.waitFor(job.id)
    await first.stop()
    const second = await createJobServer({ stores, retentionDays: { succeeded: 1e-9, failed: 0 } })
    await second.start()
    await untilPasses(async () => expect(await second.get(job.id)).to.equal(null))
    await second.stop()
  })

  it('leaves it to the embedding program who reaches its callback, until there are keys', async () => {
    const statusOf = async (options: JobServerOptions, headers: Record<string, string>) => {
      const server = await createJobServer(options)
      const outer = createServer(server.callback())
      await new Promise<void>((resolve) => outer.listen(0, '127.0.0.1', resolve))
      const answer = await fetch(`http://127.0.0.1:${(outer.address() as AddressInfo).port}/v1/jobs`, {
        headers,
      })
      await new Promise((resolve) => outer.close(resolve))
      await server.stop()
      return answer.status
    }
    const foreign = { Origin: 'https://app.example' }
    expect(await statusOf({}, foreign)).to.equal(200)
    expect(await statusOf({ apiKeys: 'a-secret:read' }, foreign)).to.equal(401)
    expect(
      await statusOf({ apiKeys: 'a-secret:read' }, { ...foreign, Authorization: 'Bearer a-secret' }),
    ).to.equal(200)
    const wrong = (await createJobServer({ apiKeys: 'a-secret' }).catch(codeOf)) as string
    expect(wrong).to.match(/^apiKeys: got "…", takes <secret>:<scope>/)
  })

  it('listens for this machine alone while it has no key', async () => {
    const server = await createJobServer({ http: { port: 0 } })
    await server.start()
    const headers = { Origin: 'https://app.example' }
    expect((await fetch(`${server.url}/v1/jobs`, { headers })).status).to.equal(403)
    await server.stop()
  })

  it('does not close stores that were brought', async () => {
    const stores = createMemoryStores({ clock: systemClock })
    let closed = false
    const server = await createJobServer({
      stores: { ...stores, close: () => Promise.resolve(void (closed = true)) },
    })
    await server.start()
    await server.stop()
    expect(closed).to.equal(false)
  })
})
