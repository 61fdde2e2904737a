import { chmod, copyFile, mkdtemp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import { locateTools } from '../../../src/adapters/ffmpeg/locate-tools.js'

const nothing = (): Promise<null> => Promise.resolve(null)

describe('ffmpeg: where the tools come from', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tools-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function script(name: string, exitCode = 0, mode = 0o755): Promise<string> {
    const path = join(folder, name)
    await writeFile(path, `#!/bin/sh\nexit ${exitCode}\n`)
    await chmod(path, mode)
    return path
  }

  it('finds the binaries of the npm packages when the path holds none', async () => {
    const tools = await locateTools({ searchPath: '' })
    expect(tools?.ffmpeg).to.contain('@ffmpeg-installer')
    expect(tools?.ffprobe).to.contain('@ffprobe-installer')
  })

  it('prefers the path to the packages, and passes over what does not run', async () => {
    await script('ffmpeg')
    await script('ffprobe')
    const broken = join(folder, 'broken')
    await mkdir(broken)
    await writeFile(join(broken, 'ffmpeg'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
    expect(await locateTools({ searchPath: `relative:${broken}:${folder}` })).to.deep.equal({
      ffmpeg: join(folder, 'ffmpeg'),
      ffprobe: join(folder, 'ffprobe'),
    })
  })

  it('takes the configured ffmpeg, and the ffprobe beside it', async () => {
    const ffmpegPath = await script('ffmpeg')
    const ffprobe = await script('ffprobe')
    expect(await locateTools({ ffmpegPath, searchPath: '' })).to.deep.equal({ ffmpeg: ffmpegPath, ffprobe })
  })

  it('never replaces a configured tool that does not run by another one', async () => {
    expect(await locateTools({ ffmpegPath: join(folder, 'missing') })).to.equal(null)
    expect(await locateTools({ ffmpegPath: await script('ffmpeg', 1) })).to.equal(null)
    expect(await locateTools({ ffprobePath: folder })).to.equal(null)
  })

  it('makes a packaged binary executable', async () => {
    const packaged = await script('packaged', 0, 0o644)
    const tools = await locateTools({ searchPath: '', packaged: () => Promise.resolve(packaged) })
    expect(tools).to.deep.equal({ ffmpeg: packaged, ffprobe: packaged })
    expect((await stat(packaged)).mode & 0o111).to.equal(0o111)
  })

  it('copies a packaged binary that cannot be made executable in place', async () => {
    // Nobody, not even root, may change the mode of a file of the kernel's.
    const packaged = '/proc/version'
    const copyDir = join(folder, 'copies')
    await locateTools({ searchPath: '', packaged: () => Promise.resolve(packaged), copyDir })
    expect((await stat(join(copyDir, 'version'))).mode & 0o777).to.equal(0o755)
  })

  it('says that the encoder is not available when nothing is found, and finds what comes later', async () => {
    const encoder = new FfmpegVideoEncoder({ searchPath: folder, packaged: nothing, searchAgainMs: 0 })
    expect(await encoder.isAvailable()).to.equal(false)
    const failure = await encoder.probe(join(folder, 'x.mp4')).catch((error: unknown) => error)
    expect(failure).to.include({ name: 'JobServerError', code: 'ffmpeg-unavailable' })
    await script('ffmpeg')
    await script('ffprobe')
    expect(await encoder.isAvailable()).to.equal(true)
  })

  it('does not search again for every caller', async () => {
    let searches = 0
    const packaged = (): Promise<null> => {
      searches++
      return Promise.resolve(null)
    }
    const encoder = new FfmpegVideoEncoder({ searchPath: '', packaged })
    await Promise.all(Array.from({ length: 20 }, () => encoder.isAvailable()))
    await encoder.isAvailable()
    expect(searches).to.equal(2)
  })

  it('notices when a tool that was there is gone', async () => {
    await script('ffmpeg')
    const ffprobe = await script('ffprobe')
    const video = join(folder, 'x.mp4')
    await copyFile(ffprobe, video)
    const encoder = new FfmpegVideoEncoder({ searchPath: folder, packaged: nothing, searchAgainMs: 0 })
    expect(await encoder.isAvailable()).to.equal(true)
    await rm(ffprobe)
    const failure = await encoder.probe(video).catch((error: unknown) => error)
    expect(failure).to.include({ code: 'ffmpeg-unavailable' })
    expect(await encoder.isAvailable()).to.equal(false)
  })
})
