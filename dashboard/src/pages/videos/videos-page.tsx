import { useState } from 'preact/hooks'
import { useReading } from '../../live/use-reading.js'
import type { JobList } from '../../api/types.js'
import { PageHead } from '../../ui/page-head.js'
import { ReadError } from '../../ui/states.js'
import { DropZone } from './drop-zone.js'
import { startUpload, type Upload } from './upload.js'
import { UploadRow } from './upload-row.js'
import { VideoCard } from './video-card.js'

const NEWEST = 24

/** Drop a file, watch it being sent and encoded, play what came out. */
export function VideosPage() {
  const list = useReading<JobList>(`/v1/jobs?definitionKey=encode.video&limit=${NEWEST}`)
  const [uploads, setUploads] = useState<readonly Upload[]>([])
  const [format, setFormat] = useState('mp4')
  const [quality, setQuality] = useState('720p')
  const jobs = list.data?.jobs ?? []

  const send = (files: readonly File[]) => {
    for (const file of files)
      startUpload(file, { format, quality }, (upload) => {
        setUploads((before) => [upload, ...before.filter(({ id }) => id !== upload.id)])
        if (upload.state === 'accepted') list.refresh()
      })
  }
  // An upload is shown until its job is.
  const pending = uploads.filter(({ jobId }) => jobId === null || !jobs.some((job) => job.jobId === jobId))
  return (
    <>
      <PageHead title="Videos" note="Encode a file: drop it, watch it, play and keep the result" />
      <DropZone
        format={format}
        quality={quality}
        onFormat={setFormat}
        onQuality={setQuality}
        onFiles={send}
      />
      <ReadError error={list.error} retry={list.refresh} />
      <div class="stack" aria-live="polite">
        {pending.map((upload) => (
          <UploadRow
            key={upload.id}
            upload={upload}
            onDismiss={() => setUploads(uploads.filter(({ id }) => id !== upload.id))}
          />
        ))}
      </div>
      <div class="cards is-wide">
        {jobs.map((job) => (
          <VideoCard key={job.jobId} job={job} />
        ))}
      </div>
    </>
  )
}
