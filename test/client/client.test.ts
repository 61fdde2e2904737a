import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import {
  ApiError,
  ConnectionError,
  createClient,
  JobNotSucceededError,
  WaitTimeoutError,
} from '../../src/client/index.js'
import type { Client, ClientOptions, JobEvent } from '../../src/client/index.js'
import { defineJob } from '../../src/application/default-registry.js'
import { decideOutcome } from '../../src/domain/outcome.js'
import { DEFAULT_RETRY_POLICY } from '../../src/domain/retry-policy.js'
import { openHarness, type Harness } from '../adapters/http/harness.js'

const thrownBy = (work: Promise<unknown>): Promise<any> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

/** What becomes of a request: it is made, made and its answer lost, or never made. */
type Fate = 'pass' | 'lose-answer' | 'refuse' | Response

describe('the client', () => {
  let api: Harness
  let client: Client
  before(async () => {
    api = await openHarness()
    client = connect()
  })
  after(() => api.close())

  const connect = (options: Partial<ClientOptions> = {}): Client =>
    createClient({ url: api.url, retry: { baseMs: 1 }, ...options })

  /** A network that does to each request what the list says, then lets all pass. */
  function network(...fates: Fate[]) {
    const urls: string[] = []
    const request: typeof fetch = async (input, init) => {
      urls.push(input as string)
      const fate = fates.shift() ?? 'pass'
      if (fate === 'refuse') throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
      if (fate instanceof Response) return fate
      const response = await fetch(input, init)
      if (fate === 'lose-answer') throw new TypeError('fetch failed', { cause: new Error('socket hang up') })
      return response
    }
    return { fetch: request, urls }
  }

  const busy = (status: number, retryAfter = '0') =>
    new Response('{"code":"x"}', { status, headers: { 'Retry-After': retryAfter } })

  const greet = defineJob({
    key: 'echo',
    version: 2,
    run: ({ name }: { name: string }) => ({ at: new Date(), name }),
  })

  it('refuses at once an address that is none', () => {
    for (const url of ['not a url', 'localhost:3000', 'ftp://localhost'])
      expect(() => createClient({ url }), url).to.throw(TypeError, 'takes http://')
    for (const url of ['', '/jobs', 'https://jobs.example/api/']) createClient({ url })
  })

  it('starts a job of a definition, waits for it and has its result in the type of the definition', async () => {
    const job = await client.jobs.create(greet, { name: 'Ada' }, { priority: 3 })
    const waiting = job.result()
    await api.finish(job.jobId, { at: '2024-01-01T00:00:00.000Z', name: 'Ada' })
    const { at, name }: { at: string; name: string } = await waiting
    expect([at, name]).to.deep.equal(['2024-01-01T00:00:00.000Z', 'Ada'])
    expect(await job.get()).to.deep.include({ definitionVersion: 2, priority: 3, params: { name: 'Ada' } })
  })

  it('waits for a job that is only being accepted', async () => {
    const waiting = client.jobs
      .create<typeof greet>({ definitionKey: 'echo', params: { name: 'Ada' } })
      .wait()
    await new Promise((resolve) => setTimeout(resolve, 50))
    const [newest] = (await client.jobs.list({ limit: 1 })).jobs
    await api.finish(newest!.jobId, { name: 'Ada' })
    expect(await waiting).to.deep.include({ status: 'succeeded', result: { name: 'Ada' } })
  })

  it('says that a wait took too long, and of which job', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    const error = await thrownBy(job.wait({ timeoutMs: 20 }))
    expect(error).to.be.instanceOf(WaitTimeoutError)
    expect(error.job).to.include({ jobId: job.jobId, status: 'queued' })
  })

  it('asks again when the server lets a wait end early', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    const early = (): Promise<Response> => fetch(`${api.url}/v1/jobs/${job.jobId}`)
    const { fetch: ending, urls } = network(await early(), await early())
    const waiting = connect({ fetch: ending }).jobs.handle(job.jobId).wait({ timeoutMs: 10_000 })
    await api.finish(job.jobId, 1)
    expect(await waiting).to.include({ status: 'succeeded' })
    expect(urls).to.have.length(3)
  })

  it('waits for a job for longer than it waits for any other answer', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    const error = await thrownBy(connect({ timeoutMs: 100 }).jobs.handle(job.jobId).wait({ timeoutMs: 300 }))
    expect(error).to.be.instanceOf(WaitTimeoutError)
  })

  it('has no result of a job that was cancelled', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    await job.cancel()
    expect(await job.wait()).to.include({ status: 'cancelled' })
    const error = await thrownBy(job.result())
    expect(error).to.be.instanceOf(JobNotSucceededError)
    expect(error.message).to.equal(`job ${job.jobId} was cancelled`)
  })

  it('makes one job of a request whose answers are lost', async () => {
    const before = await api.jobCount()
    const { fetch, urls } = network('lose-answer', 'lose-answer', 'refuse')
    await connect({ fetch }).jobs.create({ definitionKey: 'echo' })
    expect(urls).to.have.length(4)
    expect(await api.jobCount()).to.equal(before + 1)
  })

  it('has the job of its first try when that is still under way at the second', async () => {
    const inProgress = new Response('{"code":"idempotency-in-progress"}', {
      status: 409,
      headers: { 'Retry-After': '0' },
    })
    const { fetch, urls } = network('lose-answer', inProgress)
    const before = await api.jobCount()
    const { jobId } = await connect({ fetch }).jobs.create({ definitionKey: 'echo' })
    expect(jobId).to.be.a('string')
    expect(urls).to.have.length(3)
    expect(await api.jobCount()).to.equal(before + 1)
  })

  it('makes as many jobs as it is asked for, and one for a key of the caller', async () => {
    const before = await api.jobCount()
    const request = { definitionKey: 'echo', params: { n: 1 } }
    await Promise.all([client.jobs.create(request), client.jobs.create(request)])
    expect(await api.jobCount()).to.equal(before + 2)
    const keyed = { ...request, idempotencyKey: 'mine' }
    const [one, two] = await Promise.all([client.jobs.create(keyed), client.jobs.create(keyed)])
    expect(one.jobId).to.equal(two.jobId)
  })

  it('asks again what is refused for a moment, but not for ever, and not what is refused for good', async () => {
    const { fetch, urls } = network(busy(503), busy(429), busy(502))
    await connect({ fetch }).jobs.list()
    expect(urls).to.have.length(4)
    const away = network(...Array<Fate>(10).fill('refuse'))
    const error = await thrownBy(connect({ fetch: away.fetch }).jobs.list())
    expect(error).to.be.instanceOf(ConnectionError)
    expect(error.message).to.match(/cannot reach http\S+\/v1\/jobs: connect ECONNREFUSED/)
    expect(away.urls).to.have.length(5)
    for (const answer of [busy(500), busy(503, '3600')]) {
      const once = network(answer)
      expect(await thrownBy(connect({ fetch: once.fetch }).jobs.list())).to.be.instanceOf(ApiError)
      expect(once.urls).to.have.length(1)
    }
  })

  it('does not come back before it is told to', async () => {
    const { fetch } = network(busy(429, '1'))
    const startedAt = performance.now()
    await connect({ fetch }).jobs.list()
    expect(performance.now() - startedAt).to.be.at.least(1_000)
  })

  it('throws what the server says, by its code, with what is wrong where', async () => {
    const unknown = await thrownBy(client.jobs.create({ definitionKey: 'nobody' }))
    expect(unknown).to.be.instanceOf(ApiError).and.to.include({ code: 'unknown-definition', status: 422 })
    const invalid: ApiError = await thrownBy(client.jobs.create({ definitionKey: 'echo', priority: 0.5 }))
    expect(invalid.code).to.equal('validation-error')
    expect(invalid.errors[0]).to.include({ pointer: '/priority' })
    expect(invalid.requestId).to.be.a('string')
    const missing = await thrownBy(client.jobs.get('00000000-0000-7000-8000-000000000000'))
    expect(missing).to.include({ code: 'job-not-found' })
  })

  it('gives up within its time on a server that does not answer', async () => {
    const silent: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error))
      })
    const error = await thrownBy(
      connect({ fetch: silent, timeoutMs: 10, retry: { retries: 1, baseMs: 1 } }).jobs.list(),
    )
    expect(error).to.be.instanceOf(ConnectionError)
    expect(error.message).to.include('no answer within 10 ms')
  })

  it('waits for its time even where that is longer than any timer', async () => {
    const slow: typeof fetch = async (...request) => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return fetch(...request)
    }
    const patient = connect({ fetch: slow, timeoutMs: Number.MAX_SAFE_INTEGER, retry: { retries: 0 } })
    expect((await patient.jobs.list()).jobs).to.be.an('array')
  })

  it('ends whatever it does when its signal aborts, with the reason of the signal', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    const away = network(...Array<Fate>(10).fill('refuse'))
    const works: ((signal: AbortSignal) => Promise<unknown>)[] = [
      (signal) => job.wait({ signal }),
      (signal) => collect(job.events({ signal })),
      (signal) => connect({ fetch: away.fetch, retry: { baseMs: 60_000 } }).jobs.list({}, { signal }),
    ]
    for (const work of works) {
      const reason = new Error('enough')
      const ending = new AbortController()
      const end = thrownBy(work(ending.signal))
      setTimeout(() => ending.abort(reason), 30)
      expect(await end).to.equal(reason)
    }
  })

  const collect = async (events: AsyncIterable<JobEvent>): Promise<JobEvent[]> => {
    const all: JobEvent[] = []
    for await (const event of events) all.push(event)
    return all
  }

  it('tells every event once and in order, whenever the stream breaks off', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    let connections = 0
    const cutting: typeof fetch = async (input, init) => {
      const response = await fetch(input, init)
      connections += 1
      if (connections > 3) return response
      // One event, then nothing more.
      const reader = response.body!.getReader()
      let text = ''
      while (!text.includes('\n\nid: ') || !text.endsWith('\n\n')) {
        text += Buffer.from((await reader.read()).value ?? []).toString()
      }
      await reader.cancel()
      const first = text.split('\n\n').slice(0, 2).join('\n\n')
      return new Response(`${first}\n\n`, { status: 200 })
    }
    const following = collect(connect({ fetch: cutting }).jobs.handle(job.jobId).events())
    await api.finish(job.jobId, null)
    const all = await following
    expect(all.map(({ eventType }) => eventType)).to.deep.equal(['queued', 'started', 'succeeded'])
    expect(all.map(({ id }) => id)).to.deep.equal([1, 2, 3])
    expect(await collect(job.events({ after: 2 }))).to.deep.equal(all.slice(2))
    expect(
      (await thrownBy(collect(client.jobs.handle('00000000-0000-7000-8000-000000000000').events()))).code,
    ).to.equal('job-not-found')
  })

  const streamed = (...texts: string[]): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          const text = texts.shift()
          if (text === undefined) controller.error(new TypeError('terminated'))
          else controller.enqueue(new TextEncoder().encode(text))
        },
      }),
    )
  const END = 'event: end\ndata: {}\n\n'

  it('tells events whatever their texts have in them', async () => {
    const told = { id: 1, eventType: 'line', payload: { text: 'a\u2028b\u2029c' } }
    const { fetch } = network(streamed(`id: 1\ndata: ${JSON.stringify(told)}\n\n`, END))
    expect(await collect(connect({ fetch }).jobs.handle('x').events())).to.deep.equal([told])
  })

  it('follows a job without events for as long as the server is there, however often it is cut off', async () => {
    const cut = Array.from({ length: 12 }, () => streamed('retry: 1\n\n', ': still here\n\n'))
    const { fetch, urls } = network(...cut, streamed(END))
    expect(await collect(connect({ fetch }).jobs.handle('x').events())).to.deep.equal([])
    expect(urls).to.have.length(13)
    const mute = network(...Array.from({ length: 12 }, () => streamed()))
    const error = await thrownBy(collect(connect({ fetch: mute.fetch }).jobs.handle('x').events()))
    expect(error).to.be.instanceOf(ConnectionError)
    expect(mute.urls).to.have.length(5)
  })

  it('lets who takes long for an event take it, also when the stream has ended meanwhile', async () => {
    const frame = (id: number): string => `id: ${id}\ndata: ${JSON.stringify({ id })}\n\n`
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(frame(1))
      setTimeout(() => response.end(`${frame(2)}${END}`), 50)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { setTimeout: real } = globalThis
    // The silence that is borne, in short.
    globalThis.setTimeout = ((work: () => void, ms: number, ...rest: []) =>
      real(work, ms === 45_000 ? 500 : ms, ...rest)) as typeof setTimeout
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const ids: number[] = []
    try {
      for await (const { id } of connect({ url, retry: { retries: 0 } })
        .jobs.handle('x')
        .events()) {
        ids.push(id)
        await new Promise((resolve) => real(resolve, 1_000))
      }
    } finally {
      globalThis.setTimeout = real
      server.close()
    }
    expect(ids).to.deep.equal([1, 2])
  })

  it('leaves no connection behind when a loop over events is left', async () => {
    const job = await client.jobs.create({ definitionKey: 'echo' })
    const signals: AbortSignal[] = []
    const spying: typeof fetch = (input, init) => {
      if (init?.signal != null) signals.push(init.signal)
      return fetch(input, init)
    }
    for await (const { id } of connect({ fetch: spying }).jobs.handle(job.jobId).events()) if (id === 1) break
    expect(signals.map(({ aborted }) => aborted)).to.deep.equal([true])
  })

  it('sends its key and headers with every request', async () => {
    const sent: Headers[] = []
    const spying: typeof fetch = (input, init) => {
      sent.push(new Headers(init?.headers))
      return fetch(input, init)
    }
    const options = { fetch: spying, apiKey: 'secret', headers: { 'X-Team': 'blue' } }
    await connect(options).jobs.create({ definitionKey: 'echo' })
    expect(sent.map((headers) => [headers.get('authorization'), headers.get('x-team')])).to.deep.equal([
      ['Bearer secret', 'blue'],
    ])
  })

  it('reaches what operators need', async () => {
    expect((await client.definitions.list()).map(({ key }) => key)).to.include('typed')
    expect(await client.definitions.pause('typed')).to.deep.include({ paused: true })
    expect(await client.definitions.resume('typed')).to.deep.include({ paused: false })
    expect((await client.metrics.overview({ ttl: 0 })).summary.total).to.equal(await api.jobCount())
    expect((await client.metrics.latency({ window: '24h' })).window).to.equal('24h')
    expect((await client.metrics.throughput({ hours: 3 })).data.length).to.be.within(3, 4)
    expect((await client.workers()).map(({ workerId }) => workerId)).to.include('worker-1')
    expect((await client.deadLetters.list()).total).to.equal(0)
    const all = { filter: { all: true as const }, dryRun: true }
    expect(await client.deadLetters.discardAll(all)).to.deep.equal({ matched: 0, done: 0 })
    expect((await client.jobs.cancelAll(all)).done).to.equal(0)
    const job = await client.jobs.create({ definitionKey: 'echo' })
    expect((await job.explain()).status).to.equal('queued')
    expect((await job.attempts()).attempts).to.deep.equal([])
    expect((await job.logs({ limit: 1 })).lines).to.deep.equal([])
    const figures = (await client.metrics.definitions({ ttl: 0 })).definitions
    expect(figures.map(({ definitionKey }) => definitionKey)).to.include('echo')
    expect((await job.deliveries()).deliveries).to.deep.equal([])
    expect(await client.jobs.cancel(job.jobId)).to.include({ status: 'cancelled' })
    const mine = { filter: { ids: [job.jobId] } }
    expect(await client.jobs.retryAll(mine)).to.include({ matched: 1, done: 1 })
  })

  it('looks into dead letters, and makes new jobs of them', async () => {
    const [first, second] = [await failed('first'), await failed('second')]
    const letter = await client.deadLetters.get(first)
    expect(letter).to.include({ dlqJobId: first, errorSummary: 'first' })
    const { jobId } = await client.deadLetters.retry(first, { maxAttempts: 7 })
    expect(await client.jobs.get(jobId)).to.include({ status: 'queued', maxAttempts: 7 })
    const again = await thrownBy(client.deadLetters.retry(first))
    expect(again).to.include({ code: 'dead-letter-already-retried' })
    expect(again.problem).to.include({ jobId })
    const of = { filter: { ids: [first, second] } }
    expect(await client.deadLetters.retryAll(of)).to.include({ done: 1 })
    expect((await client.deadLetters.list({ unretried: 'true' })).total).to.equal(0)
  })

  /** A dead letter of a job that failed with this message; answers its id. */
  async function failed(message: string): Promise<string> {
    const { jobs, clock, queries } = api.stores
    const { jobId } = await client.jobs.create({ definitionKey: 'echo', maxAttempts: 1 })
    const job = (await api.claim()).find(({ id }) => id === jobId)
    const at = { now: clock.now(), random: 0, policy: DEFAULT_RETRY_POLICY, newId: uuidv7 }
    const outcome = decideOutcome(job!, { kind: 'error', message }, at)
    await jobs.settle([{ lease: job!.lease, outcome }], clock.now())
    return (await queries.deadLetterOf(jobId))?.id ?? ''
  }
})
