import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import type { ProbedVideo } from '../../application/ports/video-encoder.js'
import { JobServerError } from '../../domain/errors.js'
import { toolEnvironment } from './locate-tools.js'

const PROBE_TIMEOUT_MS = 10_000
const MAX_PROBE_BYTES = 4 * 1024 * 1024
const MAX_SIDE = 8_192
const MAX_DURATION_SECONDS = 6 * 3600
const MAX_FRAME_RATE = 240
const MAX_STREAMS = 64

/**
 * Containers that hold their media themselves. Everything else is refused inside ffmpeg too, at any depth: playlists and
 * subtitle tracks that name further files or URLs (HLS, ffconcat, AVI with GAB2) would read what they please.
 */
const CONTAINERS = ['mov', 'matroska', 'avi', 'mpegts', 'mpeg', 'flv', 'asf', 'ogg'] as const

/** What must stand before every input, whatever it claims to be. */
export const SAFE_INPUT: readonly string[] = [
  ...['-protocol_whitelist', 'file'],
  ...['-format_whitelist', CONTAINERS.join(',')],
  ...['-max_pixels', String(MAX_SIDE * MAX_SIDE)],
]

/**
 * What ffprobe says of a file, with width and height as they are displayed. Reads nothing but this file.
 *
 * @throws JobServerError `unsupported-video` when it is no video, or beyond the limits; `ffmpeg-unavailable` when ffprobe is gone.
 */
export async function inspectMedia(
  ffprobe: string,
  path: string,
  signal?: AbortSignal,
): Promise<ProbedVideo> {
  const file = await stat(path).catch(() => null)
  if (file?.isFile() !== true) throw unsupported('there is no such file')
  if (file.size === 0) throw unsupported('the file is empty')
  const { format = {}, streams = [] } = await probed(ffprobe, path, signal)

  const container = CONTAINERS.find((name) => format.format_name?.split(',').includes(name))
  if (container === undefined) throw unsupported('the file is not a video in a container that is taken here')
  if (streams.length > MAX_STREAMS) throw unsupported(`the file has more than ${MAX_STREAMS} streams`)
  const video = streams.find(
    (stream) => stream.codec_type === 'video' && stream.disposition?.attached_pic !== 1,
  )
  if (video === undefined) throw unsupported('the file has no video stream')
  const { codec_name: videoCodec, width = 0, height = 0 } = video
  if (!isKnown(videoCodec) || !(width > 0 && height > 0)) throw unsupported('its video cannot be decoded')
  if (width > MAX_SIDE || height > MAX_SIDE)
    throw unsupported(`its picture has ${width}x${height} pixels, at most ${MAX_SIDE} a side are taken`)

  const durationSeconds = Number(format.duration ?? video.duration)
  if (!(durationSeconds > 0)) throw unsupported('the file does not say how long it is')
  if (durationSeconds > MAX_DURATION_SECONDS)
    throw unsupported(`the video is longer than ${MAX_DURATION_SECONDS / 3600} hours`)
  const framesPerSecond = ratio(video.avg_frame_rate)
  if (framesPerSecond > MAX_FRAME_RATE)
    throw unsupported(`the video has more than ${MAX_FRAME_RATE} frames a second`)

  const audio = streams.find((stream) => stream.codec_type === 'audio')
  const onItsSide = Math.abs(rotationOf(video)) % 180 === 90
  return {
    width: onItsSide ? height : width,
    height: onItsSide ? width : height,
    durationSeconds: Math.round(durationSeconds * 1000) / 1000,
    videoCodec,
    audioCodec: isKnown(audio?.codec_name) ? audio.codec_name : null,
    sizeBytes: file.size,
    container,
    framesPerSecond,
  }
}

interface ProbeOutput {
  readonly format?: { readonly format_name?: string; readonly duration?: string }
  readonly streams?: readonly ProbeStream[]
}
interface ProbeStream {
  readonly codec_type?: string
  readonly codec_name?: string
  readonly width?: number
  readonly height?: number
  readonly duration?: string
  readonly avg_frame_rate?: string
  readonly disposition?: { readonly attached_pic?: number }
  readonly tags?: { readonly rotate?: string }
  readonly side_data_list?: readonly { readonly rotation?: number }[]
}

async function probed(ffprobe: string, path: string, signal: AbortSignal | undefined): Promise<ProbeOutput> {
  const args = ['-v', 'error', ...SAFE_INPUT, '-print_format', 'json', '-show_format', '-show_streams']
  const options = {
    timeout: PROBE_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_PROBE_BYTES,
    env: toolEnvironment(),
  } as const
  const said = await new Promise<string>((done, fail) => {
    // Not by the `signal` option: that one rejects while the process still runs.
    const kill = (): boolean => child.kill('SIGKILL')
    const child = execFile(ffprobe, [...args, '-i', `file:${path}`], options, (error, stdout) => {
      signal?.removeEventListener('abort', kill)
      if (signal?.aborted === true) fail(reasonOf(signal))
      else if (error !== null) fail(probeError(error))
      else done(stdout)
    })
    child.stdin?.end()
    signal?.addEventListener('abort', kill)
    if (signal?.aborted === true) kill()
  })
  try {
    return JSON.parse(said) as ProbeOutput
  } catch (error) {
    throw unavailable(error)
  }
}

/** What a file can do to ffprobe, other than to displease it. */
const CRASHES = new Set(['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL'])

function probeError(error: Error & { code?: unknown; killed?: boolean; signal?: string }): Error {
  if (error.code === 'ENOENT' || error.code === 'EACCES') return unavailable(error)
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return unsupported('the file has too many streams')
  if (error.killed === true)
    return unsupported(`the file could not be read within ${PROBE_TIMEOUT_MS / 1000} s`)
  if (CRASHES.has(error.signal ?? '')) return unsupported('the file makes ffprobe crash')
  // A plain exit code: ffprobe ran and did not like the file. Anything else is this machine's trouble.
  return typeof error.code === 'number' ? unsupported('the file is not a video that can be read') : error
}

export function unavailable(cause?: unknown): JobServerError {
  return new JobServerError('ffmpeg-unavailable', 'ffmpeg and ffprobe are not there, or do not run', {
    ...(cause === undefined ? {} : { cause }),
    retryAfterSeconds: 30,
  })
}

/** Why a signal was aborted, always as an error. */
export function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted')
}

function unsupported(message: string): JobServerError {
  return new JobServerError('unsupported-video', message)
}

function isKnown(codec: string | undefined): codec is string {
  return codec !== undefined && codec !== 'unknown' && codec !== 'none'
}

/** The older tools write a tag, the newer ones side data. */
function rotationOf(stream: ProbeStream): number {
  const side = stream.side_data_list?.find(({ rotation }) => rotation !== undefined)
  const degrees = side?.rotation ?? Number(stream.tags?.rotate ?? 0)
  return Number.isFinite(degrees) ? Math.round(degrees) : 0
}

function ratio(text = '0/0'): number {
  const [numerator = 0, denominator = 0] = text.split('/').map(Number)
  return numerator > 0 && denominator > 0 ? numerator / denominator : 0
}
