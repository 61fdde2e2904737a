import { ApiError, apiUrl, authorization, refusalOf } from '../../api/request.js'
import type { AcceptedVideo } from '../../api/types.js'

/** A file on its way to the server. */
export interface Upload {
  readonly id: number
  readonly name: string
  readonly bytes: number
  readonly sentBytes: number
  readonly state: 'waiting' | 'sending' | 'checking' | 'accepted' | 'failed'
  readonly jobId: string | null
  readonly error: string | null
  readonly stop: () => void
}

/** Browsers open six connections to one server, and the pages need some of them meanwhile. */
const AT_ONCE = 2

let count = 0
let sending = 0
const waiting = new Set<() => void>()

function beginNext(): void {
  for (const begin of waiting) {
    if (sending >= AT_ONCE) return
    waiting.delete(begin)
    sending += 1
    begin()
  }
}

/** Sends a file to be encoded when its turn comes, and tells how far it is. A request of the older kind, since only that one tells. */
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
    state: 'waiting',
    jobId: null,
    error: null,
    // The request of one that waits was not made yet, and tells nothing.
    stop: () => (waiting.delete(begin) ? become(stopped) : request.abort()),
  }
  const become = (part: Partial<Upload>) => {
    upload = { ...upload, ...part }
    tell(upload)
  }
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
  request.onabort = () => become(stopped)
  request.onloadend = () => {
    sending -= 1
    beginNext()
  }
  const begin = () => {
    request.open('POST', apiUrl('/v1/videos/encode'))
    for (const [name, value] of Object.entries(authorization())) request.setRequestHeader(name, value)
    const form = new FormData()
    // Fields come first: the server reads in order.
    form.set('format', format)
    form.set('quality', quality)
    form.set('video', file)
    request.send(form)
    become({ state: 'sending' })
  }
  tell(upload)
  waiting.add(begin)
  beginNext()
}

const stopped = { state: 'failed', error: 'It was stopped' } as const

const unreachable = new ApiError(0, 'unreachable', 'The server cannot be reached, or ended the upload')
