import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { v7 as uuidv7 } from 'uuid'
import { createLocalFileStore, type LocalFileStore } from '../../../src/adapters/files/local-file-store.js'
import { FileStoreRefusedError } from '../../../src/application/ports/file-store.js'
import { fileStoreContract, type FileStoreHarness } from '../../contract/files.js'
import { untilPasses } from '../../support/until.js'

class LocalFiles implements FileStoreHarness {
  readonly name = 'local'
  private folder = ''

  async open(): Promise<LocalFileStore> {
    this.folder = await mkdtemp(join(tmpdir(), 'local-files-'))
    return createLocalFileStore({ dataDir: this.folder, newId: uuidv7 })
  }

  async write(path: string, content: string, ageMs = 0): Promise<void> {
    const at = new Date(Date.now() - ageMs)
    await writeFile(join(this.folder, path), content)
    await utimes(join(this.folder, path), at, at)
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true })
  }
}

fileStoreContract(new LocalFiles())

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

  it('moves a finished upload under a name of its own', async () => {
    const temporary = await received('hello')
    const kept = await store.keepUpload(temporary, 'my video.mp4')
    expect(kept).to.deep.equal({ path: 'uploads/id1-my_video.mp4', name: 'id1-my_video.mp4' })
    expect(await readFile(store.resolve(kept.path), 'utf8')).to.equal('hello')
    expect(await readdir(store.uploadTempDir)).to.deep.equal([])
  })

  it('answers null for the size of what is not a file', async () => {
    await mkdir(store.resolve('outputs/folder'))
    for (const path of ['outputs/none', 'outputs/folder', 'outputs/none/x', `outputs/${'x'.repeat(300)}`])
      expect(await store.size(path), path).to.equal(null)
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

  it('resolves relative paths and absolute ones inside', () => {
    expect(store.resolve('uploads/x.mp4')).to.equal(join(dataDir, 'uploads', 'x.mp4'))
    expect(store.resolve('uploads/./a/../x.mp4')).to.equal(join(dataDir, 'uploads', 'x.mp4'))
    expect(store.resolve(join(dataDir, 'outputs', 'x.mp4'))).to.equal(join(dataDir, 'outputs', 'x.mp4'))
  })

  it('is not there any more when its folders are gone, or are not ours', async () => {
    expect(await store.isThere()).to.equal(true)
    await rm(join(dataDir, 'outputs'), { recursive: true })
    expect(await store.isThere()).to.equal(false)
  })

  it('works on the files themselves, without copies', async () => {
    await writeFile(store.resolve('uploads/a.mp4'), 'x')
    const workspace = store.workspace()
    expect(await workspace.fetch('uploads/a.mp4')).to.equal(store.resolve('uploads/a.mp4'))
    expect(await workspace.place('outputs/a.mp4')).to.equal(store.resolve('outputs/a.mp4'))
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

  it('refuses a folder that cannot be made, and says that the storage is away when an upload cannot be kept', async () => {
    await writeFile(join(dataDir, 'file'), '')
    const blocked = createLocalFileStore({ dataDir: join(dataDir, 'file', 'x'), newId: () => '1' })
    const refusal = await blocked.catch((error: unknown) => error)
    expect(refusal).to.be.instanceOf(FileStoreRefusedError)
    expect((refusal as Error).message).to.match(/^cannot keep files in .*: E/)
    await rm(join(dataDir, 'uploads'), { recursive: true })
    const failure = await store.keepUpload(await received('x'), 'x').catch((error: unknown) => error)
    expect(failure).to.include({ code: 'storage-unavailable' })
  })
})
