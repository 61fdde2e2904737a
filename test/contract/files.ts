import { randomBytes } from 'node:crypto'
import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { FileStore } from '../../src/application/ports/file-store.js'
import { uuid } from '../support/ids.js'

export interface FileStoreHarness {
  readonly name: string
  /** A store that is prepared and empty. */
  open(): Promise<FileStore>
  /** Puts a file there as if the store had kept it so long ago. */
  write(path: string, content: string, ageMs?: number): Promise<void>
  close(): Promise<void>
}

const DAY_MS = 86_400_000

/** What every file store promises. */
export function fileStoreContract(harness: FileStoreHarness): void {
  describe(`${harness.name}: file store`, function () {
    this.timeout(20_000)
    let store: FileStore
    beforeEach(async () => {
      store = await harness.open()
    })
    afterEach(() => harness.close())

    async function received(content: string | Buffer): Promise<string> {
      const path = join(store.uploadTempDir, `upload-${content.length}`)
      await writeFile(path, content)
      return path
    }

    async function readAll(path: string, range?: { start: number; end: number }): Promise<Buffer> {
      const chunks: Uint8Array[] = []
      for await (const chunk of store.read(path, range)) chunks.push(chunk)
      return Buffer.concat(chunks)
    }

    const isThere = (path: string): Promise<boolean> =>
      stat(path).then(
        () => true,
        () => false,
      )

    async function make(path: string, content: string): Promise<void> {
      const workspace = store.workspace()
      const place = await workspace.place(path)
      await writeFile(`${place}.partial`, content)
      await rename(`${place}.partial`, place)
      await workspace.keep(path)
      await workspace.close()
    }

    it('keeps a finished upload under a name of its own, and takes it from where it was received', async () => {
      const temporary = await received('hello')
      const kept = await store.keepUpload(temporary, 'my video.mp4')
      expect(kept.name).to.match(/^[\w-]+-my_video\.mp4$/)
      expect(kept.path).to.equal(`uploads/${kept.name}`)
      expect((await readAll(kept.path)).toString()).to.equal('hello')
      expect(await store.size(kept.path)).to.equal(5)
      expect(await isThere(temporary)).to.equal(false)
    })

    it('never lets two uploads of one name meet', async () => {
      const one = await store.keepUpload(await received('1'), 'a.mp4')
      const two = await store.keepUpload(await received('22'), 'a.mp4')
      expect([(await readAll(one.path)).toString(), (await readAll(two.path)).toString()]).to.deep.equal([
        '1',
        '22',
      ])
    })

    it('keeps nothing of an upload that nobody waits for any more', async () => {
      const left = AbortSignal.abort(new Error('nobody waits'))
      const kept = store.keepUpload(await received('hello'), 'v.mp4', left)
      expect(await kept.catch((error: unknown) => error)).to.have.property('message', 'nobody waits')
      for await (const path of store.untouchedSince(new Date(Date.now() + DAY_MS)))
        expect.fail(`${path} was kept`)
    })

    for (const bytes of [0, 1, 8 * 1024 * 1024, 20 * 1024 * 1024 + 7]) {
      it(`keeps ${bytes} bytes as they are, and gives out any part of them`, async () => {
        const content = randomBytes(bytes)
        const { path } = await store.keepUpload(await received(content), 'v.mp4')
        expect(await store.size(path)).to.equal(bytes)
        expect((await readAll(path)).equals(content)).to.equal(true)
        for (const start of [0, 8 * 1024 * 1024 - 3, bytes - 5]) {
          if (start < 0 || start + 5 > bytes) continue
          const range = { start, end: start + 4 }
          expect((await readAll(path, range)).equals(content.subarray(start, start + 5))).to.equal(true)
        }
      })
    }

    it('answers null for the size of what is not there, and removes it all the same', async () => {
      for (const path of ['outputs/none', 'outputs/none/x']) {
        expect(await store.size(path)).to.equal(null)
        await store.remove(path)
      }
      await harness.write('outputs/x', 'x')
      await store.remove('outputs/x')
      expect(await store.size('outputs/x')).to.equal(null)
    })

    it('fails to read what is not there', async () => {
      expect(await readAll('uploads/none').catch(() => 'failed')).to.equal('failed')
    })

    it('brings a file to this machine, for as long as the workspace is open', async () => {
      await harness.write('uploads/a.mp4', 'content')
      const workspace = store.workspace()
      const local = await workspace.fetch('uploads/a.mp4')
      expect(local).to.match(/^\/.*\.mp4$/)
      expect(await readFile(local!, 'utf8')).to.equal('content')
      expect(await workspace.fetch('uploads/none.mp4')).to.equal(null)
      await workspace.close()
      await workspace.close()
      expect((await readAll('uploads/a.mp4')).toString()).to.equal('content')
    })

    it('shows an output whole, once it is kept, and instead of the one before', async () => {
      const workspace = store.workspace()
      const place = await workspace.place('outputs/a.mp4')
      await writeFile(`${place}.partial`, 'half of it')
      expect(await store.size('outputs/a.mp4')).to.equal(null)
      await workspace.close()
      await make('outputs/a.mp4', 'whole')
      expect((await readAll('outputs/a.mp4')).toString()).to.equal('whole')
      await make('outputs/a.mp4', 'another')
      expect((await readAll('outputs/a.mp4')).toString()).to.equal('another')
    })

    for (const path of [
      '../secret',
      'uploads/../../secret',
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
        const workspace = store.workspace()
        const tries = [
          store.size(path),
          readAll(path),
          store.remove(path),
          workspace.fetch(path),
          workspace.place(path),
        ]
        for (const attempt of tries) {
          const failure: unknown = await attempt.catch((error: unknown) => error)
          expect(failure).to.include({ code: 'validation-error' })
        }
        await workspace.close()
      })
    }

    it('tells what the server has named and nobody has written to, however much that is', async () => {
      const old: string[] = []
      for (let n = 0; n < 1_001; n += 1) old.push(`uploads/${uuid(n)}-a.mp4`)
      old.push('outputs/a-720p.mp4')
      for (const path of old) await harness.write(path, 'x', DAY_MS + 60_000)
      await harness.write(`uploads/${uuid(5_000)}-young.mp4`, 'x', DAY_MS - 60_000)
      await harness.write('outputs/young-720p.mp4', 'x')
      for (const path of ['uploads/holiday.mp4', 'outputs/notes.txt'])
        await harness.write(path, 'x', 2 * DAY_MS)
      const told: string[] = []
      for await (const path of store.untouchedSince(new Date(Date.now() - DAY_MS))) told.push(path)
      expect(told.sort()).to.deep.equal(old.sort())
    })

    it('is there', async () => {
      expect(await store.isThere()).to.equal(true)
    })
  })
}
