import type { ProbedVideo, VideoFormat } from '../../application/ports/video-encoder.js'
import { SAFE_INPUT } from './inspect-media.js'

const GLOBAL = ['-nostdin', '-hide_banner', '-loglevel', 'error', '-stats']
/** Frame rates that the old codecs of AVI files and their players know. */
const AVI_FRAME_RATES = ['24000/1001', '24', '25', '30000/1001', '30', '50', '60000/1001', '60']

/** Everything before `-i`: the demuxer is the probed one, never guessed anew. */
export function inputArguments(input: ProbedVideo, threads: number): string[] {
  return [...GLOBAL, ...SAFE_INPUT, '-threads', String(threads), '-f', input.container]
}

/**
 * Everything between the input and the output's name: one video stream, one audio stream where the input has one.
 *
 * Only options that ffmpeg has known from 2018 to today.
 */
export function outputArguments(
  input: ProbedVideo,
  format: VideoFormat,
  height: number,
  threads: number,
): string[] {
  return [
    ...['-map', '0:V:0', '-map', '0:a:0?', '-sn', '-dn', '-map_chapters', '-1'],
    // The width follows, even as the codecs want it.
    ...['-vf', `scale=-2:${height}`, '-pix_fmt', 'yuv420p'],
    ...VIDEO[format](input, height),
    ...(input.audioCodec === null
      ? ['-an']
      : // Not every encoder takes more than two channels.
        ['-af', 'aformat=channel_layouts=mono|stereo', ...AUDIO[format]]),
    ...['-threads', String(threads), '-max_muxing_queue_size', '4096', '-f', format],
  ]
}

const VIDEO: Readonly<Record<VideoFormat, (input: ProbedVideo, height: number) => string[]>> = {
  mp4: () => ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-movflags', '+faststart'],
  // VP8 takes a third of VP9's time; its constant quality needs a bit rate as its ceiling.
  webm: (_input, height) => [
    ...['-c:v', 'libvpx', '-deadline', 'good', '-cpu-used', '5', '-crf', '12'],
    ...['-b:v', `${Math.ceil((height * height) / 200)}k`],
  ],
  // AVI has one fixed frame rate, and MPEG-4 part 2 no fine time base.
  avi: (input) => ['-c:v', 'mpeg4', '-vtag', 'XVID', '-q:v', '4', '-r', aviFrameRate(input.framesPerSecond)],
}

const AUDIO: Readonly<Record<VideoFormat, readonly string[]>> = {
  mp4: ['-c:a', 'aac', '-b:a', '160k'],
  webm: ['-c:a', 'libvorbis', '-q:a', '5'],
  avi: ['-c:a', 'libmp3lame', '-b:a', '192k'],
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
