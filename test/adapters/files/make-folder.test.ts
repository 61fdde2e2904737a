import { mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { isFolder, makeFolder } from '../../../src/adapters/files/make-folder.js'

describe('files: making a folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'folder-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  const failure = (path: string): Promise<unknown> =>
    makeFolder(path).then(
      () => null,
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    )

  it('makes what is missing above it too, closed to others, and is content with what is there', async () => {
    const path = join(folder, 'a', 'b', 'c')
    await Promise.all([makeFolder(path), makeFolder(path)])
    expect((await stat(path)).mode & 0o007).to.equal(0)
    expect((await stat(join(folder, 'a'))).mode & 0o007).to.equal(0)
    await makeFolder(path)
    expect(await isFolder(path)).to.equal(true)
  })

  it('fails where a file or a link to nowhere stands in the way', async () => {
    await writeFile(join(folder, 'file'), '')
    await symlink(join(folder, 'nowhere'), join(folder, 'link'))
    for (const path of ['file', 'file/x', 'link', 'link/x'])
      expect(await failure(join(folder, path)), path).to.equal('EEXIST')
  })

  it('fails where the system takes no names, rather than trying for ever', async () => {
    expect(await failure('/proc/job-server/data')).to.be.a('string')
  })
})
