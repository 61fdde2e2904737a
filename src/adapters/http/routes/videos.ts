import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Readable } from 'node:stream'
import { fileTypeFromFile } from 'file-type'
import type { VideoFormat } from '../../../application/ports/video-encoder.js'
import { JobServerError } from '../../../domain/errors.js'
import { isFinished, type Job } from '../../../domain/job.js'
import { scrubText } from '../../../domain/json.js'
import { DEFAULT_PACE } from '../body.js'
import type { HttpDeps } from '../deps.js'
import { isKnownTag, matches } from '../entity-tags.js'
import { inTurn } from '../in-turn.js'
import { mountPointOf } from '../mount-point.js'
import { RequestError } from '../problem.js'
import { readRange } from '../range.js'
import { route, type Route } from '../route.js'
import { jobParams } from '../schemas/common.js'
import { acceptedVideo, encodeFields, encodeForm, videoStatus } from '../schemas/videos.js'
import { withUpload, type Upload } from '../upload.js'
import { parse } from '../validate.js'
import { noSuchJob } from './jobs.js'

const DEFINITION_KEY = 'encode.video'
const MAX_NAME_LENGTH = 255
const MEDIA_TYPES: Readonly<Record<VideoFormat, string>> = {
  mp4: 'video/mp4',
  webm: 'video/webm',
  avi: 'video/x-msvideo',
}
/** Containers that file-type does not call video. */
const OTHER_VIDEO_TYPES = new Set(['application/ogg', 'application/vnd.ms-asf'])

export function videoRoutes(deps: HttpDeps): Route[] {
  return [encode(deps), status(deps), download(deps)]
}

function encode(deps: HttpDeps): Route {
  const { encoder, uploadDir, newId, limits } = deps
  return route({
    method: 'post',
    path: '/v1/videos/encode',
    operationId: 'encodeVideo',
    summary: 'Upload a video and start its encoding',
    tag: 'videos',
    access: 'submit',
    form: encodeForm,
    responses: {
      201: { description: 'Accepted', schema: acceptedVideo, headers: { Location: 'Address of the job' } },
    },
    problems: [
      'validation-error',
      'malformed-multipart',
      'request-timeout',
      'payload-too-large',
      'unsupported-media-type',
      'unsupported-video',
      'unknown-definition',
      'ffmpeg-unavailable',
      'backlog-full',
    ],
    async handle({ ctx }) {
      if (!(await encoder.isAvailable())) {
        throw new JobServerError('ffmpeg-unavailable', 'ffmpeg is not installed on this server', {
          retryAfterSeconds: 60,
        })
      }
      const path = join(uploadDir, `${newId()}.upload`)
      const pace = limits.bodyPace ?? DEFAULT_PACE
      const options = { field: 'video', path, maxFileBytes: limits.maxUploadBytes, pace }
      return withUpload(ctx, options, (upload) => accept(deps, upload, ctx.get('traceparent')))
    },
  })
}

async function accept({ encoder, files, enqueue }: HttpDeps, upload: Upload, traceparent: string) {
  const fields = parse(encodeFields, upload.fields)
  if ('flaws' in fields) {
    throw new JobServerError('validation-error', 'the form is not valid', { flaws: fields.flaws })
  }
  const { format = 'mp4', quality = '1080p', priority } = fields.value
  if (!(await looksLikeVideo(upload.path))) {
    throw new JobServerError('unsupported-video', 'the file is not a video of a known kind')
  }
  await encoder.probe(upload.path, upload.clientLeft)
  const kept = await files.keepUpload(upload.path, upload.originalName, upload.clientLeft)
  try {
    const answer = await enqueue({
      definitionKey: DEFINITION_KEY,
      params: {
        inputPath: kept.path,
        originalFilename: displayName(upload.originalName),
        format,
        quality,
      },
      priority,
      traceparent,
    })
    if ('error' in answer) throw answer.error
    const { id: jobId, status } = answer.job
    const message = 'Video encoding job created'
    return {
      status: 201,
      headers: { Location: `/v1/jobs/${jobId}` },
      body: { jobId, status, message, inputFile: kept.name },
    }
  } catch (error) {
    await files.remove(kept.path)
    throw error
  }
}

/** Names go into params, so they have to be storable; what a name may do to a terminal or a page is taken out. */
function displayName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) || 'file'
  return scrubText(last.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '_').slice(0, MAX_NAME_LENGTH))
}

/** By the first bytes, not by name or announced type. The encoder's probe says more, but reads more. */
async function looksLikeVideo(path: string): Promise<boolean> {
  try {
    const type = await fileTypeFromFile(path)
    return type !== undefined && (type.mime.startsWith('video/') || OTHER_VIDEO_TYPES.has(type.mime))
  } catch {
    // The sniffer throws on files that end within a header.
    return false
  }
}

