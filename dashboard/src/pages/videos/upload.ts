import { ApiError, apiUrl, authorization, refusalOf } from '../../api/request.js'
import type { AcceptedVideo } from '../../api/types.js'

/** A file on its way to the server. */
export interface Upload {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly sentBytes: number
  readonly state: 'sending' | 'checking' | 'accepted' | 'failed'
  readonly jobId: string | null
  readonly error: string | null
  readonly stop: () => void
}

let count = 0

/** Sends a file to be encoded, and tells how far it is. A request of the older kind, since only that one tells. */
export function startUpload(
  file: File,
  { format, quality }: { readonly format: string; readonly quality: string },
  tell: (upload: Upload) => void,
): void {
  const request = new XMLHttpRequest()
  let upload: Upload = {
    id: (count += 1),
    name: file.name,
    bytes: file.size,
    sentBytes: 0,
    state: 'sending',
    jobId: null,
    error: null,
    stop: () => request.abort(),
  }
  const become = (part: Partial<Upload>) => {
    upload = { ...upload, ...part }
    tell(upload)
  }
  request.open('POST', apiUrl('/v1/videos/encode'))
  for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value)
  request.upload.onprogress = ({ loaded, total }) =>
    become({ sentBytes: Math.round((loaded / Math.max(1, total)) * file.size) })
  // The server looks into the file before it takes it.
  request.upload.onload = () => become({ sentBytes: file.size, state: 'checking' })
  request.onload = () => {
    if (request.status === 201) {
      const { jobId } = JSON.parse(request.responseText) as AcceptedVideo
      become({ state: 'accepted', jobId })
    } else {
      const { message } = refusalOf(request.status, request.statusText, request.responseText)
      become({ state: 'failed', error: message })
    }
  }
  request.onerror = () => become({ state: 'failed', error: unreachable.message })
  request.onabort = () => become({ state: 'failed', error: 'It was stopped' })
  const form = new FormData()
  // Fields come first: the server reads in order.
  form.set('format', format)
  form.set('quality', quality)
  form.set('video', file)
  request.send(form)
  tell(upload)
}

const unreachable = new ApiError(0, 'unreachable', 'The server cannot be reached, or ended the upload')
