import { runFfprobe, unsupported, type FfprobeRun } from './ffprobe-process.js'

export interface Measured {
  readonly seconds: number
  readonly framesPerSecond: number
}

/** Of a single picture, which has no distance to another. */
const ONE_FRAME_SECONDS = 0.04

/**
 * Measures a video by the times of its frames, for files that do not say. Reads the whole file, and keeps none of it.
 *
 * @throws JobServerError `unsupported-video` when there is no frame with a time.
 */
export async function measureVideo(run: Omit<FfprobeRun, 'onText'>): Promise<Measured> {
  let frames = 0
  let first = Infinity
  let last = -Infinity
  let rest = ''
  const take = (line: string): void => {
    const seconds = Number.parseFloat(line)
    if (!Number.isFinite(seconds)) return
    frames++
    first = Math.min(first, seconds)
    last = Math.max(last, seconds)
  }
  await runFfprobe({
    ...run,
    arguments: [
      ...run.arguments,
      ...['-select_streams', 'V:0', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'],
    ],
    onText: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      lines.forEach(take)
    },
  })
  take(rest)
  if (frames === 0) throw unsupported('the file does not say how long it is')
  const frameSeconds = frames === 1 ? ONE_FRAME_SECONDS : (last - first) / (frames - 1)
  const seconds = last - first + frameSeconds
  if (!(seconds > 0)) throw unsupported('all its pictures are of the same time')
  return { seconds, framesPerSecond: frames / seconds }
}
