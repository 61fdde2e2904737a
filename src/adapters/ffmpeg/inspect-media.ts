import { stat } from 'node:fs/promises'
import type { Colour, ProbedVideo } from '../../application/ports/video-encoder.js'
import { runFfprobe, unavailable, unsupported } from './ffprobe-process.js'
import { measureVideo, type Measured } from './measure-video.js'
import { Turns } from './turns.js'

const MAX_PROBE_LENGTH = 4 * 1024 * 1024
const MAX_SIDE = 8_192
/** Of inputs as they say, and of what is encoded whatever they say. */
export const MAX_DURATION_SECONDS = 6 * 3600
const MAX_FRAME_RATE = 240
const MAX_STREAMS = 64
/** Below this average ffmpeg takes the average for the rate of frames that come at any time; from it on, how finely they are timed. */
const FAST_FRAME_RATE = 70

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

const QUIET = ['-v', 'error', ...SAFE_INPUT]

/** Of those who look at files: most read a little of both ends, and some all of a file. */
export interface ProbeTurns {
  readonly looks: Turns
  readonly measures: Turns
}

/**
 * What ffprobe says of a file, with width and height as they are displayed. Reads nothing but this file.
 *
 * @throws JobServerError `unsupported-video` when it is no video, or beyond the limits; `ffmpeg-unavailable` when ffprobe is gone.
 */
export async function inspectMedia(
  ffprobe: string,
  path: string,
  signal?: AbortSignal,
  turns: ProbeTurns = { looks: new Turns(1), measures: new Turns(1) },
): Promise<ProbedVideo> {
  const file = await stat(path).catch(() => null)
  if (file?.isFile() !== true) throw unsupported('there is no such file')
  if (file.size === 0) throw unsupported('the file is empty')
  const { format = {}, streams = [] } = await turns.looks.take(signal, () => probed(ffprobe, path, signal))

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

  const { seconds, framesPerSecond } = await timesOf(format, video, () =>
    turns.measures.take(signal, () =>
      measureVideo({ program: ffprobe, arguments: QUIET, path, signal, bytes: file.size }),
    ),
  )
  const audio = streams.find((stream) => stream.codec_type === 'audio')
  const onItsSide = Math.abs(rotationOf(video)) % 180 === 90
  return {
    width: onItsSide ? height : width,
    height: onItsSide ? width : height,
    durationSeconds: Math.round(seconds * 1000) / 1000,
    videoCodec,
    audioCodec: isKnown(audio?.codec_name) ? audio.codec_name : null,
    sizeBytes: file.size,
    container,
    framesPerSecond,
    isUneven: framesPerSecond >= FAST_FRAME_RATE && ratio(video.r_frame_rate) > MAX_FRAME_RATE,
    promisedSeconds: promisedSeconds(container, format, streams, [
      video,
      ...(audio === undefined ? [] : [audio]),
    ]),
    colour: colourOf(video),
    hasUnnamedChannels: hasUnnamedChannels(audio),
  }
}

interface ProbeOutput {
  readonly format?: ProbeFormat
  readonly streams?: readonly ProbeStream[]
}
interface ProbeFormat {
  readonly format_name?: string
  readonly start_time?: string
  readonly duration?: string
}
interface ProbeStream {
  readonly codec_type?: string
  readonly codec_name?: string
  readonly width?: number
  readonly height?: number
  readonly start_time?: string
  readonly duration?: string
  readonly avg_frame_rate?: string
  readonly r_frame_rate?: string
  readonly pix_fmt?: string
  readonly color_primaries?: string
  readonly color_transfer?: string
  readonly color_space?: string
  readonly color_range?: string
  readonly channels?: number
  readonly channel_layout?: string
  readonly disposition?: { readonly attached_pic?: number }
  readonly tags?: { readonly rotate?: string; readonly DURATION?: string }
  readonly side_data_list?: readonly { readonly rotation?: number }[]
}

/** Length and frame rate: what the file says, and what it does not say, or not believably, as measured. */
async function timesOf(
  format: ProbeFormat,
  video: ProbeStream,
  measure: () => Promise<Measured>,
): Promise<Measured> {
  const said = Number(format.duration ?? video.duration)
  const rate = ratio(video.avg_frame_rate)
  const hasLength = said > 0
  if (hasLength) atMostSixHours(said)
  if (hasLength && rate <= MAX_FRAME_RATE) return { seconds: said, framesPerSecond: rate }
  const measured = await measure()
  atMostSixHours(measured.seconds)
  if (measured.framesPerSecond > MAX_FRAME_RATE)
    throw unsupported(`the video has more than ${MAX_FRAME_RATE} frames a second`)
  return {
    seconds: hasLength ? said : measured.seconds,
    // A rate that its frames do not have is none: it is how finely the container counts time.
    framesPerSecond: rate <= MAX_FRAME_RATE ? rate : 0,
  }
}

function atMostSixHours(seconds: number): void {
  if (seconds > MAX_DURATION_SECONDS)
    throw unsupported(`the video is longer than ${MAX_DURATION_SECONDS / 3600} hours`)
}

/**
 * How long the encoded streams are by a header, and not as found by reading the file's end; `null` when only another stream
 * may be that long. Too little where in doubt: headers count from zero or from the first picture.
 */
function promisedSeconds(
  container: string,
  format: ProbeFormat,
  streams: readonly ProbeStream[],
  encoded: readonly ProbeStream[],
): number | null {
  const start = Math.max(0, Number(format.start_time ?? 0))
  const whole = Number(format.duration) - start
  if (!HEADED.has(container) || !(whole > 0)) return null
  const longest = Math.max(...encoded.map(endOf)) - start
  if (Number.isFinite(longest)) return Math.min(whole, longest)
  return streams.length === encoded.length ? whole : null
}

/** Containers whose headers say how long they are. */
const HEADED = new Set(['mov', 'matroska', 'avi', 'flv', 'asf'])

function endOf({ start_time: start = '0', duration, tags }: ProbeStream): number {
  if (duration !== undefined) return Number(start) + Number(duration)
  const [hours = NaN, minutes = NaN, seconds = NaN] = (tags?.DURATION ?? '').split(':').map(Number)
  return hours * 3600 + minutes * 60 + seconds
}

function colourOf(video: ProbeStream): Colour {
  const said = (name = ''): string => (name === 'unknown' ? '' : name)
  return {
    primaries: said(video.color_primaries),
    transfer: said(video.color_transfer),
    matrix: said(video.color_space),
    range: said(video.color_range),
    isRgb: /rgb|bgr|gbr|pal8/.test(video.pix_fmt ?? ''),
  }
}

/** Beyond eight, ffmpeg of different years do not know each other's names. */
function hasUnnamedChannels(audio: ProbeStream | undefined): boolean {
  const { channels = 0, channel_layout: layout = 'unknown' } = audio ?? {}
  return channels > 8 || (channels > 2 && layout === 'unknown')
}

async function probed(ffprobe: string, path: string, signal: AbortSignal | undefined): Promise<ProbeOutput> {
  let said = ''
  await runFfprobe({
    program: ffprobe,
    arguments: [...QUIET, '-print_format', 'json', '-show_format', '-show_streams'],
    path,
    signal,
    onText: (text) => {
      said += text
      if (said.length > MAX_PROBE_LENGTH) throw unsupported('the file has too many streams')
    },
  })
  try {
    return JSON.parse(said) as ProbeOutput
  } catch (error) {
    throw unavailable(error)
  }
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
