import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { createLocalFileStore, type LocalFileStore } from '../../src/adapters/files/local-file-store.js'
import { SweepFiles } from '../../src/application/sweep-files.js'
import { World } from '../contract/world.js'
import { outcomeOf } from '../support/factories.js'
import { uuid } from '../support/ids.js'
import { memoryHarness } from '../support/memory-harness.js'
import { recordingLogger } from '../support/recording.js'

const VIDEO = { key: 'encode.video', version: 1 }
const DAY_MS = 86_400_000

describe('SweepFiles', () => {
  let dataDir: string
  let files: LocalFileStore
  let world: World
  let sweep: SweepFiles
  const log = recordingLogger()
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'sweep-'))
    files = await createLocalFileStore({ dataDir, newId: () => uuid(1) })
    world = new World()
    await world.open(memoryHarness())
    await world.publish(VIDEO)
    sweep = new SweepFiles(files, world.stores.history, world.clock, log)
  })
  afterEach(() => rm(dataDir, { recursive: true, force: true }))

  /** A file that was written so long before the present of the test. */
  async function write(path: string, ageMs = DAY_MS + 60_000): Promise<void> {
    const at = world.clock.in(-ageMs)
    await writeFile(join(dataDir, path), 'x')
    await utimes(join(dataDir, path), at, at)
  }

  async function left(): Promise<string[]> {
    const [uploads, outputs] = await Promise.all([
      readdir(join(dataDir, 'uploads')),
      readdir(join(dataDir, 'outputs')),
    ])
    return [...uploads, ...outputs].sort()
  }

  it('removes the files of a job once that is gone, and not before', async () => {
    const [upload, output] = [`${uuid(7)}-a.mov`, `${uuid(7)}-a-720p.mp4`]
    await world.insert({ definitionKey: VIDEO.key, params: { inputPath: `uploads/${upload}` } })
    await write(`uploads/${upload}`)
    expect(await sweep.execute()).to.equal(0)
    const [job] = await world.claim(await world.worker(), 1, [VIDEO])
    await write(`outputs/${output}`)
    await world.settle(job!, outcomeOf.succeeded(job!, { outputPath: `outputs/${output}` }))
    expect(await sweep.execute()).to.equal(0)
    expect(await left()).to.deep.equal([output, upload])
    const endedBefore = { succeeded: world.clock.in(1) }
    await world.stores.history.prune({ leadership: await world.leadership(), endedBefore, limit: 1 })
    expect(await sweep.execute()).to.equal(2)
    expect(await left()).to.deep.equal([])
  })

  it('leaves a day to files that no job names yet', async () => {
    await write(`uploads/${uuid(1)}-young.mp4`, DAY_MS - 60_000)
    await write('outputs/young-4k.webm', DAY_MS - 60_000)
    await write(`uploads/${uuid(1)}-old.mp4`)
    await write('outputs/old-4k.webm')
    expect(await sweep.execute()).to.equal(2)
    expect(await left()).to.deep.equal([`${uuid(1)}-young.mp4`, 'young-4k.webm'])
  })

  it('leaves alone what people have put there under names of their own', async () => {
    for (const path of ['uploads/holiday.mp4', 'outputs/notes.txt', 'uploads/x-720p.mp4']) await write(path)
    expect(await sweep.execute()).to.equal(0)
  })

  it('removes what was never finished', async () => {
    for (const path of ['tmp/uploads/x.upload', 'outputs/.x.partial']) await write(path)
    await sweep.execute()
    expect([...(await readdir(files.uploadTempDir)), ...(await left())]).to.deep.equal([])
  })

  it('goes through any number of files', async () => {
    const kept = new Set(Array.from({ length: 1_001 }, (_, n) => `uploads/${uuid(n)}-a.mp4`))
    const inMemory = {
      removeUnfinished: () => Promise.resolve(),
      async *untouchedSince() {
        yield* await Promise.resolve([...kept])
      },
      remove: (path: string) => Promise.resolve(void kept.delete(path)),
    }
    const inputPath = `uploads/${uuid(700)}-a.mp4`
    await world.insert({ definitionKey: VIDEO.key, params: { inputPath } })
    expect(await new SweepFiles(inMemory, world.stores.history, world.clock, log).execute()).to.equal(1_000)
    expect([...kept]).to.deep.equal([inputPath])
  })

  it('goes on past what it may not remove, and tells of it', async () => {
    log.lines.length = 0
    const [stuck, free] = [`uploads/${uuid(1)}-a.mp4`, `uploads/${uuid(2)}-a.mp4`]
    const removed: string[] = []
    const locked = {
      removeUnfinished: () => Promise.reject(new Error('AccessDenied')),
      async *untouchedSince() {
        yield* await Promise.resolve([stuck, free])
      },
      remove: (path: string) => {
        if (path === stuck) return Promise.reject(new Error('EPERM'))
        removed.push(path)
        return Promise.resolve()
      },
    }
    const sweeping = new SweepFiles(locked, world.stores.history, world.clock, log)
    expect(await sweeping.execute()).to.equal(1)
    expect(removed).to.deep.equal([free])
    expect(log.lines).to.deep.equal([
      'warn could not remove what was never finished',
      `warn could not remove ${stuck}`,
    ])
    expect(await sweeping.execute(() => true)).to.equal(0)
    expect(removed).to.deep.equal([free])
  })

  it('has nothing to do where there is no data directory', async () => {
    await rm(dataDir, { recursive: true })
    expect(await sweep.execute()).to.equal(0)
  })
})
