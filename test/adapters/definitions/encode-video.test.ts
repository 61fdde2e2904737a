import { copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { encodeVideo, evenHeight, outputStem } from '../../../src/adapters/definitions/encode-video.js'
import { FfmpegVideoEncoder } from '../../../src/adapters/ffmpeg/ffmpeg-video-encoder.js'
import { createLocalFileStore, type LocalFileStore } from '../../../src/adapters/files/local-file-store.js'
import type {
  EncodeRequest,
  ProbedVideo,
  VideoEncoder,
} from '../../../src/application/ports/video-encoder.js'
import { JobServerError } from '../../../src/domain/errors.js'
import type { AnyJobDefinition } from '../../../src/domain/job-definition.js'
import { eventually } from '../../support/eventually.js'
import { sampleVideo } from '../../support/sample-video.js'
import { processesNaming } from '../../support/processes.js'
import { runRecorded } from './recording-context.js'

const FACTS: ProbedVideo = {
  width: 640,
  height: 361,
  durationSeconds: 10,
  videoCodec: 'h264',
  audioCodec: null,
  sizeBytes: 1,
  container: 'mov',
  framesPerSecond: 25,
}

describe('definitions: encode.video', () => {
  let folder: string
  let files: LocalFileStore
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'encode-video-'))
    files = await createLocalFileStore({ dataDir: join(folder, 'data'), newId: () => '0001' })
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const failureOf = (result: Promise<unknown>): Promise<unknown> => result.catch((error: unknown) => error)

  describe('with the real ffmpeg', () => {
    let definition: AnyJobDefinition
    let path: string
    const encoder = new FfmpegVideoEncoder()
    before(async () => {
      definition = encodeVideo(encoder, files)
      const temporary = join(files.uploadTempDir, 'x')
      await sampleVideo(join(folder, 'sample.mp4'), { width: 1280, height: 722, rate: '10' })
      await copyFile(join(folder, 'sample.mp4'), temporary)
      ;({ path } = await files.keepUpload(temporary, 'Mein Vidéo.mp4'))
    })

    it('encodes an upload to the quality, and says what came out', async () => {
      const run = runRecorded(definition, { inputPath: path, quality: '720p' })
      const outputFilename = '0001-Mein_Video-720p.mp4'
      const outputPath = `outputs/${outputFilename}`
      const result = (await run.result) as Record<string, unknown>
      const { outputPath: _path, outputFilename: _name, ...withoutNames } = result
      const facts = await encoder.probe(files.resolve(outputPath))
      expect(facts).to.include({ container: 'mov', framesPerSecond: 10 })
      expect(facts).to.include(withoutNames)
      expect(facts).to.include({ height: 720, videoCodec: 'h264', audioCodec: 'aac' })
      expect(run.events).to.have.lengthOf(1)
      expect(run.events[0]).to.have.property('type', 'completed')
      expect(run.events[0]?.payload).to.include({
        outputPath,
        outputFilename,
        height: 720,
        requestedHeight: 720,
      })
      const percents = run.progress.map(([percent]) => percent)
      expect(percents[0]).to.equal(0)
      expect(percents.at(-1)).to.equal(100)
      expect(percents).to.deep.equal([...new Set(percents)].sort((a, b) => a - b))
    })

    it('upscales nothing, and says so', async () => {
      const run = runRecorded(definition, { inputPath: path, quality: '4k', format: 'webm' })
      expect(await run.result).to.include({ height: 722, outputFilename: '0001-Mein_Video-4k.webm' })
      expect(run.events[0]?.payload).to.include({ height: 722, requestedHeight: 2160, upscaled: false })
    })

    it('leaves no process and no file when it is cancelled', async () => {
      const outputs = join(files.dataDir, 'outputs')
      const before = await readdir(outputs)
      const temporary = join(files.uploadTempDir, 'long')
      // Long enough to be still at work when it is cancelled.
      await sampleVideo(temporary, { seconds: 20, width: 640, height: 360, options: ['-f', 'mp4'] })
      const { path: inputPath } = await files.keepUpload(temporary, 'long.mp4')
      const controller = new AbortController()
      const run = runRecorded(definition, { inputPath, format: 'avi' }, controller.signal)
      const failure = failureOf(run.result)
      await eventually(async () => (await readdir(outputs)).length > before.length)
      expect(await processesNaming(folder)).to.have.lengthOf(1)
      controller.abort(new Error('the job was cancelled'))
      expect(await failure).to.have.property('message', 'the job was cancelled')
      expect(await processesNaming(folder)).to.deep.equal([])
      expect(await readdir(outputs)).to.deep.equal(before)
    })

    for (const inputPath of ['../sample.mp4', '/etc/passwd', 'jobs.db', 'uploads/missing.mp4', 'outputs']) {
      it(`fails for good on the input ${inputPath}`, async () => {
        expect(await failureOf(runRecorded(definition, { inputPath }).result)).to.have.property(
          'name',
          'PermanentError',
        )
      })
    }
  })

  describe('with a scripted encoder', () => {
    before(async () => {
      for (const name of ['x', 'x.mp4']) await writeFile(files.resolve(`uploads/${name}`), 'a video')
    })
    const requests: EncodeRequest[] = []
    const scripted = (script: Partial<VideoEncoder>): AnyJobDefinition =>
      encodeVideo(
        {
          isAvailable: () => Promise.resolve(true),
          probe: () => Promise.resolve(FACTS),
          encode: (request) => {
            requests.push(request)
            for (const percent of [0, 12.5, 99.9, 100]) request.onProgress(percent)
            return Promise.resolve({ ...FACTS, height: request.height })
          },
          ...script,
        },
        files,
      )

    it('asks for an even height of at most the input, and passes the signal on', async () => {
      const { signal } = new AbortController()
      const run = runRecorded(scripted({}), { inputPath: 'uploads/x.mp4' }, signal)
      await run.result
      expect(requests.at(-1)).to.include({ height: 360, input: FACTS, format: 'mp4', signal })
      expect(run.progress).to.deep.equal([
        [0, 'probing'],
        [12.5, 'encoding'],
        [99.9, 'encoding'],
        [100, 'completed'],
      ])
    })

    for (const step of ['probe', 'encode'] as const) {
      it(`fails for good when ${step} says that the input is to blame, and in the ordinary way otherwise`, async () => {
        const failing = (error: Error): Promise<unknown> => {
          const definition = scripted({ [step]: () => Promise.reject(error) })
          return failureOf(runRecorded(definition, { inputPath: 'uploads/x' }).result)
        }
        const unsupported = new JobServerError('unsupported-video', 'the file has no video stream')
        expect(await failing(unsupported)).to.include({
          name: 'PermanentError',
          message: 'unsupported video: the file has no video stream',
        })
        const missing = new JobServerError('ffmpeg-unavailable', 'not there')
        expect(await failing(missing)).to.equal(missing)
      })
    }

    it('writes what the encoder warns of to the log of the job', async () => {
      const definition = scripted({
        encode: (request) => {
          request.onWarning('a picture was damaged')
          return Promise.resolve(FACTS)
        },
      })
      const run = runRecorded(definition, { inputPath: 'uploads/x' })
      await run.result
      expect(run.warnings).to.deep.equal(['a picture was damaged'])
    })
  })

  it('knows which height comes out', () => {
    const cases = [
      [1080, 720, 720],
      [480, 1080, 480],
      [481, 1080, 480],
      [2, 720, 2],
      [1, 720, 2],
    ] as const
    for (const [input, most, height] of cases) expect(evenHeight(input, most)).to.equal(height)
  })

  it('names outputs after stored uploads, and never two others alike', () => {
    expect(outputStem('uploads/0001-video.mp4')).to.equal('0001-video')
    expect(outputStem('uploads/./0001-video.tar.mp4')).to.equal('0001-video.tar')
    const others = ['uploads/ä.mp4', 'uploads/ö.mp4', 'uploads/a/x.mp4', 'uploads/b/x.mp4', 'outputs/x.mp4']
    const stems = others.map(outputStem)
    expect(new Set(stems).size).to.equal(others.length)
    for (const stem of stems) expect(stem).to.match(/^[A-Za-z0-9][A-Za-z0-9_-]*$/)
  })
})
