import { JobHandle } from './job-handle.js'
import type { AnswerOf, Schemas } from './operations.js'
import type { CallOptions, Transport } from './transport.js'
import { sendForm, type UploadProgress } from './upload.js'

export interface EncodeOptions extends CallOptions {
  readonly format?: 'mp4' | 'webm' | 'avi' | undefined
  /** Greatest height. @default '1080p' */
  readonly quality?: '720p' | '1080p' | '4k' | undefined
  readonly priority?: number | undefined
  /** Name of the file; a `File` has its own. @default 'video' */
  readonly filename?: string | undefined
  /** Told while the file is on its way. */
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined
}

export class Videos {
  constructor(private readonly transport: Transport) {}

  /**
   * Sends a file and starts the job that encodes it. Only a 429 makes it send again: a second upload would be a second job.
   *
   * @param video a `File` of a page, or in Node `await openAsBlob(path)`, which is read as it is sent.
   * @throws ApiError `unsupported-video`, `payload-too-large`, `ffmpeg-unavailable` and others; ConnectionError.
   */
  async encode(video: Blob, options: EncodeOptions = {}): Promise<JobHandle> {
    const { signal, onProgress, filename = (video as { name?: string }).name ?? 'video', ...rest } = options
    const given = Object.entries(rest).filter(([, value]) => value !== undefined)
    const fields = given.map(([name, value]): [string, string] => [name, String(value)])
    const form = { path: '/v1/videos/encode', fields, file: { field: 'video', blob: video, filename } }
    const { jobId } = await sendForm<AnswerOf<'encodeVideo'>>(this.transport, form, { signal, onProgress })
    return new JobHandle(this.transport, jobId)
  }

  status(jobId: string, options: CallOptions = {}): Promise<Schemas['VideoStatus']> {
    return this.transport.json('GET', `/v1/videos/${encodeURIComponent(jobId)}/status`, options)
  }

  /**
   * The encoded file as the answer of `fetch`, whose `body` streams and whose `blob()` is all of it.
   *
   * @throws ApiError `video-not-ready`.
   */
  download(jobId: string, options: CallOptions = {}): Promise<Response> {
    return this.transport.stream(`/v1/videos/${encodeURIComponent(jobId)}/download`, options)
  }
}
