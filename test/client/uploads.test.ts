import { expect } from 'chai'
import { createClient, type UploadProgress } from '../../src/client/index.js'
import { openHarness, type Harness } from '../adapters/http/harness.js'

/** A page's way of asking, as far as uploads use it, upon `fetch`. */
class FakePageRequest {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null } = {
    onprogress: null,
  }
  status = 0
  responseText = ''
  onload: (() => void) | null = null
  onerror: (() => void) | null = null
  private url = ''
  private readonly headers: Record<string, string> = {}
  private readonly ending = new AbortController()

  open(_method: string, url: string): void {
    this.url = url
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value
  }
  getResponseHeader(): string | null {
    return null
  }
  abort(): void {
    this.ending.abort()
  }
  send(body: FormData): void {
    const { url, headers, ending } = this
    fetch(url, { method: 'POST', headers, body, signal: ending.signal }).then(
      async (response) => {
        this.upload.onprogress?.({ loaded: 10, total: 10 })
        this.status = response.status
        this.responseText = await response.text()
        this.onload?.()
      },
      () => this.onerror?.(),
    )
  }
}

describe('uploads by the client', () => {
  let api: Harness
  const page = globalThis as { XMLHttpRequest?: unknown }
  before(async () => (api = await openHarness()))
  afterEach(() => delete page.XMLHttpRequest)
  after(() => api.close())

  const mp4 = (size: number): Blob =>
    new Blob([Buffer.from('000000186674797069736f6d0000000069736f6d69736f32', 'hex'), new Uint8Array(size)])
  const client = () => createClient({ url: api.url, retry: { baseMs: 1, retries: 1 } })

  for (const where of ['a program', 'a page']) {
    it(`start a job and tell their progress in ${where}`, async () => {
      if (where === 'a page') page.XMLHttpRequest = FakePageRequest
      const told: UploadProgress[] = []
      const job = await client().videos.encode(mp4(300_000), {
        format: 'webm',
        quality: '720p',
        priority: 2,
        filename: 'my "cat".mp4',
        onProgress: (progress) => told.push(progress),
      })
      expect(await job.get()).to.deep.include({ definitionKey: 'encode.video', priority: 2 })
      expect((await job.get()).params).to.include({ format: 'webm', quality: '720p' })
      expect(told.length).to.be.greaterThan(0)
      expect(told.at(-1)!.sentBytes).to.equal(told.at(-1)!.totalBytes)
      const sizes = told.map(({ sentBytes }) => sentBytes)
      expect(sizes).to.deep.equal([...sizes].sort((a, b) => a - b))
    })

    it(`tell what the server refuses in ${where}`, async () => {
      if (where === 'a page') page.XMLHttpRequest = FakePageRequest
      const jobs = await api.jobCount()
      const refused = await client()
        .videos.encode(mp4(10), { format: 'gif' as never })
        .catch((error: unknown) => error)
      expect(refused).to.include({ code: 'validation-error', status: 400 })
      expect(await api.jobCount()).to.equal(jobs)
    })

    it(`end when their signal aborts in ${where}`, async () => {
      if (where === 'a page') page.XMLHttpRequest = FakePageRequest
      const reason = new Error('enough')
      const aborted = await client()
        .videos.encode(mp4(1_900_000), { signal: AbortSignal.abort(reason) })
        .catch((error: unknown) => error)
      expect(aborted).to.equal(reason)
    })
  }

  it('are not sent twice when their answer is lost', async () => {
    let tries = 0
    const losing: typeof fetch = async (input, init) => {
      tries += 1
      await fetch(input, init)
      throw new TypeError('fetch failed')
    }
    const lost = await createClient({ url: api.url, fetch: losing, retry: { baseMs: 1 } })
      .videos.encode(mp4(10))
      .catch((error: unknown) => error)
    expect(lost).to.have.property('name', 'ConnectionError')
    expect(tries).to.equal(1)
  })
})
