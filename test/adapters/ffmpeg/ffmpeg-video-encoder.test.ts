import { copyFile, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import {
  VIDEO_FORMATS,
  type EncodeRequest,
  type MediaFacts,
  type ProbedVideo,
} from '../../../src/application/ports/video-encoder.js'
import { makeWithFfmpeg, sampleVideo } from '../../support/sample-video.js'
import { eventually } from '../../support/eventually.js'
import { processesNaming } from '../../support/processes.js'

const CONTAINERS = { mp4: 'mov', webm: 'matroska', avi: 'avi' } as const
const CODECS = { mp4: ['h264', 'aac'], webm: ['vp8', 'vorbis'], avi: ['mpeg4', 'mp3'] } as const

/** Turns the first track of an MP4 file by a quarter, as a phone does: by the matrix in its header. */
function turned(mp4: Buffer): Buffer {
  const matrix = mp4.indexOf('tkhd') + 44
  const quarter = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
  quarter.forEach((value, index) => mp4.writeInt32BE(value, matrix + 4 * index))
  return mp4
}

describe('ffmpeg: encoding', () => {
  let folder: string
  let outputs: string
  let sample: string
  const encoder = new FfmpegVideoEncoder()

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'encode-'))
    sample = await sampleVideo(join(folder, 'sample.mp4'))
  })
  after(() => rm(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    outputs = await mkdtemp(join(folder, 'outputs-'))
  })

  async function encode(outputName: string, changes: Partial<EncodeRequest> = {}): Promise<MediaFacts> {
    const inputPath = changes.inputPath ?? sample
    return encoder.encode({
      inputPath,
      input: await encoder.probe(inputPath, changes.signal),
      outputPath: join(outputs, outputName),
      format: 'mp4',
      height: 90,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onWarning: () => undefined,
      ...changes,
    })
  }

  /** The sample under a name that its demuxer makes nothing of. */
  const misread = async (): Promise<ProbedVideo> => ({ ...(await encoder.probe(sample)), container: 'avi' })

  for (const format of VIDEO_FORMATS) {
    it(`makes ${format}: the asked height, the input's length, its sound`, async () => {
      const facts = await encode(`out.${format}`, { format })
      const probed = await encoder.probe(join(outputs, `out.${format}`))
      expect(probed).to.include({ ...facts, container: CONTAINERS[format], framesPerSecond: 25 })
      expect(facts).to.include({ width: 160, height: 90, videoCodec: CODECS[format][0] })
      expect(facts.audioCodec).to.equal(CODECS[format][1])
      expect(facts.durationSeconds).to.be.closeTo(1, 0.2)
      expect(facts.sizeBytes).to.equal((await stat(join(outputs, `out.${format}`))).size)
      expect(await readdir(outputs)).to.deep.equal([`out.${format}`])
    })

    it(`makes ${format} of a silent input at an odd size and a rare frame rate`, async () => {
      const options = ['-vf', 'scale=321:181', '-pix_fmt', 'yuv444p']
      const input = await sampleVideo(join(folder, `odd-${format}.mkv`), {
        audio: false,
        rate: '19417/777',
        options,
      })
      const facts = await encode(`out.${format}`, { format, inputPath: input, height: 180 })
      expect(facts).to.include({ height: 180, audioCodec: null })
      expect(facts.width % 2).to.equal(0)
      expect(facts.durationSeconds).to.be.closeTo(1, 0.2)
    })
  }

  it('mixes surround sound down where the format takes no more than two channels', async () => {
    const input = join(folder, 'surround.mkv')
    await makeWithFfmpeg('-i', sample, '-c:v', 'copy', '-ac', '6', '-c:a', 'aac', input)
    for (const format of VIDEO_FORMATS) {
      const facts = await encode(`out.${format}`, { format, inputPath: input })
      expect(facts.audioCodec).to.equal(CODECS[format][1])
    }
  })

  it('sees and encodes a turned video as it is displayed', async () => {
    const input = join(folder, 'turned.mp4')
    await writeFile(input, turned(await readFile(sample)))
    expect(await encoder.probe(input)).to.include({ width: 180, height: 320 })
    expect(await encode('out.mp4', { inputPath: input, height: 160 })).to.include({ width: 90, height: 160 })
  })

  it('takes names as they are, whatever is in them', async () => {
    const names = ['größe ✂ 日本.mp4', `-i "a'b";$(touch x)%03d.mp4`, 'concat:a|line\nbreak.mp4']
    for (const name of names) {
      const inputPath = join(outputs, `in-${name}`)
      await copyFile(sample, inputPath)
      expect((await encode(name, { inputPath })).height, name).to.equal(90)
    }
    expect((await readdir(outputs)).sort()).to.deep.equal(
      [...names, ...names.map((name) => `in-${name}`)].sort(),
    )
  })

  it('reports progress that only grows and ends at 100', async () => {
    const seen: number[] = []
    const input = { ...(await encoder.probe(sample)), durationSeconds: 0.5 }
    await encode('out.mp4', { onProgress: (percent) => seen.push(percent), input })
    expect(seen).to.deep.equal([...new Set(seen)].sort((a, b) => a - b))
    expect(seen.at(-1)).to.equal(100)
    expect(seen.every((percent) => percent >= 0 && percent <= 100)).to.equal(true)
  })

  it('says what ffmpeg said when it fails', async () => {
    const failure = await encode('out.mp4', { input: await misread() }).catch((error: unknown) => error)
    expect(failure).to.have.property('code', 'unsupported-video')
    expect((failure as Error).message).to.match(/^ffmpeg failed: .{10,500}$/)
    expect((failure as Error).message).not.to.contain(folder)
    expect(await readdir(outputs)).to.deep.equal([])
  })

  it('replaces an earlier output only by a complete one', async () => {
    await writeFile(join(outputs, 'out.mp4'), 'before')
    await encode('out.mp4', { input: await misread() }).catch(() => undefined)
    expect((await stat(join(outputs, 'out.mp4'))).size).to.equal(6)
    await Promise.all([encode('out.mp4'), encode('out.mp4')])
    expect(await encoder.probe(join(outputs, 'out.mp4'))).to.include({ height: 90 })
    expect(await readdir(outputs)).to.deep.equal(['out.mp4'])
  })

  it('removes what a killed try of the same output left, and nothing that is still written or of another', async () => {
    const old = new Date(Date.now() - 60_000)
    for (const name of ['.partial-out.mp4-1', '.partial-other.mp4-1', '.partial-out.mp4-2']) {
      await writeFile(join(outputs, name), 'half')
      if (!name.endsWith('2')) await utimes(join(outputs, name), old, old)
    }
    await encode('out.mp4')
    expect((await readdir(outputs)).sort()).to.deep.equal([
      '.partial-other.mp4-1',
      '.partial-out.mp4-2',
      'out.mp4',
    ])
  })

  it('says that the output cannot be written without naming the folder', async () => {
    const failure = await encode('sample.mp4/x/out.mp4', {
      outputPath: join(sample, 'x', 'out.mp4'),
    }).catch((error: unknown) => error)
    expect((failure as Error).message).to.equal('the output cannot be written (ENOTDIR)')
  })

  it('starts nothing when it was aborted before', async () => {
    const failure = await encode('out.mp4', { signal: AbortSignal.abort(new Error('stop')) }).catch(
      (error: unknown) => error,
    )
    expect(failure).to.have.property('message', 'stop')
    expect(await readdir(outputs)).to.deep.equal([])
  })

  describe('stopped', () => {
    let long: Partial<EncodeRequest>
    before(async () => {
      const inputPath = join(folder, 'long.mp4')
      await sampleVideo(inputPath, { seconds: 20, width: 640, height: 360 })
      long = { inputPath, height: 360 }
    })
    const ofEncode = (changes: Partial<EncodeRequest>): Promise<unknown> =>
      encode('out.mp4', { ...long, ...changes }).catch((error: unknown) => error)
    const hasBegun = async (): Promise<boolean> =>
      (await readdir(outputs)).some((name) => name.startsWith('.partial-'))

    it('leaves no process and no file at whatever moment it is aborted', async () => {
      for (const delayMs of [0, 1, 40, 80, 150]) {
        const controller = new AbortController()
        setTimeout(() => {
          controller.abort(new Error('stop'))
        }, delayMs)
        const failure = await ofEncode({ signal: controller.signal })
        expect(failure, `after ${delayMs} ms`).to.have.property('message', 'stop')
        expect(await processesNaming(folder)).to.deep.equal([])
        expect(await readdir(outputs)).to.deep.equal([])
      }
    })

    it('leaves none in the middle of its work', async () => {
      const controller = new AbortController()
      const encoding = ofEncode({ signal: controller.signal })
      await eventually(hasBegun)
      expect(await processesNaming(outputs)).to.have.lengthOf(1)
      controller.abort(new Error('stop'))
      expect(await encoding).to.have.property('message', 'stop')
      expect(await processesNaming(outputs)).to.deep.equal([])
      expect(await readdir(outputs)).to.deep.equal([])
    })

    it('leaves no file when ffmpeg is killed by somebody else', async () => {
      const encoding = ofEncode({})
      await eventually(hasBegun)
      for (const pid of await processesNaming(outputs)) process.kill(pid, 'SIGKILL')
      expect(await encoding).to.have.property(
        'message',
        'ffmpeg failed: ffmpeg was killed with signal SIGKILL',
      )
      expect(await readdir(outputs)).to.deep.equal([])
    })
  })

  it('makes the folder of its output', async () => {
    await encode('', { outputPath: join(outputs, 'new', 'out.mp4') })
    expect(await readdir(join(outputs, 'new'))).to.deep.equal(['out.mp4'])
  })
})