function status({ queries }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/videos/:jobId/status',
    operationId: 'getVideoStatus',
    summary: 'How far an encoding is, and where its output is',
    tag: 'videos',
    access: 'read',
    params: jobParams,
    responses: { 200: { description: 'The status', schema: videoStatus } },
    problems: ['malformed-id', 'job-not-found', 'not-a-video-job'],
    async handle({ params: { jobId }, ctx }) {
      const job = await videoJob(queries, jobId)
      const output = outputOf(job)
      const downloadUrl = `${mountPointOf(ctx.req)}/v1/videos/${jobId}/download`
      return {
        status: 200,
        body: {
          jobId,
          status: job.status,
          definitionKey: job.definitionKey,
          progress: job.progress,
          errorSummary: job.errorSummary,
          ...(output === null ? {} : { ...output, downloadUrl }),
        },
      }
    },
  })
}

function download({ queries, files }: HttpDeps): Route {
  return route({
    method: 'get',
    path: '/v1/videos/:jobId/download',
    operationId: 'downloadVideo',
    summary: 'The encoded file; takes one range of bytes',
    tag: 'videos',
    access: 'read',
    params: jobParams,
    responses: {
      200: {
        description: 'The file',
        mediaType: 'video/*',
        headers: { 'Content-Disposition': 'With its name', ETag: 'For If-Range, If-Match and If-None-Match' },
      },
      206: { description: 'A part', mediaType: 'video/*', headers: { 'Content-Range': 'Which part' } },
      304: { description: 'The client has it', isEmpty: true },
    },
    problems: [
      'malformed-id',
      'validation-error',
      'job-not-found',
      'not-a-video-job',
      'video-not-ready',
      'video-gone',
      'precondition-failed',
      'range-not-satisfiable',
    ],
    async handle({ params: { jobId }, ctx }) {
      const job = await videoJob(queries, jobId)
      const output = outputOf(job)
      if (output === null) {
        throw new JobServerError('video-not-ready', `the encoding is ${job.status}`, {
          fields: { jobStatus: job.status },
        })
      }
      const size = await files.size(output.outputPath)
      if (size === null) throw new RequestError('video-gone', 'the encoded file was removed')
      const etag = `"${jobId}-${size}"`
      if (!matches(ctx.get('If-Match'), etag))
        throw new RequestError('precondition-failed', 'the encoded file is another one', {
          headers: { ETag: etag },
        })
      if (isKnownTag(ctx.get('If-None-Match'), etag)) return { status: 304, headers: { ETag: etag } }
      const ifRange = ctx.get('If-Range')
      const range = ifRange === '' || ifRange === etag ? readRange(ctx.req.headers.range, size) : null
      ctx.attachment(output.outputFilename)
      const { start, end } = range ?? { start: 0, end: size - 1 }
      const isTaken = ctx.method !== 'HEAD' && (await inTurn(ctx.res))
      const chunks = size === 0 ? [] : files.read(output.outputPath, { start, end })
      return {
        status: range === null ? 200 : 206,
        headers: {
          'Content-Type': mediaTypeOf(output.outputFilename),
          'Content-Length': String(end - start + 1),
          'Accept-Ranges': 'bytes',
          ETag: etag,
          ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${size}` }),
        },
        ...(isTaken ? { body: await begun(chunks) } : {}),
      }
    },
  })
}

/** A stream with its first bytes at hand: a file that cannot be read is found out while an error can still be told. */
async function begun(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Readable> {
  const stream = Readable.from(chunks)
  await once(stream, 'readable')
  return stream
}

async function videoJob(queries: HttpDeps['queries'], jobId: string): Promise<Job> {
  const record = await queries.get(jobId)
  if (record === null) throw noSuchJob()
  if (record.job.definitionKey !== DEFINITION_KEY) {
    throw new JobServerError('not-a-video-job', `only jobs of ${DEFINITION_KEY} have a video`)
  }
  return record.job
}

/** What a finished encoding says of its file; `null` while there is none. */
function outputOf(job: Job): { readonly outputPath: string; readonly outputFilename: string } | null {
  if (!isFinished(job) || job.status !== 'succeeded') return null
  const { outputPath, outputFilename } = (job.result ?? {}) as Readonly<Record<string, unknown>>
  return typeof outputPath === 'string' && typeof outputFilename === 'string'
    ? { outputPath, outputFilename }
    : null
}

function mediaTypeOf(filename: string): string {
  const format = extname(filename).slice(1).toLowerCase()
  return Object.hasOwn(MEDIA_TYPES, format) ? MEDIA_TYPES[format as VideoFormat] : 'application/octet-stream'
}
