import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { z } from 'zod'
import { defineJob } from '../../application/default-registry.js'
import type { FileStore, FileWorkspace } from '../../application/ports/file-store.js'
import {
  MAX_HEIGHT,
  VIDEO_FORMATS,
  VIDEO_QUALITIES,
  type VideoEncoder,
} from '../../application/ports/video-encoder.js'
import { JobServerError } from '../../domain/errors.js'
import { PermanentError } from '../../domain/handler-signals.js'
import type { AnyJobDefinition } from '../../domain/job-definition.js'

/**
 * Of a path in UTF-8: as many as a key of S3 may have. PostgreSQL finds finished jobs by the files that they name, and an index of its takes no
 * name of more than 2,700 bytes: the job could not end.
 */
const MAX_PATH_BYTES = 1_024

const params = z.object({
  inputPath: z
    .string()
    .min(1)
    .max(MAX_PATH_BYTES)
    .refine((path) => Buffer.byteLength(path) <= MAX_PATH_BYTES, `must have at most ${MAX_PATH_BYTES} bytes`),
  originalFilename: z.string().max(1_024).optional(),
  format: z.enum(VIDEO_FORMATS).default('mp4'),
  quality: z.enum(VIDEO_QUALITIES).default('1080p'),
})

/** Encodes a stored video to a format and at most a height; a smaller one keeps its height, and the `completed` event says so. */
export function encodeVideo(encoder: VideoEncoder, files: Pick<FileStore, 'workspace'>): AnyJobDefinition {
  return defineJob({
    key: 'encode.video',
    version: 1,
    defaultMaxAttempts: 2,
    timeoutSeconds: 7200,
    concurrencyLimit: 3,
    params,
    async run({ inputPath, format, quality }, ctx) {
      await ctx.progress(0, 'probing')
      const workspace = openWorkspace(files, ctx.abortSignal)
      try {
        const path = await fetched(workspace, inputPath)
        const input = await supported(encoder.probe(path, ctx.abortSignal))
        const requestedHeight = MAX_HEIGHT[quality]
        const height = evenHeight(input.height, requestedHeight)
        const outputFilename = `${outputStem(inputPath)}-${quality}.${format}`
        const outputPath = `outputs/${outputFilename}`

        const encoding = encoder.encode({
          inputPath: path,
          input,
          outputPath: await workspace.place(outputPath),
          format,
          height,
          signal: ctx.abortSignal,
          onProgress: (percent) => {
            // The encode does not wait for its reports, nor fail with one; 100 is said below, when all is done.
            if (percent > 0 && percent < 100) ctx.progress(percent, 'encoding').catch(() => undefined)
          },
          onWarning: (text) => {
            ctx.logger.warn(text)
          },
        })
        const encoded = await supported(encoding)
        await workspace.keep(outputPath)

        await ctx.progress(100, 'completed')
        await ctx.emitEvent('completed', {
          outputPath,
          outputFilename,
          width: encoded.width,
          height: encoded.height,
          requestedHeight,
          upscaled: false,
          durationSeconds: encoded.durationSeconds,
          sizeBytes: encoded.sizeBytes,
        })
        return { outputPath, outputFilename, ...encoded }
      } finally {
        await workspace.close()
      }
    },
  }) as unknown as AnyJobDefinition
}

/** One that ends what it does when the job is told to stop. */
function openWorkspace(files: Pick<FileStore, 'workspace'>, signal: AbortSignal): FileWorkspace {
  signal.throwIfAborted()
  const workspace = files.workspace()
  signal.addEventListener('abort', () => void workspace.close(), { once: true })
  return workspace
}

async function fetched(workspace: FileWorkspace, inputPath: string): Promise<string> {
  const found = await workspace.fetch(inputPath).catch((error: unknown) => {
    if (!(error instanceof JobServerError) || error.code !== 'validation-error') throw error
    throw new PermanentError('inputPath does not lead to a stored file, such as uploads/<name>')
  })
  if (found === null) throw new PermanentError(`there is no file ${inputPath} where this worker looks`)
  return found
}

/** What is the matter with the input stays the matter at the next try. */
async function supported<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof JobServerError && error.code === 'unsupported-video')
      throw new PermanentError(`unsupported video: ${error.message}`)
    throw error
  }
}

/** Codecs want even sides, and nothing is upscaled: one line less at most. */
export function evenHeight(height: number, maxHeight: number): number {
  return Math.max(2, Math.floor(Math.min(height, maxHeight) / 2) * 2)
}

/** An upload's stored name is unique and harmless already; what was put there by hand gets a mark of its own. */
export function outputStem(inputPath: string): string {
  const path = posix.normalize(inputPath)
  const stem = posix.parse(path).name
  if (/^uploads\/[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/.test(path)) return stem
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 8)
  return `${stem.replace(/[^A-Za-z0-9-]+/g, '_').slice(0, 80)}-${mark}`.replace(/^[_-]+/, '')
}
