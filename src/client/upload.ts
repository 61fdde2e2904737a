import { ApiError, ConnectionError } from './errors.js'
import { randomKey } from './random-key.js'
import type { CallOptions, Transport } from './transport.js'

export interface UploadProgress {
  readonly sentBytes: number
  readonly totalBytes: number
}

export interface Form {
  readonly path: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly file: { readonly field: string; readonly blob: Blob; readonly filename: string }
}

interface UploadOptions extends CallOptions {
  readonly onProgress: ((progress: UploadProgress) => void) | undefined
}

/** Pages tell progress by XMLHttpRequest only; everywhere else the body is a stream that is watched. */
export function sendForm<T>(transport: Transport, form: Form, options: UploadOptions): Promise<T> {
  const { signal } = options
  const { XMLHttpRequest: Request } = globalThis as { XMLHttpRequest?: new () => PageRequest }
  return transport.repeated({ repeatable: false, signal }, () =>
    Request === undefined
      ? sendStream(transport, form, options)
      : sendByPage(transport, form, options, new Request()),
  )
}

function sendStream<T>(transport: Transport, form: Form, { signal, onProgress }: UploadOptions): Promise<T> {
  const boundary = `job-server-${randomKey()}`
  const whole = multipart(form, boundary)
  const counted = whole.stream().pipeThrough(counter(whole.size, onProgress))
  return transport.once(
    'POST',
    form.path,
    {
      body: counted,
      headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
      extraMs: Infinity,
      signal,
    },
    (response) => response.json() as Promise<T>,
  )
}

/** A blob of blobs: the file is read from where it is as it is sent. */
function multipart({ fields, file: { field, blob, filename } }: Form, boundary: string): Blob {
  const type = blob.type === '' ? 'application/octet-stream' : blob.type
  return new Blob([
    ...fields.map(([name, value]) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`),
    `--${boundary}\r\n${disposition(field)}; filename="${quoted(filename)}"\r\nContent-Type: ${type}\r\n\r\n`,
    blob,
    `\r\n--${boundary}--\r\n`,
  ])
}

function disposition(name: string): string {
  return `Content-Disposition: form-data; name="${quoted(name)}"`
}

/** As pages write it. */
function quoted(text: string): string {
  return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22')
}

function counter(
  totalBytes: number,
  onProgress: UploadOptions['onProgress'],
): TransformStream<Uint8Array, Uint8Array> {
  let sentBytes = 0
  return new TransformStream({
    transform: (chunk, controller) => {
      controller.enqueue(chunk)
      sentBytes += chunk.byteLength
      onProgress?.({ sentBytes, totalBytes })
    },
  })
}

/** As much of XMLHttpRequest as is used: the types of pages are not those of Node. */
interface PageRequest {
  readonly upload: { onprogress: ((event: { loaded: number; total: number }) => void) | null }
  readonly status: number
  readonly responseText: string
  onload: (() => void) | null
  onerror: (() => void) | null
  open(method: string, url: string): void
  setRequestHeader(name: string, value: string): void
  getResponseHeader(name: string): string | null
  send(body: FormData): void
  abort(): void
}

function sendByPage<T>(
  transport: Transport,
  form: Form,
  { signal, onProgress }: UploadOptions,
  request: PageRequest,
): Promise<T> {
  const { path, fields, file } = form
  const body = new FormData()
  for (const [name, value] of fields) body.append(name, value)
  body.append(file.field, file.blob, file.filename)
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const abort = (): void => {
      request.abort()
      reject(signal?.reason as Error)
    }
    signal?.addEventListener('abort', abort, { once: true })
    request.open('POST', transport.address(path))
    for (const [name, value] of Object.entries(transport.headers())) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded, total }) => onProgress?.({ sentBytes: loaded, totalBytes: total })
    request.onerror = () => reject(new ConnectionError(`cannot reach ${transport.address(path)}`))
    request.onload = () => {
      signal?.removeEventListener('abort', abort)
      const answer = parsed(request.responseText)
      if (request.status < 400) resolve(answer as T)
      else
        reject(new ApiError(request.status, answer, Number(request.getResponseHeader('Retry-After')) || null))
    }
    request.send(body)
  })
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}
