import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { expect } from 'chai'
import { eventually } from '../../support/eventually.js'
import { messagesOf, type Message } from '../../support/event-source.js'
import { openHarness, type Harness } from './harness.js'
import { rawRequest } from './raw-request.js'

describe('HTTP: what a client may wait for', () => {
  let api: Harness
  afterEach(() => api.close())

  const create = async (): Promise<string> =>
    (await api.post('/v1/jobs', { definitionKey: 'echo' })).body.jobId as string
  const eventsOf = (jobId: string): string => `${api.url}/v1/jobs/${jobId}/events`
  const stream = { headers: { Accept: 'text/event-stream' } }
  const limited = async (maxStreams: number): Promise<void> => {
    api = await openHarness(({ limits }) => ({ limits: { ...limits, maxStreams } }))
  }

  it('gives the stream only to those who prefer it', async () => {
    api = await openHarness()
    const jobId = await create()
    await api.finish(jobId, null)
    const typeFor = async (accept: string): Promise<string | undefined> => {
      const answer = await api.call('GET', `/v1/jobs/${jobId}/events`, { headers: { Accept: accept } })
      return answer.headers.get('content-type')?.split(';')[0]
    }
    for (const accept of [
      '*/*',
      'application/json',
      'text/html',
      'application/json, text/event-stream;q=0.5',
    ])
      expect(await typeFor(accept), accept).to.equal('application/json')
    for (const accept of ['text/event-stream', 'text/event-stream, application/json;q=0.9'])
      expect(await typeFor(accept), accept).to.equal('text/event-stream')
  })

  it('streams each event as the list has it, and tells clients how soon to come back', async () => {
    api = await openHarness()
    const jobId = await create()
    await api.finish(jobId, { ok: true })
    const { text, headers } = await api.call('GET', `/v1/jobs/${jobId}/events`, stream)
    const { events } = (await api.call('GET', `/v1/jobs/${jobId}/events`)).body
    const frames = events.map(
      (event: { id: number }) => `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`,
    )
    expect(text).to.equal(
      `retry: 1000\n\n${frames.join('')}event: end\ndata: ${JSON.stringify({ jobId })}\n\n`,
    )
    expect(headers.get('x-accel-buffering')).to.equal('no')
    const after = await api.call('GET', `/v1/jobs/${jobId}/events?after=2`, stream)
    expect(after.text.match(/^id: .*$/gm)).to.deep.equal(['id: 3'])
    const again = { headers: { ...stream.headers, 'Last-Event-ID': '2' } }
    const { text: rest } = await api.call('GET', `/v1/jobs/${jobId}/events?after=1`, again)
    expect(rest, 'an EventSource that was cut off').to.equal(after.text)
  })

  it('refuses what is no job, and what is no id of an event', async () => {
    api = await openHarness()
    const unknown = '/v1/jobs/00000000-0000-7000-8000-000000000000/events'
    expect((await api.call('GET', unknown, stream)).body.code).to.equal('job-not-found')
    const jobId = await create()
    for (const id of ['-1', '1.5', 'x', '1e3', '9'.repeat(16)]) {
      const headers = { ...stream.headers, 'Last-Event-ID': id }
      const answer = await api.call('GET', `/v1/jobs/${jobId}/events`, { headers })
      expect([id, answer.status, answer.body?.code]).to.deep.equal([id, 400, 'validation-error'])
    }
    expect((await api.call('HEAD', `/v1/jobs/${jobId}/events`, stream)).status).to.equal(200)
    for (const wait of ['-1', '61', '60.5', 'soon', '1e1'])
      expect((await api.call('GET', `/v1/jobs/${jobId}?wait=${wait}`)).status, wait).to.equal(400)
  })

  it('shows by comments that it is there while nothing happens', async () => {
    api = await openHarness(({ limits }) => ({
      limits: { ...limits, bodyPace: { windowMs: 1_500, minBytes: 1 } },
    }))
    const jobId = await create()
    for (const url of [eventsOf(jobId), `${api.url}/v1/events/stream`]) {
      const told: Message[] = []
      for await (const message of messagesOf(url)) if (told.push(message) === 5) break
      expect(told.slice(-3).map(({ event }) => event)).to.deep.equal(['comment', 'comment', 'comment'])
    }
  })

  it('lets in as many as it is told to, and the next one when one has left', async () => {
    await limited(2)
    const jobId = await create()
    const streams = [messagesOf(eventsOf(jobId)), messagesOf(`${api.url}/v1/events/stream`)]
    const first = streams.map((open) => open.next())
    await first[0]
    const waiting = ['/v1/events/stream', `/v1/jobs/${jobId}?wait=5`, `/v1/jobs/${jobId}/events`]
    await eventually(async () => (await api.call('GET', `/v1/jobs/${jobId}?wait=0.001`)).status === 503)
    for (const path of waiting) {
      const refused = await api.call('GET', path, stream)
      expect([path, refused.status, refused.body.code]).to.deep.equal([path, 503, 'too-many-streams'])
    }
    expect((await api.call('GET', `/v1/jobs/${jobId}/events`)).status).to.equal(200)
    expect((await api.call('GET', `/v1/jobs/${jobId}`)).status).to.equal(200)
    await streams[0]?.return(undefined)
    await eventually(async () => (await api.call('GET', `/v1/jobs/${jobId}?wait=0.001`)).status === 200)
    await api.post(`/v1/jobs/${jobId}/cancel`, '')
    await first[1]
    await streams[1]?.return(undefined)
  })

  it('forgets a long poll whose client has left', async () => {
    await limited(1)
    const jobId = await create()
    const left = new AbortController()
    const poll = fetch(`${api.url}/v1/jobs/${jobId}?wait=60`, { signal: left.signal }).catch(() => null)
    await eventually(async () => (await api.call('GET', `/v1/jobs/${jobId}?wait=0.001`)).status === 503)
    left.abort()
    await poll
    await eventually(async () => (await api.call('GET', `/v1/jobs/${jobId}?wait=0.001`)).status === 200)
  })

  it('answers requests that were sent behind one that waits, each in its turn', async () => {
    await limited(3)
    const jobId = await create()
    const polls = [0.3, 0.2, 0.1].map(
      (wait) => `GET /v1/jobs/${jobId}?wait=${wait} HTTP/1.1\r\nHost: a\r\n\r\n`,
    )
    const answers = await rawRequest(api.url, polls.join(''))
    expect(answers.match(/HTTP\/1.1 \d+/g)).to.deep.equal(Array(3).fill('HTTP/1.1 200'))
  })

  it('forgets those that were sent behind one that waits when their client has left', async () => {
    let waiting = 0
    api = await openHarness(({ jobFeed, limits }) => ({
      limits: { ...limits, maxStreams: 3 },
      jobFeed: {
        isKnown: (jobId) => jobFeed.isKnown(jobId),
        watch: (jobId) => {
          const watch = jobFeed.watch(jobId)
          waiting += 1
          const close = (): void => {
            waiting -= 1
            watch.close()
          }
          return { close, next: (after, withinMs) => watch.next(after, withinMs) }
        },
      },
    }))
    const path = `/v1/jobs/${await create()}?wait=`
    const poll = (head = ''): string => `GET ${path}60 HTTP/1.1\r\nHost: a\r\n${head}\r\n`
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1')
    socket.write(`${poll()}${poll()}${poll('Content-Length: 2\r\n')}{}`)
    await eventually(() => waiting === 3)
    expect((await api.call('GET', `${path}0.001`)).status).to.equal(503)
    socket.destroy()
    await eventually(() => waiting === 0)
    const answers = await Promise.all([1, 2, 3].map(() => api.call('GET', `${path}0.2`)))
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200])
  })

  it('ends streams and long polls cleanly when the server stops', async () => {
    const feeds: { stop(): void }[] = []
    api = await openHarness(({ jobFeed, changeFeed }) => {
      feeds.push(jobFeed as never, changeFeed as never)
      return {}
    })
    const jobId = await create()
    const poll = api.call('GET', `/v1/jobs/${jobId}?wait=60`)
    const texts = ['/v1/events/stream', `/v1/jobs/${jobId}/events`].map(async (path) =>
      (await fetch(`${api.url}${path}`, stream)).text(),
    )
    await new Promise((resolve) => setTimeout(resolve, 100))
    for (const feed of feeds) feed.stop()
    expect((await poll).body.status).to.equal('queued')
    for (const text of await Promise.all(texts)) expect(text).to.not.include('event: end')
    expect(await (await fetch(eventsOf(jobId), stream)).text()).to.equal('retry: 1000\n\n')
  })

  it('reads no further for a client that does not, and goes on where it stopped', async () => {
    const asked: number[] = []
    api = await openHarness(({ jobFeed }) => ({
      jobFeed: {
        isKnown: (jobId) => jobFeed.isKnown(jobId),
        watch: (jobId) => {
          const watch = jobFeed.watch(jobId)
          return {
            close: () => watch.close(),
            next: (after, withinMs) => {
              asked.push(after)
              return watch.next(after, withinMs)
            },
          }
        },
      },
    }))
    const jobId = await create()
    const [job] = await api.claim()
    const { jobs, clock } = api.stores
    const payload = { text: 'x'.repeat(60_000) }
    const count = 400
    for (let n = 0; n < count; n += 100) {
      const events = Array.from({ length: 100 }, () => ({ lease: job!.lease, type: 'large', payload }))
      await jobs.appendEvents(events, clock.now())
    }
    await jobs.requestCancel([jobId], clock.now(), randomUUID)

    const { hostname, port } = new URL(api.url)
    const socket = connect(Number(port), hostname)
    socket.write(`GET /v1/jobs/${jobId}/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n`)
    socket.pause()
    const quiet = async (): Promise<number> => {
      for (let before = -1; before !== asked.length;) {
        before = asked.length
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      return asked.at(-1) ?? 0
    }
    // What the kernel takes on loopback is a few megabytes of these 24.
    expect(await quiet()).to.be.within(1, count * 0.75)
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1').replace(/x{100,}/g, '')))
    socket.resume()
    await eventually(() => text.includes(`id: ${count + 3}\n`), 15_000)
    socket.destroy()
    const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))
    expect(ids).to.deep.equal(Array.from({ length: count + 3 }, (_, n) => n + 1))
  }).timeout(30_000)

  it('tells pages what changed: jobs with their status, definitions, and events alone', async () => {
    api = await openHarness()
    const page = messagesOf(`${api.url}/v1/events/stream`)
    const told = page.next()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const jobId = await create()
    expect((await told).value.data).to.deep.equal({
      jobs: [{ jobId, status: 'queued' }],
      definitions: [],
      schedules: [],
      more: false,
    })
    const next = async (): Promise<unknown> => (await page.next()).value.data
    const { definitions, jobs, clock } = api.stores
    await definitions.setPaused('echo', true)
    expect(await next()).to.deep.equal({ jobs: [], definitions: ['echo'], schedules: [], more: false })
    await definitions.setPaused('echo', false)
    await next()
    const [job] = await api.claim()
    await jobs.appendEvents([{ lease: job!.lease, type: 'note', payload: {} }], clock.now())
    expect(await next()).to.deep.include({ jobs: [{ jobId, status: 'running' }] })
    await jobs.appendEvents([{ lease: job!.lease, type: 'note', payload: {} }], clock.now())
    expect(await next()).to.deep.include({ jobs: [{ jobId, status: null }] })
    await page.return(undefined)
  })
})
