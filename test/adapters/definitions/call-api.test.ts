import type { lookup } from 'node:dns'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { callApi } from '../../../src/adapters/definitions/call-api.js'
import { guardedRequest, type GuardedRequest } from '../../../src/adapters/definitions/guarded-request.js'
import { PUBLIC_INTERNET, type UrlPolicy } from '../../../src/adapters/definitions/url-policy.js'
import { runRecorded } from './recording-context.js'

/** The public internet, and this test's own server. */
const TEST_POLICY: UrlPolicy = {
  allowsAddress: (address) => address === '127.0.0.1' || PUBLIC_INTERNET.allowsAddress(address),
  allowsPort: () => true,
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void

describe('definitions: call.api, live', () => {
  let server: Server
  let origin: string
  let requests: string[]
  const answers = new Map<string, Answer>()

  before(async () => {
    server = createServer((request, response) => {
      requests.push(`${request.method} ${request.url}`)
      const answer = answers.get(request.url ?? '')
      if (answer === undefined) response.writeHead(404).end('nothing here')
      else answer(request, response)
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => server.once('listening', listening))
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })
  beforeEach(() => {
    requests = []
    answers.clear()
  })

  const call = (params: object, signal?: AbortSignal) =>
    runRecorded(callApi('live', TEST_POLICY), { endpoint: `${origin}/x`, ...params }, signal)
  const failureOf = (result: Promise<unknown>): Promise<Error> =>
    result.then(
      () => new Error('it did not fail'),
      (error: unknown) => error as Error,
    )
  const redirect =
    (location: string, status = 302): Answer =>
    (_request, response) => {
      response.writeHead(status, { location }).end()
    }
  /** Resolves every name to these addresses, one list per question. */
  const resolving = (...turns: string[][]): typeof lookup => {
    let turn = 0
    const resolve = (_name: string, _options: object, done: (error: null, found: object[]) => void): void => {
      const addresses = turns[Math.min(turn++, turns.length - 1)] ?? []
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      )
    }
    return resolve as unknown as typeof lookup
  }
  const request = (changes: Partial<GuardedRequest>) =>
    guardedRequest({
      url: `${origin}/x`,
      method: 'GET',
      body: null,
      signal: new AbortController().signal,
      policy: TEST_POLICY,
      ...changes,
    })

  it('answers with status and data, and says so in an event', async () => {
    answers.set('/x', (_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end('{"a":[1,"ü"]}')
    })
    const { result, events } = call({})
    expect(await result).to.deep.equal({ status: 200, data: { a: [1, 'ü'] } })
    expect(events).to.deep.equal([{ type: 'api_response', payload: { status: 200, data: { a: [1, 'ü'] } } }])
  })

  it('sends the payload as JSON, but none with GET', async () => {
    answers.set('/x', (incoming, response) => {
      void text(incoming).then((body) => response.end(`${incoming.headers['content-type'] ?? ''}|${body}`))
    })
    const payload = { name: 'ü', list: [1] }
    const expected = { status: 200, data: `application/json|${JSON.stringify(payload)}` }
    expect(await call({ method: 'post', payload }).result).to.deep.equal(expected)
    expect(await call({ payload }).result).to.deep.equal({ status: 200, data: '|' })
    expect(requests).to.deep.equal(['POST /x', 'GET /x'])
  })

  it('takes text for text: no JSON, broken JSON, JSON nested too deep to keep', async () => {
    for (const [type, body] of [
      ['text/plain', '{"a":1}'],
      ['application/json', '{"a":'],
      ['application/json', `${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ] as const) {
      answers.set('/x', (_request, response) => {
        response.writeHead(200, { 'content-type': type }).end(body)
      })
      expect(await call({}).result).to.deep.equal({ status: 200, data: body })
    }
  })

  it('leaves out of its event what is too large for one', async () => {
    answers.set('/x', (_request, response) => {
      response.end('x'.repeat(100_000))
    })
    const { result, events } = call({})
    expect(((await result) as { data: string }).data).to.have.lengthOf(100_000)
    expect(events[0]?.payload).to.deep.equal({ status: 200, data: null, truncated: true })
  })

  it('takes a refusal for an answer, and fails on what another attempt may mend', async () => {
    expect(await call({ endpoint: `${origin}/missing` }).result).to.deep.equal({
      status: 404,
      data: 'nothing here',
    })
    answers.set('/x', (_request, response) => {
      response.writeHead(503).end()
    })
    const failure = await failureOf(call({}).result)
    expect(failure).to.include({ name: 'Error', message: 'the endpoint answered 503' })
    answers.set('/x', (_request, response) => {
      response.writeHead(429, { 'retry-after': '7' }).end()
    })
    expect(await failureOf(call({}).result)).to.include({ name: 'RetryAfterError', delayMs: 7_000 })
  })

  it('follows five redirects, asking with GET and without the payload', async () => {
    for (let hop = 0; hop < 5; hop++) answers.set(`/${hop}`, redirect(`/${hop + 1}`, 303))
    answers.set('/5', (_request, response) => {
      response.end('there')
    })
    const { result } = call({ endpoint: `${origin}/0`, method: 'POST', payload: 1 })
    expect(await result).to.deep.equal({ status: 200, data: 'there' })
    expect(requests[0]).to.equal('POST /0')
    expect(requests.slice(1)).to.deep.equal(['GET /1', 'GET /2', 'GET /3', 'GET /4', 'GET /5'])
  })

  it('repeats the payload where the redirect asks for it', async () => {
    answers.set('/x', redirect('/y', 307))
    answers.set('/y', (incoming, response) => {
      incoming.pipe(response)
    })
    expect(await call({ method: 'PUT', payload: 'p' }).result).to.deep.equal({ status: 200, data: '"p"' })
  })

  it('gives up for good after five redirects', async () => {
    answers.set('/x', redirect('/x'))
    expect(await failureOf(call({}).result)).to.include({
      name: 'PermanentError',
      message: 'more than 5 redirects',
    })
    expect(requests).to.have.lengthOf(6)
  })

  for (const target of [
    'http://169.254.169.254/latest/meta-data/',
    'http://127.2/',
    'http://[::1]/',
    '//10.0.0.1/x',
    'file:///etc/passwd',
    'http://user@example.com/',
    'http://localhost:1/',
  ]) {
    it(`follows no redirect to ${target}`, async () => {
      const policy: UrlPolicy = { ...TEST_POLICY, allowsAddress: (address) => address === '127.0.0.1' }
      answers.set('/x', redirect(target))
      const failure = await failureOf(request({ policy, resolve: resolving(['127.0.0.2']) }))
      expect(failure.name).to.equal('PermanentError')
      expect(failure.message).to.match(/^url not allowed: /)
    })
  }

  it('refuses a name of which any address is not public, before it connects', async () => {
    for (const addresses of [
      ['10.0.0.1'],
      ['1.1.1.1', '10.0.0.1'],
      ['::1'],
      ['::ffff:169.254.169.254'],
      ['fd00::1'],
    ]) {
      const url = `http://name.example:${new URL(origin).port}/x`
      const failure = await failureOf(request({ url, resolve: resolving(addresses) }))
      expect(failure, addresses.join()).to.include({ name: 'PermanentError' })
      expect(failure.message).to.match(/^url not allowed: its name leads/)
    }
  })

  it('connects to the very address that it has checked: a name that changes its mind leads nowhere', async () => {
    answers.set('/x', (incoming, response) => {
      response.end(incoming.headers.host)
    })
    const host = `name.example:${new URL(origin).port}`
    const answer = await request({ url: `http://${host}/x`, resolve: resolving(['127.0.0.1'], ['10.0.0.1']) })
    expect(answer.body).to.equal(host)
  })

  it('refuses the server itself when nothing is injected', () => {
    const schema = callApi('live', PUBLIC_INTERNET).params
    expect(() => schema?.parse({ endpoint: `${origin}/x` })).to.throw('url not allowed')
    expect(() => schema?.parse({ endpoint: 'http://127.0.0.1/' })).to.throw('not public')
  })

  it('refuses when simulated what it refuses live', () => {
    const schema = callApi('simulate', PUBLIC_INTERNET).params
    expect(() => schema?.parse({ endpoint: 'http://169.254.169.254/' })).to.throw('url not allowed')
  })

  it('cuts an endless answer at 1 MiB', async () => {
    answers.set('/x', (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', more)
      }
      more()
    })
    const failure = await failureOf(call({}).result)
    expect(failure).to.include({ name: 'PermanentError', message: 'the answer is larger than 1048576 bytes' })
  })

  it('gives up on a slow answer, but not for good', async () => {
    answers.set('/x', (_request, response) => {
      response.write('slow')
    })
    const failure = await failureOf(request({ timeoutMs: 50 }))
    expect(failure).to.include({ name: 'Error', message: 'no complete answer within 0.05 s' })
  })

  it('fails when the answer turns to another protocol', async () => {
    server.once('upgrade', (_request, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
    })
    const failure = await failureOf(request({ headers: { upgrade: 'websocket', connection: 'Upgrade' } }))
    expect(failure).to.include({ name: 'Error', message: 'the answer was 101, another protocol' })
  })

  it('gives up in time on whatever keeps the answer away', async () => {
    const never = (): void => undefined
    const url = `http://silent.example:${new URL(origin).port}/x`
    const failure = await failureOf(
      request({ url, resolve: never as unknown as typeof lookup, timeoutMs: 50 }),
    )
    expect(failure.message).to.equal('no complete answer within 0.05 s')
  })

  it('closes its connection when it is aborted', async () => {
    const controller = new AbortController()
    const closed = new Promise((done) => {
      answers.set('/x', (_request, response) => {
        response.write('begun')
        response.once('close', done)
        controller.abort(new Error('stop'))
      })
    })
    expect(await failureOf(call({}, controller.signal).result)).to.have.property('message', 'stop')
    await closed
  })

  it('fails in the ordinary way when nobody listens', async () => {
    const failure = await failureOf(call({ endpoint: 'http://127.0.0.1:1/' }).result)
    expect(failure.name).to.equal('Error')
    expect(failure.message).to.contain('ECONNREFUSED')
  })
})
