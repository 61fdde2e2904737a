import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type {
  EncodeRequest,
  MediaFacts,
  ProbedVideo,
  VideoEncoder,
} from '../../application/ports/video-encoder.js'
import { JobServerError } from '../../domain/errors.js'
import { colourWarning } from './colour.js'
import { inputArguments, isIrregular, outputArguments } from './encode-arguments.js'
import { runFfmpeg } from './ffmpeg-process.js'
import { unavailable, unsupported } from './ffprobe-process.js'
import { inspectMedia } from './inspect-media.js'
import { frameRateOption, locateTools, type Tools, type ToolSources } from './locate-tools.js'
import { Turns } from './turns.js'

export interface FfmpegOptions extends ToolSources {
  /** Threads of each encode, for decoder and encoder each. Default 2. */
  readonly threads?: number
  /** From SIGTERM to SIGKILL after an abort; what ffmpeg would still write is thrown away. Default 500 ms. */
  readonly killGraceMs?: number
  /**
   * Whether each ffmpeg has a process group of its own. Not where this process has one already, and all that is in it ends with
   * it. Default true.
   */
  readonly ownGroup?: boolean
  /** How soon tools that were missing are looked for again. Default 3 s. */
  readonly searchAgainMs?: number
}

/** However many uploads end at the same moment. */
const LOOKS_AT_ONCE = 4
/** Of files that have to be read to their ends, which takes minutes: no other has to wait for these. */
const MEASURES_AT_ONCE = 2
/** An encode that goes on has written to its output since then. */
const ABANDONED_MS = 10_000

/**
 * Encodes with ffmpeg, through fluent-ffmpeg.
 *
 * An output is written as `.partial-…` beside its final name, synced, and renamed only when complete; the next encode to that
 * name that succeeds removes what a killed server left, and the store sweeps the rest. Encodes may run at the same time, also to one name: each complete output replaces the one before.
 */
export class FfmpegVideoEncoder implements VideoEncoder {
  private found: Tools | null = null
  private search: Promise<Tools | null> | null = null
  private missedAt = -Infinity
  private readonly turns = { looks: new Turns(LOOKS_AT_ONCE), measures: new Turns(MEASURES_AT_ONCE) }

  constructor(private readonly options: FfmpegOptions = {}) {}

  async isAvailable(): Promise<boolean> {
    return (await this.locate()) !== null
  }

  async probe(path: string, signal?: AbortSignal): Promise<ProbedVideo> {
    return this.inspect(await this.tools(), path, signal)
  }

  async encode(request: EncodeRequest): Promise<MediaFacts> {
    const { inputPath, input, outputPath, format, height, signal } = request
    signal.throwIfAborted()
    const tools = await this.tools()
    const threads = this.options.threads ?? 2
    const partial = `${partialPrefix(outputPath)}${randomUUID().slice(0, 8)}`
    const rateOption = isIrregular(input, format) ? await frameRateOption(tools.ffmpeg) : undefined
    const startedAt = Date.now()
    let reported = -1
    const report = (percent: number): void => {
      const rounded = Math.round(Math.min(100, percent) * 10) / 10
      if (!(rounded > reported)) return
      reported = rounded
      request.onProgress(rounded)
    }
    try {
      await mkdir(dirname(outputPath), { recursive: true })
      const remarks = await runFfmpeg({
        program: tools.ffmpeg,
        inputPath,
        inputArguments: inputArguments(input, threads),
        outputPath: partial,
        outputArguments: ['-y', ...outputArguments(input, format, height, threads, rateOption)],
        signal,
        killGraceMs: this.options.killGraceMs ?? 500,
        ownGroup: this.options.ownGroup ?? true,
        // 100 is said when the file is there.
        onTime: (seconds) => {
          report(Math.min(99.9, (seconds / input.durationSeconds) * 100))
        },
      })
      const [made] = await Promise.all([
        this.inspect(tools, partial, signal).catch(notPlayable),
        sync(partial),
      ])
      signal.throwIfAborted()
      const warnings = [
        input.colour === undefined ? '' : colourWarning(input.colour),
        missingOf(input, made, remarks),
        remarks === '' ? '' : `ffmpeg said: ${remarks}`,
      ]
      await rename(partial, outputPath)
      await removeLeftovers(outputPath, startedAt - ABANDONED_MS).catch(() => undefined)
      report(100)
      warnings.filter((text) => text !== '').forEach(request.onWarning)
      return factsOf(made)
    } catch (error) {
      throw withoutPath(error)
    } finally {
      await rm(partial, { force: true }).catch(() => undefined)
    }
  }

  private async inspect(tools: Tools, path: string, signal?: AbortSignal): Promise<ProbedVideo> {
    try {
      return await inspectMedia(tools.ffprobe, path, signal, this.turns)
    } catch (error) {
      if (error instanceof JobServerError && error.code === 'ffmpeg-unavailable') this.found = null
      throw error
    }
  }

  private async tools(): Promise<Tools> {
    const tools = await this.locate()
    if (tools === null) throw unavailable()
    return tools
  }

  /** Looks once and remembers what it found; what is missing is looked for again, but not for every caller. */
  private async locate(): Promise<Tools | null> {
    if (this.found !== null) return this.found
    if (this.search === null && performance.now() - this.missedAt < (this.options.searchAgainMs ?? 3_000))
      return null
    this.search ??= locateTools(this.options).then((tools) => {
      this.found = tools
      this.search = null
      if (tools === null) this.missedAt = performance.now()
      return tools
    })
    return this.search
  }
}

function factsOf({
  width,
  height,
  durationSeconds,
  videoCodec,
  audioCodec,
  sizeBytes,
}: ProbedVideo): MediaFacts {
  return { width, height, durationSeconds, videoCodec, audioCodec, sizeBytes }
}

function notPlayable(error: unknown): never {
  if (!(error instanceof JobServerError) || error.code !== 'unsupported-video') throw error
  throw unsupported(`ffmpeg made no playable video: ${error.message}`)
}

/**
 * What to say of an output that is shorter than its input's header promised.
 *
 * @throws JobServerError `unsupported-video` when ffmpeg stumbled, too: the input is not whole. Without that the last picture may
 *   just stay for long.
 */
function missingOf(input: ProbedVideo, made: MediaFacts, remarks: string): string {
  const promisedSeconds = input.promisedSeconds ?? 0
  const missing = promisedSeconds - made.durationSeconds
  if (missing <= Math.max(1, 0.02 * promisedSeconds)) return ''
  const text = `the input ends after ${made.durationSeconds.toFixed(1)} of ${promisedSeconds.toFixed(1)} s`
  if (remarks !== '') throw unsupported(`${text}: ${remarks}`)
  return text
}

/** The file system's errors name the server's folders. */
function withoutPath(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException
  return path === undefined ? error : new Error(`the output cannot be written (${code})`, { cause: error })
}

function partialPrefix(outputPath: string): string {
  return join(dirname(outputPath), `.partial-${basename(outputPath)}-`)
}

/** What earlier encodes to the same output have left, unless somebody has written to it since. */
async function removeLeftovers(outputPath: string, sinceMs: number): Promise<void> {
  const prefix = partialPrefix(outputPath)
  for (const name of await readdir(dirname(outputPath))) {
    const path = join(dirname(outputPath), name)
    if (path.startsWith(prefix) && (await stat(path)).mtimeMs < sinceMs) await rm(path, { force: true })
  }
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
