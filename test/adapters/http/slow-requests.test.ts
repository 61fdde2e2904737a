import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import { openHarness, type Harness } from './harness.js'

/** Longest time of a body in memory here; an upload may take several times as long. */
const WITHIN_MS = 300

/** Sends the parts of a request one by one, with a pause before each; answers all that comes back. */
async function sendSlowly(
  url: string,
  parts: readonly (string | Buffer)[],
  pauseMs: number,
): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let received = ''
  socket.setEncoding('utf8').on('data', (text: string) => (received += text))
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  socket.on('error', () => undefined)
  for (const part of parts) {
    if (socket.destroyed) break
    socket.write(part)
    await sleep(pauseMs)
  }
  await closed
  return received
}

describe('HTTP: slow requests', () => {
  let api: Harness
  before(async () => {
    api = await openHarness(({ limits }) => ({
      limits: { ...limits, bodyPace: { windowMs: 200, minBytes: 10, withinMs: WITHIN_MS } },
    }))
  })
  after(() => api.close())

  it('an honest upload may take longer than any other request', async () => {
    const head = '--b\r\nContent-Disposition: form-data; name="video"; filename="a.mp4"\r\n\r\n'
    // What an MP4 file begins with.
    const mp4 = Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2'), Buffer.alloc(2_000)])
    const chunks = Array.from({ length: 20 }, (_, n) =>
      mp4.subarray(n * 100, n === 19 ? undefined : (n + 1) * 100),
    )
    const body = [head, ...chunks, '\r\n--b--\r\n']
    const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0)
    const request = `POST /v1/videos/encode HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`
    const began = performance.now()
    const answer = await sendSlowly(api.url, [request, ...body], WITHIN_MS / 6)
    expect(answer).to.match(/^HTTP\/1\.1 201 /)
    expect(performance.now() - began).to.be.greaterThan(2 * WITHIN_MS)
  })

  it('a JSON body that keeps its pace but takes too long is given up, and starts no job', async () => {
    const json = JSON.stringify({ definitionKey: 'echo', params: { text: 'x'.repeat(2_000) } })
    const parts = json.match(/[^]{1,50}/g) ?? []
    const request = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${json.length}\r\nConnection: close\r\n\r\n`
    const before = await api.jobCount()
    const answer = await sendSlowly(api.url, [request, ...parts], WITHIN_MS / 10)
    expect(answer)
      .to.match(/^HTTP\/1\.1 408 /)
      .and.include('the body took too long')
    expect(await api.jobCount()).to.equal(before)
  })

  for (const [method, address] of [
    ['GET', '/dashboard/'],
    ['GET', '/dashboard'],
    ['OPTIONS', '/dashboard/'],
    ['OPTIONS', '/v1/jobs'],
  ] as const)
    it(`a body that nobody reads keeps no connection: ${method} ${address}`, async () => {
      const request = `${method} ${address} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\n`
      const drops = Array.from({ length: 100 }, () => 'x')
      const began = performance.now()
      const answer = await sendSlowly(api.url, [request, ...drops], WITHIN_MS / 10)
      expect(answer).to.match(/^HTTP\/1\.1 \d{3} /)
      expect(answer).to.match(/\r\nConnection: close\r\n/i)
      expect(performance.now() - began).to.be.lessThan((drops.length * WITHIN_MS) / 10)
    })

  it('a connection goes on after a job that was accepted, however quickly', async () => {
    const body = '{"definitionKey":"echo"}'
    const head = `POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`
    const posts = ['', '', 'Connection: close\r\n'].map((last) => `${head}${last}\r\n${body}`)
    expect((await sendSlowly(api.url, posts, 50)).match(/HTTP\/1\.1 201 /g)).to.have.length(3)
  })

  it('a body in pieces, that its address has no use for, is taken all the same', async () => {
    const request = `POST /v1/definitions/echo/pause HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60\r\nConnection: close\r\n\r\n`
    const pieces = Array.from({ length: 6 }, () => '          ')
    expect(await sendSlowly(api.url, [request, ...pieces], 5)).to.match(/^HTTP\/1\.1 200 /)
  })
})
