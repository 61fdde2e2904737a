import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { locateTools, type Tools } from '../../src/adapters/ffmpeg/locate-tools.js'

export interface SampleVideo {
  /** Default 1. */
  readonly seconds?: number
  /** Pixels. Default 320 by 180. */
  readonly width?: number
  readonly height?: number
  /** Frames a second. Default 25. */
  readonly rate?: string
  /** Default true. */
  readonly audio?: boolean
  /** Further options before the output. */
  readonly options?: readonly string[]
}

let tools: Promise<Tools | null> | null = null

/** The real ffmpeg and ffprobe of this machine, or those of the npm packages. */
export async function testTools(): Promise<Tools> {
  const found = await (tools ??= locateTools())
  if (found === null) throw new Error('these tests need ffmpeg: npm ci brings it along')
  return found
}

/** Runs ffmpeg with these arguments, overwriting its output. */
export async function makeWithFfmpeg(...args: readonly string[]): Promise<void> {
  const { ffmpeg } = await testTools()
  await promisify(execFile)(ffmpeg, ['-nostdin', '-loglevel', 'error', '-y', ...args])
}

/** Makes a small H.264 video with a test picture and a tone, in the container that the path's extension names. */
export async function sampleVideo(path: string, sample: SampleVideo = {}): Promise<string> {
  const { seconds = 1, width = 320, height = 180, rate = '25', audio = true, options = [] } = sample
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=${width}x${height}:r=${rate}:d=${seconds}`]
  const tone = audio ? ['-f', 'lavfi', '-i', `sine=d=${seconds}`, '-c:a', 'aac'] : []
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']
  await makeWithFfmpeg(...picture, ...tone, ...codec, ...options, path)
  return path
}
