import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { FfmpegVideoEncoder } from '../../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import type { MediaFacts, VideoFormat } from '../../../src/application/ports/video-encoder.js'
import { makeWithFfmpeg, testTools } from '../../support/sample-video.js'

interface Said {
  readonly format: { readonly duration: string; readonly tags?: Readonly<Record<string, string>> }
  readonly streams: readonly (Readonly<Record<string, string>> & { readonly tags?: object })[]
}

/** Videos as cameras, screen recorders and browsers make them, which are not as test pictures are. */
describe('ffmpeg: awkward videos', () => {
  let folder: string
  const encoder = new FfmpegVideoEncoder()
  const file = (name: string): string => join(folder, name)

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'awkward-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const SMALL = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
  const picture = (length: number, rate = '25', size = '64x36'): string[] => [
    ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${length}`],
  ]

  async function encode(
    input: string,
    format: VideoFormat,
    height = 36,
    warnings: string[] = [],
  ): Promise<MediaFacts> {
    return encoder.encode({
      inputPath: file(input),
      input: await encoder.probe(file(input)),
      outputPath: file(`out.${format}`),
      format,
      height,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onWarning: (text) => warnings.push(text),
    })
  }

  async function said(name: string, ...options: readonly string[]): Promise<Said> {
    const { ffprobe } = await testTools()
    const args = ['-v', 'error', '-of', 'json', '-show_format', '-show_streams', ...options, file(name)]
    return JSON.parse((await promisify(execFile)(ffprobe, args)).stdout) as Said
  }

  const framesOf = async (name: string): Promise<number> =>
    Number((await said(name, '-count_packets', '-select_streams', 'v')).streams[0]?.nb_read_packets)

  /** When the tone of a file begins, in seconds, by the first loud frame. */
  async function soundsAt(name: string): Promise<number> {
    const { ffmpeg } = await testTools()
    const args = [
      '-nostdin',
      '-i',
      file(name),
      '-vn',
      '-af',
      'silencedetect=n=-30dB:d=0.2',
      '-f',
      'null',
      '-',
    ]
    const { stderr } = await promisify(execFile)(ffmpeg, args)
    return Number(/silence_end: ([\d.]+)/.exec(stderr)?.[1] ?? 0)
  }

  describe('with frames at any time', () => {
    /** Thirty frames a second on the average, and none where a steady rate would have it. */
    const jitter = ['-vf', "select='lt(mod(n*7919,1000),30)'", ...SMALL]
    before(async () => {
      await makeWithFfmpeg(...picture(3, '1000'), ...jitter, file('jitter.mkv'))
      await makeWithFfmpeg('-i', file('jitter.mkv'), '-c', 'copy', file('jitter.flv'))
    })

    for (const name of ['jitter.mkv', 'jitter.flv']) {
      it(`keeps the frames of ${name} as they are, and makes no others`, async () => {
        expect(await encoder.probe(file(name))).to.include({ framesPerSecond: 0 })
        const frames = await framesOf(name)
        for (const format of ['mp4', 'webm'] as const) {
          expect((await encode(name, format)).durationSeconds).to.be.closeTo(3, 0.2)
          expect(await framesOf(`out.${format}`), format).to.be.within(frames - 2, frames)
        }
        await encode(name, 'avi')
        expect(await framesOf('out.avi')).to.be.closeTo(75, 3)
      })
    }

    it('keeps those of a fast recording, too, whose times are finer than any rate', async () => {
      const fast = ['-vf', "select='lt(mod(n*7919,1000),120)'", '-vsync', 'vfr', ...SMALL]
      await makeWithFfmpeg(...picture(1, '1000'), ...fast, file('fast.mp4'))
      const frames = await framesOf('fast.mp4')
      for (const format of ['mp4', 'webm'] as const) {
        expect((await encode('fast.mp4', format)).durationSeconds).to.be.closeTo(1, 0.1)
        expect(await framesOf(`out.${format}`), format).to.be.within(frames - 2, frames)
      }
      await encode('fast.mp4', 'avi')
      expect(await framesOf('out.avi')).to.be.closeTo(60, 3)
    })

    it('keeps a last picture that comes long after the others', async () => {
      const late = ['-vf', "select='lt(mod(n*7919,1000),30)*(lt(t,1)+gt(t,3.9))'", ...SMALL]
      await makeWithFfmpeg(...picture(4, '1000'), ...late, file('late.mkv'))
      expect((await encode('late.mkv', 'mp4')).durationSeconds).to.be.closeTo(4, 0.2)
    })

    it('takes a recording that does not say how long it is', async () => {
      const source = ['-i', file('jitter.mkv'), '-c', 'copy', '-f', 'matroska', '-live', '1']
      await makeWithFfmpeg(...source, file('endless.webm'))
      expect((await encoder.probe(file('endless.webm'))).durationSeconds).to.be.closeTo(3, 0.2)
      expect((await encode('endless.webm', 'mp4')).durationSeconds).to.be.closeTo(3, 0.2)
    })
  })

  it('keeps sound that starts late, and after a gap, where it belongs in an AVI', async () => {
    const tone = ['-f', 'lavfi', '-i', 'sine=440:d=3', '-af', "aselect='gt(t,1)'"]
    await makeWithFfmpeg(...picture(3), ...tone, ...SMALL, '-c:a', 'pcm_s16le', file('late-sound.mkv'))
    const parts = ['-f', 'lavfi', '-i', "aevalsrc='0.5*sin(2000*t)*gt(t,2)':d=3"]
    const gap = ['-af', "aselect='lt(t,0.5)+gt(t,1.8)'", ...SMALL, '-c:a', 'pcm_s16le']
    await makeWithFfmpeg(...picture(3), ...parts, ...gap, file('gap.mkv'))
    for (const [name, seconds] of [
      ['late-sound.mkv', 1],
      ['gap.mkv', 2],
    ] as const) {
      await encode(name, 'avi')
      expect(await soundsAt('out.avi'), name).to.be.closeTo(seconds, 0.1)
    }
  })

  it('takes sound that begins after thousands of pictures, and a track of sound without any', async () => {
    const tone = ['-itsoffset', '19', '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'pcm_s16le']
    const many = ['-max_muxing_queue_size', '10000']
    await makeWithFfmpeg(...picture(20, '240', '16x16'), ...tone, ...many, ...SMALL, file('much-later.mkv'))
    await makeWithFfmpeg(
      ...picture(20, '240', '16x16'),
      ...tone,
      '-af',
      'atrim=start=90',
      ...many,
      ...SMALL,
      file('none.mkv'),
    )
    expect((await encode('much-later.mkv', 'mp4', 16)).durationSeconds).to.be.closeTo(20, 0.2)
    const [sound] = (await said('out.mp4', '-select_streams', 'a')).streams
    expect(Number(sound?.['start_time'])).to.be.closeTo(19, 0.2)
    expect((await encode('none.mkv', 'mp4', 16)).durationSeconds).to.be.closeTo(20, 0.2)
  })

  it('shows the last picture of a slow video in an AVI as long as the video did', async () => {
    await makeWithFfmpeg(...picture(4, '1'), ...SMALL, file('slow.mp4'))
    expect((await encode('slow.mp4', 'avi')).durationSeconds).to.be.closeTo(4, 0.1)
  })

  it('mixes more channels than have names down to the first two', async () => {
    const silence = ['-f', 'lavfi', '-i', `aevalsrc=${Array(12).fill(0).join('|')}:d=1`]
    await makeWithFfmpeg(...picture(1), ...silence, ...SMALL, '-c:a', 'pcm_s16le', file('many.mkv'))
    for (const format of ['mp4', 'webm', 'avi'] as const)
      expect((await encode('many.mkv', format)).audioCodec, format).to.be.a('string')
  })

  it('shows interlaced pictures whole', async () => {
    const stripes = "nullsrc=s=352x288:r=50:d=0.3,geq=lum='255*lt(mod(X+Y/20+N*8,90),40)':cb=128:cr=128"
    const lines = ['-vf', 'interlace=scan=tff', '-flags', '+ildct+ilme', '-x264-params', 'tff=1', ...SMALL]
    await makeWithFfmpeg('-f', 'lavfi', '-i', stripes, ...lines, file('interlaced.mp4'))
    await encode('interlaced.mp4', 'mp4', 288)
    const { ffmpeg } = await testTools()
    const idet = ['-nostdin', '-i', file('out.mp4'), '-vf', 'idet', '-f', 'null', '-']
    const { stderr } = await promisify(execFile)(ffmpeg, idet)
    expect(/Multi frame detection: TFF: *(\d+)/.exec(stderr)?.[1]).to.equal('0')
  })

  for (const [size, format, expected] of [
    ['1x8000', 'avi', { width: 2, height: 720 }],
    ['2x2000', 'mp4', { width: 2, height: 720 }],
    ['2000x2', 'webm', { width: 2000, height: 2 }],
    ['1x1', 'mp4', { width: 2, height: 2 }],
    ['8192x16', 'avi', { width: 8190, height: 16 }],
  ] as const) {
    it(`makes ${format} of a picture of ${size}`, async () => {
      const source = ['-f', 'lavfi', '-i', `color=red:s=16x16:r=5:d=0.4,scale=${size.replace('x', ':')}`]
      await makeWithFfmpeg(...source, '-c:v', 'ffv1', '-pix_fmt', 'yuv444p', file(`${size}.mkv`))
      expect(await encode(`${size}.mkv`, format, expected.height)).to.include(expected)
    })
  }

  it('publishes nothing that a file says of its maker', async () => {
    const tags = ['location=+48.0+011.0/', 'title=secret', 'comment=secret', 'artist=secret']
    const private_ = [...tags.flatMap((tag) => ['-metadata', tag]), '-timecode', '01:00:00:00']
    const tone = ['-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', '-metadata:s:a', 'title=secret']
    await makeWithFfmpeg(...picture(1), ...tone, ...private_, ...SMALL, file('private.mov'))
    for (const format of ['mp4', 'webm', 'avi'] as const) {
      await encode('private.mov', format)
      const { format: container, streams } = await said(`out.${format}`)
      expect(JSON.stringify([container.tags, streams.map(({ tags: own }) => own)]), format).not.to.match(
        /secret|48\.0|01:00:00/,
      )
      expect(streams.map((stream) => stream.codec_type)).to.deep.equal(['video', 'audio'])
    }
  })

  describe('of certain colours', () => {
    const colours = async (name: string): Promise<(string | undefined)[]> => {
      const [video] = (await said(name, '-select_streams', 'v')).streams
      return ['color_primaries', 'color_transfer', 'color_space', 'color_range'].map((key) => video?.[key])
    }
    /** Luma, blue and red difference of the first pixel. */
    async function pixelOf(name: string): Promise<number[]> {
      const { ffmpeg } = await testTools()
      const raw = ['-i', file(name), '-frames:v', '1', '-pix_fmt', 'yuv444p', '-f', 'rawvideo', file('raw')]
      await promisify(execFile)(ffmpeg, ['-nostdin', '-v', 'error', '-y', ...raw])
      const bytes = await readFile(file('raw'))
      return [0, 1, 2].map((plane) => bytes[(plane * bytes.length) / 3] ?? 0)
    }
    const plain = (source: string, ...options: readonly string[]): Promise<void> =>
      makeWithFfmpeg('-f', 'lavfi', '-i', source, ...options)

    it('says the colours that the input says, and warns of HDR', async () => {
      const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc']
      await makeWithFfmpeg(...picture(0.2), ...SMALL, ...tags, '-color_range', 'tv', file('hdr.mp4'))
      const warnings: string[] = []
      for (const format of ['mp4', 'webm', 'avi'] as const) await encode('hdr.mp4', format, 36, warnings)
      for (const name of ['out.mp4', 'out.webm'])
        expect(await colours(name), name).to.deep.equal(['bt2020', 'smpte2084', 'bt2020nc', 'tv'])
      expect(warnings).to.have.lengthOf(3)
      expect(warnings[0]).to.match(/HDR \(PQ\)/)
    })

    it('encodes RGB in the colours that players expect of its size', async () => {
      await plain('color=0x00ff00:s=1280x720:r=5:d=0.2,format=rgb24', '-c:v', 'png', file('rgb.mov'))
      await encode('rgb.mov', 'mp4', 720)
      expect((await colours('out.mp4')).slice(0, 3)).to.deep.equal(['bt709', 'bt709', 'bt709'])
      const pixel = await pixelOf('out.mp4')
      // Green in BT.709, each within what the encoder loses.
      ;[173, 42, 26].forEach((value, plane) => expect(pixel[plane]).to.be.closeTo(value, 3))
    })

    it('encodes the full range of some cameras as the usual one', async () => {
      await plain('color=white:s=64x36:r=5:d=0.2', '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', file('full.mov'))
      await encode('full.mov', 'mp4')
      expect((await pixelOf('out.mp4'))[0]).to.be.within(232, 238)
    })
  })

  describe('that end early', () => {
    const tone = (length: number): string[] => ['-f', 'lavfi', '-i', `sine=d=${length}`, '-c:a', 'aac']
    before(async () => {
      await makeWithFfmpeg(...picture(4), ...tone(4), ...SMALL, '-g', '25', file('whole.mkv'))
    })

    for (const extension of ['mp4', 'mkv', 'flv']) {
      it(`refuses an .${extension} of which the end was cut off, and says so`, async () => {
        const name = `cut.${extension}`
        await makeWithFfmpeg('-i', file('whole.mkv'), '-c', 'copy', '-movflags', '+faststart', file(name))
        await truncate(file(name), Math.round((await stat(file(name))).size / 2))
        const failure = await encode(name, 'webm').catch((error: unknown) => error)
        expect(failure).to.have.property('code', 'unsupported-video')
        expect((failure as Error).message).to.match(/^the input ends after [12]\.\d of 4\.\d s: ./)
      })
    }

    it('says what ffmpeg said of a damaged video that was encoded nevertheless', async () => {
      const bytes = await readFile(file('whole.mkv'))
      const middle = Math.round(bytes.length / 2)
      bytes.fill(0x55, middle, middle + 500)
      await writeFile(file('damaged.mkv'), bytes)
      const warnings: string[] = []
      await encode('damaged.mkv', 'mp4', 36, warnings)
      expect(warnings).to.have.lengthOf(1)
      expect(warnings[0]).to.match(/^ffmpeg said: ./)
    })

    it('takes streams that are not of one length, and what only another stream is long for', async () => {
      const two = ['-map', '0:v', '-map', '1:a', '-map', '2:a', '-c:a', 'aac']
      const others = [...picture(2), ...tone(1), ...tone(6)].filter(
        (option) => !['-c:a', 'aac'].includes(option),
      )
      for (const extension of ['mkv', 'mp4']) {
        await makeWithFfmpeg(...picture(1), ...tone(3), ...SMALL, file(`longer-sound.${extension}`))
        await makeWithFfmpeg(...others, ...two, ...SMALL, file(`longer-other.${extension}`))
        await makeWithFfmpeg(
          '-ss',
          '2.5',
          '-i',
          file('whole.mkv'),
          '-c',
          'copy',
          file(`trimmed.${extension}`),
        )
        for (const [name, seconds] of [
          ['longer-sound', 3],
          ['longer-other', 2],
          ['trimmed', 1.7],
        ] as const) {
          const warnings: string[] = []
          const made = await encode(`${name}.${extension}`, 'mp4', 36, warnings)
          expect(made.durationSeconds, `${name}.${extension}`).to.be.closeTo(seconds, 0.6)
          expect(warnings, `${name}.${extension}`).to.deep.equal([])
        }
      }
    })

    it('takes a last picture that a header holds for longer than ffmpeg does, and warns', async () => {
      const bytes = await readFile(file('whole.mkv'))
      const written = Buffer.from('00:00:04.0')
      for (let at = bytes.indexOf(written); at >= 0; at = bytes.indexOf(written, at + 1))
        bytes.write('00:00:06.0', at)
      const header = bytes.indexOf(Buffer.from([0x44, 0x89, 0x88])) + 3
      bytes.writeDoubleBE(6_000, header)
      await writeFile(file('held.mkv'), bytes)
      const warnings: string[] = []
      await encode('held.mkv', 'mp4', 36, warnings)
      expect(warnings.join()).to.match(/^the input ends after 4\.\d of 6\.\d s$/)
    })
  })
})
