import { once } from 'node:events'
import { openAsBlob, rmSync } from 'node:fs'
import { request, type ClientRequest, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import { inputArguments, outputArguments } from '../../src/adapters/ffmpeg/encode-arguments.js'
import { inspectMedia } from '../../src/adapters/ffmpeg/inspect-media.js'
import { get, Workplace } from '../../test/e2e/support/workplace.js'
import { tempDir } from '../../test/e2e/support/temp-dir.js'
import { sampleVideo, testTools } from '../../test/support/sample-video.js'
import type { Case } from '../support/bench.js'

const SAMPLE = { seconds: 20, width: 1_280, height: 720 }
const HEIGHT = 720
const THREADS = 2

/** Seconds from an upload to its file, and those that ffmpeg takes alone with the same arguments. */
export const videoCases: readonly Case[] = [
  { measure: 'video', subject: 'whole path', run: async () => ({ seconds: await wholePath() }) },
  { measure: 'video', subject: 'ffmpeg alone', run: async () => ({ seconds: await ffmpegAlone() }) },
]

/** Of the second video: server, isolate and this client have done it once, as with every other measure. */
async function wholePath(): Promise<number> {
  const place = new Workplace()
  try {
    const sample = await sampleVideo(join(place.path, 'sample.mp4'), SAMPLE)
    const api = await place.run('server').ready()
    const form = await uploadOf(sample)
    await encoded(api, form)
    const begun = performance.now()
    await encoded(api, form)
    return (performance.now() - begun) / 1_000
  } finally {
    await place.close()
  }
}

interface Form {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Made before it is timed, as the file's reader is the client. */
async function uploadOf(sample: string): Promise<Form> {
  const form = new FormData()
  form.set('format', 'mp4')
  form.set('quality', `${HEIGHT}p`)
  form.set('video', await openAsBlob(sample), 'sample.mp4')
  const whole = new Response(form)
  return {
    headers: { 'Content-Type': whole.headers.get('content-type') ?? '' },
    body: new Uint8Array(await whole.arrayBuffer()),
  }
}

async function encoded(api: string, { headers, body }: Form): Promise<void> {
  const answer = await exchange(request(`${api}/v1/videos/encode`, { method: 'POST', headers }).end(body))
  const { jobId } = JSON.parse(answer.toString()) as { jobId: string }
  for (;;) {
    const { status } = await get<{ status: string }>(`${api}/v1/jobs/${jobId}?wait=60`)
    if (status === 'succeeded') break
    if (status === 'failed') throw new Error('the video could not be encoded')
  }
  const file = await exchange(request(`${api}/v1/videos/${jobId}/download`).end())
  if (file.byteLength === 0) throw new Error('the file is empty')
}

/** By Node's own client: `fetch` takes twice as long for as many bytes, which is none of the server's time. */
async function exchange(asked: ClientRequest): Promise<Buffer> {
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  return Buffer.concat((await answer.toArray()) as Buffer[])
}

async function ffmpegAlone(): Promise<number> {
  const folder = tempDir()
  try {
    const { ffmpeg, ffprobe } = await testTools()
    const sample = await sampleVideo(join(folder.path, 'sample.mp4'), SAMPLE)
    const input = await inspectMedia(ffprobe, sample)
    const output = outputArguments(input, 'mp4', HEIGHT, THREADS)
    const begun = performance.now()
    await promisify(execFile)(ffmpeg, [
      ...inputArguments(input, THREADS),
      '-i',
      sample,
      '-y',
      ...output,
      join(folder.path, 'encoded.mp4'),
    ])
    return (performance.now() - begun) / 1_000
  } finally {
    rmSync(folder.path, { recursive: true, force: true })
  }
}
