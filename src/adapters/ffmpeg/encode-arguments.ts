import type { ProbedVideo, VideoFormat } from '../../application/ports/video-encoder.js'
import { colourArguments, colourConversion } from './colour.js'
import { MAX_DURATION_SECONDS, SAFE_INPUT } from './inspect-media.js'

const GLOBAL = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-stats']
/** Frame rates that the old codecs of AVI files and their players know. */
const AVI_FRAME_RATES = ['24000/1001', '24', '25', '30000/1001', '30', '50', '60000/1001', '60']
/**
 * What is encoded waits in memory until each stream has begun: pictures until there is sound. With 30 a second that is 18 minutes, some
 * hundred megabytes of ordinary 1080p, and gigabytes of pictures that nothing makes smaller, such as noise; ffmpeg knows no limit in bytes before 4.4.
 */
const MAX_WAITING_PACKETS = 32_768
/** The greatest even side that each format's video codec takes. */
const MAX_SIDE: Readonly<Record<VideoFormat, number>> = { mp4: 8_192, webm: 8_192, avi: 8_190 }

/** Everything before `-i`: the demuxer is the probed one, never guessed anew. */
export function inputArguments(input: ProbedVideo, threads: number): string[] {
  return [...GLOBAL, ...SAFE_INPUT, '-threads', String(threads), '-f', input.container]
}

/**
 * Everything between the input and the output's name: one video stream, one audio stream where the input has one, and none of
 * the input's metadata, which may say more than who publishes the output knows.
 *
 * Only options that ffmpeg has known from 2018 to today, but for `frameRateOption`.
 */
export function outputArguments(
  input: ProbedVideo,
  format: VideoFormat,
  height: number,
  threads: number,
  frameRateOption: '-vsync' | '-fps_mode' = '-vsync',
): string[] {
  return [
    ...['-map', '0:V:0', '-map', '0:a:0?', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    // A header may say less than there is; what goes beyond the limit is no playable video then.
    ...['-t', String(MAX_DURATION_SECONDS + 1)],
    ...['-vf', videoFilters(input, format, height).join(','), '-pix_fmt', 'yuv420p'],
    ...(input.colour === undefined ? [] : colourArguments(input.colour, height)),
    ...VIDEO[format](height),
    ...(isIrregular(input, format) ? [frameRateOption, 'vfr', ...NO_B_FRAMES] : []),
    ...(input.audioCodec === null
      ? ['-an']
      : ['-af', audioFilters(input, format).join(','), ...AUDIO[format]]),
    ...['-threads', String(threads), '-max_muxing_queue_size', String(MAX_WAITING_PACKETS), '-f', format],
  ]
}

/** Whether frames have to keep their times, since there is no rate to give them; the other formats see to it themselves. */
export function isIrregular(input: ProbedVideo, format: VideoFormat): boolean {
  return format === 'mp4' && (input.framesPerSecond === 0 || input.isUneven === true)
}

/** The muxer takes the time of the frame that is decoded last for the end, which must not be before a long last picture. */
const NO_B_FRAMES = ['-bf', '0']

const VIDEO: Readonly<Record<VideoFormat, (height: number) => string[]>> = {
  mp4: () => [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23'],
    ...['-movflags', '+faststart', '-write_tmcd', '0'],
  ],
  // VP8 takes a third of VP9's time; its constant quality needs a bit rate as its ceiling.
  webm: (height) => [
    ...['-c:v', 'libvpx', '-deadline', 'good', '-cpu-used', '5', '-crf', '12'],
    ...['-b:v', `${Math.ceil((height * height) / 200)}k`],
  ],
  avi: () => ['-c:v', 'mpeg4', '-vtag', 'XVID', '-q:v', '4'],
}

const AUDIO: Readonly<Record<VideoFormat, readonly string[]>> = {
  mp4: ['-c:a', 'aac', '-b:a', '160k'],
  webm: ['-c:a', 'libvorbis', '-q:a', '5'],
  avi: ['-c:a', 'libmp3lame', '-b:a', '192k'],
}

function videoFilters(input: ProbedVideo, format: VideoFormat, height: number): string[] {
  const size = pictureSize(input, format, height)
  return [
    // It takes no less than three lines of three; what is not marked as interlaced passes through.
    ...(Math.min(input.width, input.height) < 3 ? [] : ['yadif=deint=interlaced']),
    `scale=${size.width}:${size.height}${input.colour === undefined ? '' : colourConversion(input.colour, height)}`,
    // A line becomes a picture, whose shape would be beyond what MPEG-4 can say.
    ...(size.width * input.height > 2 * input.width * size.height ? ['setsar=1'] : []),
    // AVI has one fixed frame rate, and MPEG-4 part 2 no fine time base; `-r` would lose how long the last picture stays.
    ...(format === 'avi' ? [`fps=${aviFrameRate(input.framesPerSecond)}`] : []),
  ]
}

function audioFilters(input: ProbedVideo, format: VideoFormat): string[] {
  return [
    // What has more channels than anybody can name has its stereo sound in the first two.
    ...(input.hasUnnamedChannels === true ? ['pan=stereo|c0=c0|c1=c1'] : []),
    // AVI has no times: silence stands where no sound is.
    ...(format === 'avi' ? ['aresample=async=1:first_pts=0'] : []),
    // Not every encoder takes more than two channels.
    'aformat=channel_layouts=mono|stereo',
  ]
}

/** The picture at this height, its width following: even sides, neither greater than the format takes nor than the input's. */
function pictureSize(
  input: Pick<ProbedVideo, 'width' | 'height'>,
  format: VideoFormat,
  height: number,
): { readonly width: number; readonly height: number } {
  const even = (side: number, most: number): number =>
    Math.max(2, 2 * Math.floor(Math.min(side, most, MAX_SIDE[format]) / 2))
  const follows = 2 * Math.round((input.width * height) / input.height / 2)
  return { width: even(follows, input.width), height: even(height, height) }
}

/** The usual rate nearest to the input's. */
export function aviFrameRate(framesPerSecond: number): string {
  if (framesPerSecond <= 0) return '25'
  const distance = (rate: string): number => {
    const [numerator = 0, denominator = 1] = rate.split('/').map(Number)
    return Math.abs(numerator / denominator - framesPerSecond)
  }
  return AVI_FRAME_RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best))
}
