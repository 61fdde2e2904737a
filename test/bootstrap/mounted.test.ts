import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import Koa from 'koa'
import {
  createJobServer,
  defineJob,
  silentLogger,
  type JobServer,
  type VideoEncoder,
} from '../../src/index.js'
import { untilPasses } from '../support/until.js'

const greet = defineJob({ key: 'greet', version: 1, run: () => 'hello' })

describe('the API in an application of others', () => {
  let jobs: JobServer
  const hosts: Server[] = []
  before(async () => {
    jobs = await createJobServer({ definitions: [greet] })
    await jobs.start()
  })
  after(async () => {
    await jobs.stop()
    for (const host of hosts) host.closeAllConnections()
    await Promise.all(hosts.map((host) => new Promise((resolve) => host.close(resolve))))
  })

  const listen = async (handle: RequestListener): Promise<string> => {
    const host = createServer(handle)
    hosts.push(host)
    await once(host.listen(0, '127.0.0.1'), 'listening')
    return `http://127.0.0.1:${(host.address() as AddressInfo).port}`
  }
  const listenBehindAParser = (handle: RequestListener): Promise<string> =>
    listen((request, response) => {
      request.resume().once('end', () => {
        handle(request, response)
      })
    })
  const post = (url: string, body = '{"definitionKey":"greet"}') =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })
  const read = async (url: string): Promise<any> => (await fetch(url)).json()

  describe('of Koa, below a prefix', () => {
    let url: string
    const seen: string[] = []
    before(async () => {
      const app = new Koa()
      app.use(async (ctx, next) => {
        await next()
        seen.push(`${ctx.method} ${ctx.url} ${ctx.res.statusCode} ${ctx.res.writableFinished}`)
      })
      app.use(jobs.koaMiddleware({ prefix: '/background/jobs' }))
      app.use((ctx) => {
        ctx.body = { own: ctx.path }
      })
      const handle = app.callback()
      url = await listen((request, response) => void handle(request, response))
    })

    it('answers what is below it, and nothing else', async () => {
      expect((await post(`${url}/background/jobs/v1/jobs`)).status).to.equal(201)
      expect(await read(`${url}/background/jobs/v1/jobs?limit=1`)).to.have.property('jobs')
      for (const path of ['/v1/jobs', '/background/jobsite', '/background', '/'])
        expect(await read(`${url}${path}`)).to.deep.equal({ own: path })
      const unknown = await fetch(`${url}/background/jobs/nothing`)
      expect([unknown.status, unknown.headers.get('content-type')]).to.deep.equal([
        404,
        'application/problem+json',
      ])
    })

    it('names addresses that lead back to it', async () => {
      const answer = await post(`${url}/background/jobs/v1/jobs`)
      const { jobId } = (await answer.json()) as { jobId: string }
      expect(answer.headers.get('location')).to.equal(`/background/jobs/v1/jobs/${jobId}`)
      expect(await read(`${url}${answer.headers.get('location')}`)).to.include({ jobId })
      const { type } = await read(`${url}/background/jobs/v1/nowhere`)
      expect(type).to.equal('/background/jobs/problems/not-found')
      expect(await read(`${url}${String(type)}`)).to.include({ code: 'not-found' })
      const { links } = await read(`${url}/background/jobs`)
      for (const link of Object.values(links as Record<string, string>))
        expect((await fetch(`${url}${link}`)).status, link).to.equal(200)
      const { servers } = await read(`${url}/background/jobs/openapi.json`)
      expect(servers).to.deep.equal([{ url: '/background/jobs' }])
    })

    it('lets what stands before it see the end of the answer, with the URL as it came', async () => {
      seen.length = 0
      await read(`${url}/background/jobs/v1/jobs?limit=1`)
      await untilPasses(() => expect(seen).to.have.length(1))
      expect(seen).to.deep.equal(['GET /background/jobs/v1/jobs?limit=1 200 true'])
    })

    it('comes to an end for who has left before it is asked', async () => {
      const app = new Koa()
      let ended = 0
      const left = new Promise<void>((resolve) => {
        app.use(async (ctx, next) => {
          await once(ctx.res, 'close')
          resolve()
          await next()
          ended += 1
        })
      })
      app.use(jobs.koaMiddleware({ prefix: '/jobs' }))
      const handle = app.callback()
      const host = await listen((request, response) => void handle(request, response))
      const leaving = new AbortController()
      const answer = fetch(`${host}/jobs/v1/jobs`, { signal: leaving.signal }).catch(() => undefined)
      setTimeout(() => leaving.abort(), 20)
      await Promise.all([left, answer])
      await untilPasses(() => expect(ended).to.equal(1))
    })

    it('streams', async () => {
      const { job } = await jobs.enqueue({ definitionKey: 'greet' })
      const answer = await fetch(`${url}/background/jobs/v1/jobs/${job.id}/events`, {
        headers: { Accept: 'text/event-stream' },
      })
      expect(await answer.text()).to.match(/succeeded[^]*event: end/)
    })
  })

  it('takes every request without a prefix, and refuses a prefix that is no path', async () => {
    const app = new Koa().use(jobs.koaMiddleware()).use((ctx) => void (ctx.body = 'never'))
    const handle = app.callback()
    const url = await listen((request, response) => void handle(request, response))
    expect((await fetch(`${url}/elsewhere`)).status).to.equal(404)
    for (const prefix of ['jobs', '/jobs/', '/', '/a b', '/a?b'])
      expect(() => jobs.koaMiddleware({ prefix }), prefix).to.throw(TypeError, 'a prefix begins with a slash')
  })

  it('works where Express mounts it: the path is cut off, and kept as `baseUrl`', async () => {
    const handle = jobs.callback()
    const url = await listen((request, response) => {
      Object.assign(request, { baseUrl: '/jobs', originalUrl: request.url })
      request.url = request.url?.replace(/^\/jobs/, '') ?? '/'
      handle(request, response)
    })
    const answer = await post(`${url}/jobs/v1/jobs`)
    expect(answer.status).to.equal(201)
    expect(answer.headers.get('location')).to.match(/^\/jobs\/v1\/jobs\/[0-9a-f-]{36}$/)
  })

  it('says so when a body parser has read the body before it', async () => {
    const told: unknown[] = []
    const logger = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (_message: string, fields?: object) => void told.push(JSON.stringify(fields)),
      child: () => logger,
    }
    const server = await createJobServer({ definitions: [greet], logger })
    const url = await listenBehindAParser(server.callback())
    expect((await post(`${url}/v1/jobs`)).status).to.equal(500)
    expect(told.join()).to.include('mount the job server ahead of every body parser')
    const nothing = await fetch(`${url}/v1/jobs`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(5_000),
    })
    expect(await nothing.json()).to.include({ status: 400, detail: 'the body is empty' })
    await server.stop()
  })

  it('says so of an upload, too, without waiting for it', async () => {
    const told: unknown[] = []
    const logger = { ...silentLogger, error: (...line: unknown[]) => void told.push(JSON.stringify(line)) }
    const encoder = { isAvailable: () => Promise.resolve(true) } as unknown as VideoEncoder
    const server = await createJobServer({ builtins: true, encoder, logger })
    const url = await listenBehindAParser(server.callback())
    const body = new FormData()
    body.append('video', new Blob(['frames']), 'a.mp4')
    const signal = AbortSignal.timeout(5_000)
    const answer = await fetch(`${url}/v1/videos/encode`, { method: 'POST', body, signal })
    expect(answer.status).to.equal(500)
    expect(told.join()).to.include('mount the job server ahead of every body parser')
    await server.stop()
  })
})
