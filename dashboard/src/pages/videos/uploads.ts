import { useEffect, useState } from 'preact/hooks'
import { refreshAll } from '../../live/readings.js'
import { startUpload, type Upload } from './upload.js'

/** The newest first; they go on while another page is looked at. */
let uploads: readonly Upload[] = []
const listeners = new Set<() => void>()

export function sendFiles(
  files: readonly File[],
  options: { readonly format: string; readonly quality: string },
): void {
  for (const file of files)
    startUpload(file, options, (upload) => {
      const isNew = uploads.every(({ id }) => id !== upload.id)
      change(isNew ? [upload, ...uploads] : uploads.map((one) => (one.id === upload.id ? upload : one)))
      if (upload.state === 'accepted') refreshAll()
    })
}

export function dismissUpload(id: number): void {
  change(uploads.filter((upload) => upload.id !== id))
}

export function useUploads(): readonly Upload[] {
  const [shown, setShown] = useState(uploads)
  useEffect(() => {
    const listener = () => setShown(uploads)
    listeners.add(listener)
    listener()
    return () => {
      listeners.delete(listener)
    }
  }, [])
  return shown
}

function change(next: readonly Upload[]): void {
  uploads = next
  if (next.some(({ state }) => state !== 'accepted' && state !== 'failed'))
    addEventListener('beforeunload', warn)
  else removeEventListener('beforeunload', warn)
  for (const listener of listeners) listener()
}

/** With the page an upload would end. */
function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
