import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLocalFileStore, type LocalFileStore } from '../../../src/adapters/files/local-file-store.js'
import { untilPasses } from '../../support/until.js'

describe('files: below the data directory', () => {
  let dataDir: string
  let store: LocalFileStore
  let ids = 0
  const open = (): Promise<LocalFileStore> => createLocalFileStore({ dataDir, newId: () => `id${++ids}` })

  beforeEach(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'files-')), 'data')
    ids = 0
    store = await open()
  })
  afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }))

  async function received(content: string): Promise<string> {
    const path = join(store.uploadTempDir, `upload-${content.length}`)
    await writeFile(path, content)
    return path
  }

  async function readAll(path: string, range?: { start: number; end: number }): Promise<string> {
    const chunks: Uint8Array[] = []
    for await (const chunk of store.read(path, range)) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }

  it('moves a finished upload under a name of its own', async () => {
    const temporary = await received('hello')
    const kept = await store.keepUpload(temporary, 'my video.mp4')
    expect(kept).to.deep.equal({ path: 'uploads/id1-my_video.mp4', name: 'id1-my_video.mp4' })
    expect(await readFile(store.resolve(kept.path), 'utf8')).to.equal('hello')
    expect(await readdir(store.uploadTempDir)).to.deep.equal([])
  })

  it('never lets two uploads of one name meet', async () => {
    const [first, second] = [await received('1'), await received('22')]
    const one = await store.keepUpload(first, 'a.mp4')
    const two = await store.keepUpload(second, 'a.mp4')
    expect([await readAll(one.path), await readAll(two.path)]).to.deep.equal(['1', '22'])
  })

  it('reads whole files and ranges, both ends included, and says their size', async () => {
    await writeFile(store.resolve('outputs/x.mp4'), '0123456789')
    expect(await readAll('outputs/x.mp4')).to.equal('0123456789')
    expect(await readAll('outputs/x.mp4', { start: 2, end: 4 })).to.equal('234')
    expect(await store.size('outputs/x.mp4')).to.equal(10)
  })

  it('answers null for the size of what is not a file, and removes what is not there', async () => {
    await mkdir(store.resolve('outputs/folder'))
    for (const path of ['outputs/none', 'outputs/folder', 'outputs/none/x', `outputs/${'x'.repeat(300)}`])
      expect(await store.size(path), path).to.equal(null)
    await store.remove('outputs/none')
    await store.remove('outputs/none/x')
    await writeFile(store.resolve('outputs/x'), '')
    await store.remove('outputs/x')
    expect(await store.size('outputs/x')).to.equal(null)
  })

  it('closes a file that is read only in part', async () => {
    await writeFile(store.resolve('outputs/big'), 'x'.repeat(2_000_000))
    for await (const chunk of store.read('outputs/big')) {
      expect(chunk.length).to.be.greaterThan(0)
      break
    }
    await untilPasses(async () => {
      const descriptors = await readdir('/proc/self/fd')
      const targets = await Promise.all(
        descriptors.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => 'gone')),
      )
      expect(targets.filter((target) => target.endsWith('/outputs/big'))).to.deep.equal([])
    })
  })

  for (const path of [
    '../secret',
    'uploads/../../secret',
    'uploads/../jobs.db',
    'outputs/..',
    '/etc/passwd',
    'jobs.db',
    'tmp/uploads/x',
    'uploads',
    'uploads/',
    'uploads/..\0/x',
    '',
    '.',
    'uploadsx/y',
  ]) {
    it(`never leads to ${JSON.stringify(path)}`, async () => {
      expect(() => store.resolve(path)).to.throw('the path must lead to a file in uploads or outputs')
      const failure = await store.size(path).catch((error: unknown) => error)
      expect(failure).to.include({ code: 'validation-error' })
    })
  }

  it('resolves relative paths and absolute ones inside', () => {
    expect(store.resolve('uploads/x.mp4')).to.equal(join(dataDir, 'uploads', 'x.mp4'))
    expect(store.resolve('uploads/./a/../x.mp4')).to.equal(join(dataDir, 'uploads', 'x.mp4'))
    expect(store.resolve(join(dataDir, 'outputs', 'x.mp4'))).to.equal(join(dataDir, 'outputs', 'x.mp4'))
  })

  it('sweeps what a killed server left behind, and nothing younger or complete', async () => {
    const old = new Date(Date.now() - 2 * 3_600_000)
    const files = {
      'tmp/uploads/old': true,
      'tmp/uploads/young': false,
      'outputs/.partial-old': true,
      'outputs/.partial-young': false,
      'outputs/old.mp4': false,
      'uploads/old.mp4': false,
    }
    for (const name of Object.keys(files)) {
      await writeFile(join(dataDir, name), '')
      if (name.includes('old')) await utimes(join(dataDir, name), old, old)
    }
    await open()
    for (const [name, goes] of Object.entries(files)) {
      const there = await stat(join(dataDir, name)).then(
        () => true,
        () => false,
      )
      expect(there, name).to.equal(!goes)
    }
  })

  it('says that the storage is away when the folders cannot be made or the upload cannot be kept', async () => {
    await writeFile(join(dataDir, 'file'), '')
    const blocked = createLocalFileStore({ dataDir: join(dataDir, 'file', 'x'), newId: () => '1' })
    expect(await blocked.catch((error: unknown) => error)).to.include({ code: 'storage-unavailable' })
    await rm(join(dataDir, 'uploads'), { recursive: true })
    const failure = await store.keepUpload(await received('x'), 'x').catch((error: unknown) => error)
    expect(failure).to.include({ code: 'storage-unavailable' })
  })
})
