import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { S3FileStore } from '../../../src/adapters/files/s3-file-store.js'
import { FileStoreRefusedError } from '../../../src/application/ports/file-store.js'
import { silentLogger } from '../../../src/application/ports/logger.js'
import { SweepFiles } from '../../../src/application/sweep-files.js'
import { fileStoreContract } from '../../contract/files.js'
import { World } from '../../contract/world.js'
import { deferred } from '../../support/eventually.js'
import { uuid } from '../../support/ids.js'
import { memoryHarness } from '../../support/memory-harness.js'
import { S3Files } from '../../support/s3-files.js'
import { S3_KEYS } from '../../support/s3-server.js'
import { TcpProxy } from '../../support/tcp-proxy.js'
import { untilPasses } from '../../support/until.js'

const MIB = 1024 * 1024
const DAY_MS = 86_400_000

fileStoreContract(new S3Files())

describe('s3: a bucket as file store', function () {
  this.timeout(20_000)
  let s3: S3Files
  let store: S3FileStore
  beforeEach(async () => {
    s3 = new S3Files()
    store = await s3.open()
  })
  afterEach(() => s3.close())

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => null,
      (error: unknown) => error,
    )

  async function received(bytes: number): Promise<string> {
    const path = join(store.uploadTempDir, `${bytes}.upload`)
    await writeFile(path, randomBytes(bytes))
    return path
  }

  async function readAll(from: S3FileStore, path: string): Promise<Buffer> {
    const chunks: Uint8Array[] = []
    for await (const chunk of from.read(path)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }

  /** Holds every part that is sent, and tells how many wait. */
  function holdParts(): { readonly waiting: () => number; readonly release: () => void } {
    const gate = deferred()
    let waiting = 0
    s3.server.before = async (ctx) => {
      if (!('partNumber' in ctx.query)) return
      waiting += 1
      await gate.promise
    }
    return { waiting: () => waiting, release: gate.resolve }
  }

  it('sends what is large in parts of 8 MiB, three at once, so that memory does not follow the size', async () => {
    let [now, most] = [0, 0]
    const sizes: number[] = []
    const three = deferred()
    s3.server.before = async (ctx) => {
      if (!('partNumber' in ctx.query)) return
      most = Math.max(most, (now += 1))
      sizes.push(Number(ctx.get('Content-Length')))
      // The first ones wait for each other, so that one more would be seen.
      if (most === 3) three.resolve()
      await three.promise
      now -= 1
    }
    await store.keepUpload(await received(41 * MIB), 'v.mp4')
    expect(most).to.equal(3)
    expect(sizes.sort((a, b) => b - a)).to.deep.equal([8, 8, 8, 8, 8, 1].map((mib) => mib * MIB))
  })

  it('leaves the keys that it is given as they were', async () => {
    const keys = { ...S3_KEYS }
    const another = s3.another({ keys })
    await another.prepare()
    expect(keys).to.deep.equal({ accessKeyId: S3_KEYS.accessKeyId, secretAccessKey: S3_KEYS.secretAccessKey })
  })

  it('shows nothing of an upload before all of it is there', async () => {
    const parts = holdParts()
    const kept = store.keepUpload(await received(20 * MIB), 'v.mp4')
    await untilPasses(() => {
      expect(parts.waiting()).to.equal(3)
    })
    expect([await s3.server.keys(), (await s3.server.unfinished()).length]).to.deep.equal([[], 1])
    parts.release()
    const { path } = await kept
    expect(await s3.server.keys()).to.deep.equal([`some/prefix/${path}`])
    expect(await s3.server.unfinished()).to.deep.equal([])
  })

  it('gives up an upload whose client leaves, parts and all', async () => {
    const parts = holdParts()
    const left = new AbortController()
    const kept = store.keepUpload(await received(20 * MIB), 'v.mp4', left.signal)
    await untilPasses(() => {
      expect(parts.waiting()).to.equal(3)
    })
    const reason = new Error('the client left')
    left.abort(reason)
    expect(await failureOf(kept)).to.equal(reason)
    expect([await s3.server.keys(), await s3.server.unfinished()]).to.deep.equal([[], []])
    parts.release()
  })

  it('leaves nothing of an upload that the store stops taking, and says that it is away', async () => {
    s3.server.before = (ctx) => {
      if (ctx.query['partNumber'] === '3') ctx.throw(403, 'no room')
    }
    expect(await failureOf(store.keepUpload(await received(30 * MIB), 'v.mp4'))).to.include({
      code: 'storage-unavailable',
    })
    expect([await s3.server.keys(), await s3.server.unfinished()]).to.deep.equal([[], []])
  })

  it('repeats what fails for a moment', async () => {
    let failures = 2
    s3.server.before = (ctx) => {
      if (ctx.method === 'PUT' && failures-- > 0) ctx.throw(503, 'slow down')
    }
    const { path } = await store.keepUpload(await received(10), 'v.mp4')
    expect(await store.size(path)).to.equal(10)
  })

  it('goes on with a download where its connection was cut, as stores do to slow readers', async () => {
    const content = randomBytes(30 * MIB)
    const path = join(store.uploadTempDir, 'x.upload')
    await writeFile(path, content)
    const kept = await store.keepUpload(path, 'v.mp4')
    const proxy = await TcpProxy.before(s3.server.port)
    try {
      const far = s3.another({ endpoint: `http://127.0.0.1:${proxy.port}` })
      const chunks: Uint8Array[] = []
      let read = 0
      let cuts = 0
      for await (const chunk of far.read(kept.path)) {
        chunks.push(chunk)
        read += chunk.length
        if (read > (cuts + 1) * 8 * MIB) {
          cuts += 1
          proxy.cut()
        }
      }
      expect(cuts).to.equal(3)
      expect(Buffer.concat(chunks).equals(content)).to.equal(true)
    } finally {
      await proxy.close()
    }
  })

  it('serves any number of slow downloads at once, and everything else beside them', async () => {
    const { path } = await store.keepUpload(await received(2 * MIB), 'v.mp4')
    const downloads = Array.from({ length: 60 }, () => store.read(path)[Symbol.asyncIterator]())
    const firsts = await Promise.all(downloads.map((download) => download.next()))
    expect(firsts.every(({ done }) => done !== true)).to.equal(true)
    expect(await store.size(path)).to.equal(2 * MIB)
    await Promise.all(downloads.map((download) => download.return?.(undefined)))
  })

  it('ends a copy that is on its way when the workspace closes, and leaves nothing on this machine', async () => {
    await s3.write('uploads/a.mp4', 'x'.repeat(1000))
    const gate = deferred()
    s3.server.before = (ctx) => (ctx.method === 'GET' ? gate.promise : undefined)
    const workspace = store.workspace()
    const copy = failureOf(workspace.fetch('uploads/a.mp4'))
    await untilPasses(() => {
      expect(
        s3.server.requests.filter((request) => request.startsWith('GET') && request.endsWith('a.mp4')),
      ).to.have.length(1)
    })
    await workspace.close()
    expect(await copy).to.have.property('message', 'the work on files was ended')
    gate.resolve()
    expect(await readdir(join(s3.dataDir, 'tmp', 'work'))).to.deep.equal([])
    expect(await failureOf(workspace.fetch('uploads/a.mp4'))).to.have.property(
      'message',
      'the work on files was ended',
    )
  })

  it('works on copies in folders of its own', async () => {
    await s3.write('uploads/a.mp4', 'content')
    const [one, two] = [store.workspace(), store.workspace()]
    const [mine, theirs] = [await one.fetch('uploads/a.mp4'), await two.fetch('uploads/a.mp4')]
    expect(mine).to.not.equal(theirs)
    await one.close()
    expect(await readFile(theirs!, 'utf8')).to.equal('content')
    await two.close()
  })

  it('removes what was begun a day ago and never finished, and what a killed server left on this machine', async () => {
    const parts = holdParts()
    const kept = failureOf(store.keepUpload(await received(20 * MIB), 'v.mp4'))
    await untilPasses(() => {
      expect(parts.waiting()).to.equal(3)
    })
    await s3.server.age(DAY_MS - 60_000)
    await store.removeUnfinished()
    expect(await s3.server.unfinished()).to.have.length(1)
    await s3.server.age(DAY_MS + 60_000)
    await store.removeUnfinished()
    expect(await s3.server.unfinished()).to.deep.equal([])
    parts.release()
    expect(await kept).to.be.instanceOf(Error)

    const work = join(s3.dataDir, 'tmp', 'work')
    for (const [name, ageMs] of [
      ['old', 2 * 3_600_000],
      ['young', 60_000],
    ] as const) {
      await mkdir(join(work, name, 'outputs'), { recursive: true })
      await writeFile(join(work, name, 'outputs', 'a.mp4'), 'x')
      const at = new Date(Date.now() - ageMs)
      for (const path of [
        join(work, name, 'outputs', 'a.mp4'),
        join(work, name, 'outputs'),
        join(work, name),
      ])
        await utimes(path, at, at)
    }
    await store.removeUnfinished()
    expect(await readdir(work)).to.deep.equal(['young'])
  })

  it('is content with a store that cannot list what is unfinished', async () => {
    s3.server.before = (ctx) => {
      if ('uploads' in ctx.query) ctx.throw(501, 'not implemented')
    }
    await store.removeUnfinished()
  })

  it('is swept of what no job names, as a folder is', async () => {
    const world = new World()
    await world.open(memoryHarness())
    await world.publish({ key: 'encode.video', version: 1 })
    const named = `uploads/${uuid(1)}-a.mp4`
    await world.insert({ definitionKey: 'encode.video', params: { inputPath: named } })
    const ageMs = Date.now() - world.clock.now().getTime() + 2 * DAY_MS
    for (const path of [named, `uploads/${uuid(2)}-a.mp4`, 'outputs/b-720p.mp4', 'uploads/holiday.mp4'])
      await s3.write(path, 'x', ageMs)
    expect(await new SweepFiles(store, world.stores.history, world.clock, silentLogger).execute()).to.equal(2)
    expect(await s3.server.keys()).to.deep.equal(
      [`some/prefix/${named}`, 'some/prefix/uploads/holiday.mp4'].sort(),
    )
  })

  it('touches nothing outside its prefix', async () => {
    await s3.server.write('uploads/x-720p.mp4', 'x', 2 * DAY_MS)
    await s3.server.write('some/prefix-of-others/outputs/x-720p.mp4', 'x', 2 * DAY_MS)
    const told: string[] = []
    for await (const path of store.untouchedSince(new Date())) told.push(path)
    expect(told).to.deep.equal([])
    expect(await store.size('uploads/x-720p.mp4')).to.equal(null)
  })

  it('reads what it wrote', async () => {
    const { path } = await store.keepUpload(await received(5 * MIB), 'v.mp4')
    expect(await readAll(s3.another(), path)).to.have.length(5 * MIB)
  })

  describe('that cannot be used as it is configured', () => {
    const refusals = [
      ['there is no such bucket', { bucket: 'nothing-here' }, /^there is no bucket nothing-here at http/],
      [
        'the key is unknown',
        { keys: { ...S3_KEYS, accessKeyId: 'NOBODY' } },
        /does not know FILES_ACCESS_KEY_ID$/,
      ],
      [
        'the secret is wrong',
        { keys: { ...S3_KEYS, secretAccessKey: 'hush-hush' } },
        /^FILES_SECRET_ACCESS_KEY does not fit/,
      ],
    ] as const
    for (const [why, options, message] of refusals) {
      it(`says so when ${why}, and shows no secret`, async () => {
        const failure = await failureOf(s3.another(options).prepare())
        expect(failure).to.be.instanceOf(FileStoreRefusedError)
        expect((failure as Error).message).to.match(message)
        expect((failure as Error).message).to.not.include('hush')
      })
    }

    it('says so when access is refused', async () => {
      s3.server.before = (ctx) => {
        ctx.status = 403
        ctx.throw(403, 'AccessDenied')
      }
      const failure = await failureOf(store.prepare())
      expect(failure).to.be.instanceOf(FileStoreRefusedError)
      expect((failure as Error).message).to.match(/refuses access to the bucket videos/)
    })

    it('says so when it cannot make its folders here', async () => {
      await writeFile(join(s3.dataDir, 'file'), '')
      const failure = await failureOf(s3.another({ dataDir: join(s3.dataDir, 'file') }).prepare())
      expect(failure).to.be.instanceOf(FileStoreRefusedError)
    })
  })

  it('is away when nobody answers, and is there again when somebody does', async () => {
    const proxy = await TcpProxy.before(s3.server.port)
    const far = s3.another({ endpoint: `http://127.0.0.1:${proxy.port}` })
    expect(await far.isThere()).to.equal(true)
    proxy.freeze()
    expect(await far.isThere()).to.equal(false)
    proxy.thaw()
    await untilPasses(async () => {
      expect(await far.isThere()).to.equal(true)
    })
    await proxy.close()
    const failures = [far.prepare(), far.size('uploads/x'), far.remove('uploads/x')].map(failureOf)
    for (const failure of failures) expect(await failure).to.include({ code: 'storage-unavailable' })
  })
})
