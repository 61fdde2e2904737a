import { useEffect, useState } from 'preact/hooks'
import { addressOf } from '../../lib/address.js'
import { useReading } from '../../live/use-reading.js'
import type { JobList } from '../../api/types.js'
import { PageHead } from '../../ui/page-head.js'
import { ReadError } from '../../ui/states.js'
import { DropZone } from './drop-zone.js'
import { UploadRow } from './upload-row.js'
import { dismissUpload, sendFiles, useUploads } from './uploads.js'
import { VideoCard } from './video-card.js'

const NEWEST = 24

/** Drop a file, watch it being sent and encoded, play what came out. */
export function VideosPage() {
  const list = useReading<JobList>(`/v1/jobs?definitionKey=encode.video&limit=${NEWEST}`)
  const uploads = useUploads()
  const [format, setFormat] = useState('mp4')
  const [quality, setQuality] = useState('720p')
  const jobs = list.data?.jobs ?? []

  const isListed = (jobId: string | null) => jobs.some((job) => job.jobId === jobId)
  // An upload is shown until its job is.
  useEffect(() => {
    for (const { id, jobId } of uploads) if (isListed(jobId)) dismissUpload(id)
  }, [uploads, list.data])
  return (
    <>
      <PageHead title="Videos" note="Encode a file: drop it, watch it, play and keep the result" />
      <DropZone
        format={format}
        quality={quality}
        onFormat={setFormat}
        onQuality={setQuality}
        onFiles={(files) => sendFiles(files, { format, quality })}
      />
      <ReadError error={list.error} retry={list.refresh} />
      <div class="stack">
        {uploads
          .filter(({ jobId }) => !isListed(jobId))
          .map((upload) => (
            <UploadRow key={upload.id} upload={upload} onDismiss={() => dismissUpload(upload.id)} />
          ))}
      </div>
      <div class="cards is-wide">
        {jobs.map((job) => (
          <VideoCard key={job.jobId} job={job} />
        ))}
      </div>
      {list.data !== undefined && list.data.nextCursor !== null && (
        <p class="quiet">
          These are the newest {NEWEST}.{' '}
          <a href={addressOf('/jobs', { definition: 'encode.video' })}>All videos</a>
        </p>
      )}
    </>
  )
}
