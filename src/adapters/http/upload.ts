import { createWriteStream, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import multer from '@koa/multer'
import type { Context } from 'koa'
import { JobServerError, StorageUnavailableError } from '../../domain/errors.js'
import { checkType, refuseWhenRead, watchBody, type BodyPace } from './body.js'
import { RequestError } from './problem.js'

export interface Upload {
  /** Absolute; removed when the reader is done, unless it was moved away. */
  readonly path: string
  /** As the client sent it: never part of a path. */
  readonly originalName: string
  readonly fields: Readonly<Record<string, unknown>>
  /** Aborted when the client leaves: nobody waits for what becomes of the upload. */
  readonly clientLeft: AbortSignal
}

export interface UploadOptions {
  readonly field: string
  /** Absolute path that nothing else uses. */
  readonly path: string
  readonly maxFileBytes: number
  readonly pace: BodyPace
}

const FIELD_LIMITS = { files: 1, fields: 20, parts: 21, fieldNameSize: 100, fieldSize: 1000, headerPairs: 50 }
/** Room for boundaries and text fields beside the file. */
const ENVELOPE_BYTES = 1024 * 1024
const NO_SPACE = new Set([
  'ENOSPC',
  'EDQUOT',
  'EIO',
  'EROFS',
  'EMFILE',
  'ENFILE',
  'ENOENT',
  'EACCES',
  'EPERM',
])

/**
 * Receives a multipart body with one file, hands it to `use`, and leaves no temporary file behind, however it ends: a
 * refusal, an abort of the client, a stall, an error of `use`.
 *
 * @throws RequestError, JobServerError `validation-error`, StorageUnavailableError when the disk does not take it.
 */
export async function withUpload<T>(
  ctx: Context,
  options: UploadOptions,
  use: (upload: Upload) => Promise<T>,
): Promise<T> {
  checkType(ctx.req, /^multipart\/form-data[ \t]*(;|$)/i, 'multipart/form-data')
  const limit = options.maxFileBytes + ENVELOPE_BYTES
  if (Number(ctx.req.headers['content-length'] ?? 0) > limit) throw tooLarge(options.maxFileBytes)
  refuseWhenRead(ctx.req)
  const target = new TemporaryFile(options.path)
  const left = new AbortController()
  ctx.res.once('close', () => {
    left.abort(new RequestError('malformed-multipart', 'the client left before its upload was kept'))
  })
  try {
    await receive(ctx, options, target, limit)
    const { file, request } = ctx as { file?: multer.File; request: { body?: Record<string, unknown> } }
    if (file === undefined) throw missing(options.field)
    return await use({
      path: options.path,
      originalName: file.originalname,
      fields: { ...request.body },
      clientLeft: left.signal,
    })
  } finally {
    await target.discard()
  }
}

/** Resolves when all is on disk; rejects at once on a fault, without waiting for the rest of the body. */
async function receive(
  ctx: Context,
  options: UploadOptions,
  target: TemporaryFile,
  limit: number,
): Promise<void> {
  const { field, maxFileBytes, pace } = options
  const upload = multer({
    storage: target,
    limits: { ...FIELD_LIMITS, fileSize: maxFileBytes },
    defParamCharset: 'utf8',
    // Else a file that is called `..` counts as no file; names are never used as paths anyway.
    preservePath: true,
  } as multer.Options)
  let stopWatching: () => void = () => undefined
  try {
    await new Promise<void>((resolve, reject) => {
      stopWatching = watchBody(ctx.req, limit, pace, (fault) => {
        reject(fault.code === 'payload-too-large' ? tooLarge(maxFileBytes) : fault)
      })
      const received = upload.single(field)(ctx, () => Promise.resolve()) as Promise<void>
      received.then(resolve, (error: unknown) => {
        reject(refusalOf(error, field, maxFileBytes))
      })
    })
  } finally {
    stopWatching()
  }
}

/** The one file of an upload, from its first byte to its removal. */
class TemporaryFile implements multer.StorageEngine {
  private stream: WriteStream | null = null
  private discarded = false

  constructor(private readonly path: string) {}

  _handleFile(
    _request: unknown,
    file: multer.File,
    done: (error?: unknown, info?: multer.File) => void,
  ): void {
    if (this.discarded) {
      done(new Error('the upload was given up'))
      return
    }
    const { stream } = file as multer.File & { readonly stream: Readable }
    this.stream = createWriteStream(this.path, { flags: 'wx', mode: 0o660 })
    pipeline(stream, this.stream, (error) => {
      if (error) done(error)
      else done(undefined, { ...file, path: this.path })
    })
  }

  _removeFile(_request: unknown, _file: multer.File, done: (error: Error) => void): void {
    this.discard().then(done as () => void, done)
  }

  /** Ends writing and removes the file; nothing can be written any more. Idempotent. */
  async discard(): Promise<void> {
    this.discarded = true
    const { stream } = this
    if (stream === null) return
    if (!stream.closed) {
      // Removing before the descriptor is closed would let a pending open make the file anew.
      await new Promise<void>((resolve) => stream.once('close', resolve).destroy())
    }
    await rm(this.path, { force: true })
  }
}

function refusalOf(error: unknown, field: string, maxFileBytes: number): Error {
  const { code } = error as { code?: unknown }
  switch (code) {
    case 'LIMIT_FILE_SIZE':
      return tooLarge(maxFileBytes)
    case 'LIMIT_UNEXPECTED_FILE':
    case 'LIMIT_FILE_COUNT':
      return invalid(`/${field}`, `takes one file, in the field ${field}`)
    case 'LIMIT_FIELD_VALUE':
    case 'LIMIT_FIELD_KEY':
    case 'LIMIT_FIELD_COUNT':
    case 'LIMIT_PART_COUNT':
      return invalid('', 'has too many or too long fields')
  }
  if (typeof code === 'string' && NO_SPACE.has(code)) {
    return new StorageUnavailableError(error, 'the disk does not take the upload')
  }
  return new RequestError('malformed-multipart', 'the multipart body is malformed or was cut short')
}

function missing(field: string): JobServerError {
  return invalid(`/${field}`, 'a file is required')
}

function invalid(pointer: string, message: string): JobServerError {
  return new JobServerError('validation-error', 'the form is not valid', { flaws: [{ pointer, message }] })
}

function tooLarge(maxFileBytes: number): RequestError {
  return new RequestError('payload-too-large', `the file may have at most ${maxFileBytes} bytes`)
}
